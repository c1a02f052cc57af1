/* SPDX-License-Identifier: MIT */
/* Labels against the passes that they were made from, where these are still there. */
#include "verify/picture.h"

static void compare(struct verify_picture *picture, const struct verify_file *file, const char *channel,
                    const struct rv_image *label)
{
	struct rv_image pass = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	const size_t n = verify_picture_pixels(picture);
	if (verify_decode_channel(&file->source, channel, &pass, &err) < 0) {
		verify_problems_add_err(picture->problems, VERIFY_PASSES_CHANNEL, file->name.ptr, &err);
	}
	for (size_t i = 0; pass.width > 0 && i < n; i++) {
		const float value = label->pixel == RV_PIXEL_U16 ? (float)label->u16[i] : label->f32[i];
		if (pass.f32[i] != value) {
			verify_picture_blame(picture, VERIFY_PASSES_LABEL, file->name.ptr, i, (double)pass.f32[i],
			                     "but the label made from it is another");
			break;
		}
	}
	rv_image_release(&pass);
}

static void check_passes(struct verify_picture *picture, const struct verify_file *file)
{
	const bool is_apart = rv_role_is(file->file->role, RV_ROLE_LABEL_PASSES);
	const struct rv_json channels = is_apart ? picture->picture->label_channels : picture->picture->channels;
	const struct {
		enum rv_role_id role;
		const struct rv_image *label;
	} pairs[] = { { RV_ROLE_INDEX, picture->index }, { RV_ROLE_DEPTH, picture->depth } };
	for (size_t i = 0; i < RV_COUNTOF(pairs); i++) {
		const char *const channel = rv_json_string(rv_json_get(channels, rv_roles[pairs[i].role].name), NULL);
		if (channel && pairs[i].label) {
			compare(picture, file, channel, pairs[i].label);
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_PASSES, RV_ROLE_LABEL_PASSES, RV_ROLES };

const struct verify_label verify_picture_passes = { .roles = roles, .file = check_passes };

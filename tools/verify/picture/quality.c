/* SPDX-License-Identifier: MIT */
/* What the image itself is like, where somebody asks for it: each alone, and the frames of a clip in their order. */
#include "verify/quality.h"

#include "portrait.h"
#include "verify/frames.h"
#include "verify/picture.h"

/* A clip ends with the last frame that was looked at. */
static void follow_clip(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_picture *const what = picture->picture;
	if (!what->frame_name) {
		return;
	}
	if (what->frame_number == 0) {
		verify_clip_start(&picture->clip);
	}
	verify_clip_add(&picture->clip);
	if (what->frame_number + 1 == what->sample->n_frames) {
		verify_clip_end(&picture->clip, file->name.ptr, picture->problems);
	}
}

static void tell_frame(const struct verify_picture *picture, const struct verify_file *file,
                       const struct verify_luma *luma)
{
	const struct rv_picture *const what = picture->picture;
	struct rv_str sequence = RV_STR_INIT;
	rv_str_printf(&sequence, "%s %s", what->sample->id, what->view ? what->view : "");
	verify_frames_picture(picture->rules->frames, sequence.ptr, file->name.ptr, what->frame_number, luma);
	rv_str_release(&sequence);
}

static void check_quality(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_sample *const sample = picture->picture->sample;
	const struct rv_image *const image = &file->decoded.image;
	const struct verify_shown shown = { .path = file->name.ptr,
		                            .group = sample->id,
		                            .context = picture->files->record ? "" : sample->id,
		                            .split = sample->split ? rv_split_find(sample->split) : RV_SPLITS };
	if ((file->decoded.kind != VERIFY_KIND_PNG && file->decoded.kind != VERIFY_KIND_STILL) || !image->bytes ||
	    image->pixel == RV_PIXEL_F32) {
		return;
	}
	if (picture->rules->quality) {
		verify_quality_picture(picture->rules->quality, image, &shown, &picture->clip, picture->problems);
	} else {
		verify_luma_take(&picture->clip.now, image);
	}
	if (picture->rules->portrait) {
		rv_portrait_image(picture->rules->portrait, image, verify_luma_mean(&picture->clip.now));
	}
	if (picture->rules->frames && picture->picture->frame_name) {
		tell_frame(picture, file, &picture->clip.now);
	}
	if (picture->rules->quality) {
		follow_clip(picture, file);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_IMAGE, RV_ROLES };

const struct verify_label verify_picture_quality = { .roles = roles, .is_of_quality = true, .file = check_quality };

/* SPDX-License-Identifier: MIT */
/* What formats cannot carry of a stream. */
#include "sink/losses.h"

#include <inttypes.h>

#include "diag.h"

static bool has_file(const struct rv_picture *picture, enum rv_role_id role)
{
	return rv_picture_files(picture, rv_roles[role].name) != NULL;
}

/* What a picture has, as enum format_thing_bit. */
static unsigned int things_of_picture(const struct rv_picture *picture)
{
	unsigned int things = 0;
	for (size_t i = 0; i < picture->n_annotations; i++) {
		const struct rv_annotation *const annotation = &picture->annotations[i];
		things |= annotation->area_px > 0 ? FORMAT_HAS_BOXES | FORMAT_HAS_MASKS : 0;
		things |= rv_json_len(rv_json_get(annotation->json, "keypoints")) > 0 ? FORMAT_HAS_KEYPOINTS : 0;
	}
	things |= rv_json_type(picture->camera) == RV_JSON_OBJECT ? FORMAT_HAS_CAMERAS : 0;
	things |= has_file(picture, RV_ROLE_DEPTH) ? FORMAT_HAS_DEPTH : 0;
	things |= has_file(picture, RV_ROLE_NORMAL) ? FORMAT_HAS_NORMALS : 0;
	things |= has_file(picture, RV_ROLE_FLOW_FORWARD) || has_file(picture, RV_ROLE_FLOW_BACKWARD) ? FORMAT_HAS_FLOW
	                                                                                              : 0;
	return things;
}

void sink_losses_add(struct sink_losses *losses, const struct rv_sample *sample)
{
	unsigned int things = rv_json_string(rv_json_get(sample->json, "prompt"), NULL) ? FORMAT_HAS_PROMPTS : 0;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		things |= things_of_picture(&sample->pictures[i]);
	}
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_json box = rv_json_get(sample->objects[i].json, "box3d");
		things |= rv_json_type(box) == RV_JSON_OBJECT ? FORMAT_HAS_BOXES_3D : 0;
	}
	losses->n_samples++;
	for (size_t i = 0; i < FORMAT_THINGS; i++) {
		losses->counts[i] += things >> i & 1u;
	}
}

/* "masks of 20, depth of 3": those of the things that samples have. */
static void put_things(const struct sink_losses *losses, unsigned int things, struct rv_str *text)
{
	for (size_t i = 0; i < FORMAT_THINGS; i++) {
		if (things >> i & 1u && losses->counts[i] > 0) {
			rv_str_printf(text, "%s%s of %" PRIu64, text->len > 0 ? ", " : "", format_things[i],
			              losses->counts[i]);
		}
	}
}

void sink_losses_note(const struct sink_losses *losses, unsigned int lost)
{
	struct rv_str text = RV_STR_INIT;
	put_things(losses, lost, &text);
	if (text.len > 0) {
		rv_note("of %" PRIu64 " sample%s, no format of the dataset carries: %s", losses->n_samples,
		        RV_PLURAL(losses->n_samples), text.ptr);
	}
	rv_str_release(&text);
}

void sink_losses_explain(const struct sink_losses *losses, const struct format *format)
{
	const unsigned int lost = format_lacks(format);
	struct rv_str carried = RV_STR_INIT, left = RV_STR_INIT;
	put_things(losses, ~lost, &carried);
	put_things(losses, lost, &left);
	rv_note("format %s: of %" PRIu64 " sample%s it carries: %s; it does not carry: %s%s%s", format->name,
	        losses->n_samples, RV_PLURAL(losses->n_samples), carried.len > 0 ? carried.ptr : "the pictures alone",
	        left.len > 0 ? left.ptr : "nothing more", format->loses[0] ? "; it never has: " : "", format->loses);
	rv_str_release(&carried);
	rv_str_release(&left);
}

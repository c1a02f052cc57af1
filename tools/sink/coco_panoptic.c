/* SPDX-License-Identifier: MIT */
/* COCO's panoptic documents. */
#include "sink/coco_panoptic.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/coco.h"
#include "palette.h"

void sink_coco_panoptic_init(struct sink_coco_panoptic *panoptic, const struct sink_dataset *dataset)
{
	static const char *const names[RV_SPLITS] = { "coco-panoptic", "coco-val-panoptic", "coco-test-panoptic" };
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_init(&panoptic->annotations[split], dataset, names[split]);
	}
	rv_str_init(&panoptic->path);
}

void sink_coco_panoptic_release(struct sink_coco_panoptic *panoptic)
{
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		sink_part_release(&panoptic->annotations[split]);
	}
	free(panoptic->is_stuff);
	rv_str_release(&panoptic->path);
}

static uint64_t segment_of(const struct rv_annotation *annotation)
{
	uint64_t id = 0;
	return rv_json_u64(rv_json_get(annotation->json, "segment"), 1, RV_INDEX_MAX, &id) ? id : 0;
}

static bool is_stuff(const struct rv_annotation *annotation)
{
	return rv_json_type(rv_json_get(annotation->json, "stuff")) == RV_JSON_TRUE;
}

int sink_coco_panoptic_check(const struct sink_picture *picture, struct rv_err *err)
{
	if (!rv_picture_file(picture->picture, RV_ROLE_PANOPTIC)) {
		return rv_fail(err, RV_E_MISSING_FILE,
		               "format coco with panoptic needs '%s.panoptic': rv-mask --panoptic makes it",
		               picture->picture->files_field);
	}
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		if (annotation->category && segment_of(annotation) == 0) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "format coco with panoptic needs 'segment' in the annotation of object %" PRIu32
			               ": rv-mask --panoptic writes it",
			               annotation->index);
		}
	}
	return 0;
}

/* ---- segments ---- */

struct segment {
	uint64_t id, category, area_px;
	uint32_t left, top, right, bottom; /* right, bottom: the first pixel that is not in it */
};

/* The segments of a picture, in the order of their first annotations. */
static size_t take_segments(const struct sink_picture *picture, uint64_t (*category_id)(uint32_t, uint64_t),
                            struct segment *segments)
{
	size_t n = 0;
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct sink_label *const label = &picture->labels[i];
		const uint32_t *const box = label->annotation->bbox;
		if (!label->annotation->category) {
			continue;
		}
		const uint64_t id = segment_of(label->annotation);
		size_t at = 0;
		while (at < n && segments[at].id != id) {
			at++;
		}
		struct segment *const segment = &segments[at];
		if (at == n) {
			segments[n++] = (struct segment) { .id = id,
				                           .category = category_id(label->category, label->class),
				                           .left = box[0],
				                           .top = box[1] };
		}
		segment->area_px += label->annotation->area_px;
		segment->left = RV_MIN(segment->left, box[0]);
		segment->top = RV_MIN(segment->top, box[1]);
		segment->right = RV_MAX(segment->right, box[0] + box[2]);
		segment->bottom = RV_MAX(segment->bottom, box[1] + box[3]);
	}
	return n;
}

static void put_segment(const struct segment *segment, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_u64(out, "id", segment->id);
	rv_json_put_u64(out, "category_id", segment->category);
	rv_json_put_u64(out, "area", segment->area_px);
	rv_json_open(out, "bbox", '[');
	rv_json_put_u64(out, NULL, segment->left);
	rv_json_put_u64(out, NULL, segment->top);
	rv_json_put_u64(out, NULL, segment->right - segment->left);
	rv_json_put_u64(out, NULL, segment->bottom - segment->top);
	rv_json_close(out, ']');
	rv_json_put_u64(out, "iscrowd", 0);
	rv_json_close(out, '}');
}

static void take_stuff(struct sink_coco_panoptic *panoptic, const struct sink_picture *picture)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct sink_label *const label = &picture->labels[i];
		if (!label->annotation->category || !is_stuff(label->annotation)) {
			continue;
		}
		if (label->class >= panoptic->n_classes) {
			const size_t n = 2 * ((size_t)label->class + 1);
			panoptic->is_stuff = rv_realloc(panoptic->is_stuff, n, sizeof(bool));
			memset(panoptic->is_stuff + panoptic->n_classes, 0, n - panoptic->n_classes);
			panoptic->n_classes = n;
		}
		panoptic->is_stuff[label->class] = true;
	}
}

int sink_coco_panoptic_add(struct sink_coco_panoptic *panoptic, const struct sink_target *target,
                           struct sink_sample *sample, const struct sink_picture *picture, uint64_t image_id,
                           uint64_t (*category_id)(uint32_t id, uint64_t place), struct rv_err *err)
{
	struct sink_part *const annotations = &panoptic->annotations[sample->split];
	struct segment *const segments = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(*segments));
	const size_t n = take_segments(picture, category_id, segments);
	struct rv_json_out out;
	take_stuff(panoptic, picture);
	sink_picture_path(picture->picture, &format_coco, "panoptic-mask", "", "", &panoptic->path);
	sink_part_item(annotations, &out);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "image_id", image_id);
	rv_json_put_string(&out, "file_name", panoptic->path.ptr + strlen(FORMAT_COCO_PANOPTIC));
	rv_json_open(&out, "segments_info", '[');
	for (size_t i = 0; i < n; i++) {
		put_segment(&segments[i], &out);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	return sink_store_file(target->store, sample, rv_picture_file(picture->picture, RV_ROLE_PANOPTIC),
	                       panoptic->path.ptr, err) < 0
	               ? -1
	               : sink_part_flush(annotations, err);
}

void sink_coco_panoptic_put_kind(const struct sink_coco_panoptic *panoptic, size_t class, struct rv_json_out *out)
{
	uint8_t rgb[3];
	rv_palette_colour(class, rgb);
	rv_json_put_u64(out, "isthing", !(class < panoptic->n_classes && panoptic->is_stuff[class]));
	rv_json_open(out, "color", '[');
	for (size_t i = 0; i < 3; i++) {
		rv_json_put_u64(out, NULL, rgb[i]);
	}
	rv_json_close(out, ']');
}

/* SPDX-License-Identifier: MIT */
/* The annotations of a picture. */
#include <string.h>

#include "categories.h"
#include "sample_private.h"

static bool take_box(struct rv_annotation *annotation, struct rv_json bbox)
{
	bool is_whole = rv_json_len(bbox) == 4;
	for (size_t i = 0; is_whole && i < 4; i++) {
		uint64_t value;
		is_whole = rv_json_u64(rv_json_at(bbox, i), 0, UINT32_MAX, &value);
		annotation->bbox[i] = is_whole ? (uint32_t)value : 0;
	}
	return is_whole;
}

static bool take_size(struct rv_annotation *annotation, struct rv_json size)
{
	uint64_t width, height;
	if (rv_json_len(size) != 2 || !rv_json_u64(rv_json_at(size, 0), 1, RV_INDEX_MAX, &height) ||
	    !rv_json_u64(rv_json_at(size, 1), 1, RV_INDEX_MAX, &width)) {
		return false;
	}
	annotation->width = (uint32_t)width;
	annotation->height = (uint32_t)height;
	return true;
}

/* What rv-mask decided; for a record that it did not write, what it would decide. */
static const char *take_category(struct rv_sample *sample, const struct rv_annotation *annotation)
{
	const struct rv_json own = rv_json_get(annotation->json, "category");
	if (rv_json_type(own) != RV_JSON_NONE) {
		const char *const name = rv_json_string(own, NULL);
		return name && name[0] ? name : NULL;
	}
	return rv_category_of(annotation->object ? annotation->object->json : annotation->json, sample->is_blend_file,
	                      &sample->arena);
}

static void take(struct rv_sample *sample, struct rv_json json, struct rv_annotation *annotation)
{
	const struct rv_json rle = rv_json_get(json, "rle");
	uint64_t index = 0;
	*annotation = (struct rv_annotation) { .json = json };
	const bool has_index = rv_json_u64(rv_json_get(json, "index"), 1, RV_INDEX_MAX, &index);
	const bool has_area = rv_json_u64(rv_json_get(json, "area"), 0, UINT32_MAX, &annotation->area_px);
	const bool has_box = take_box(annotation, rv_json_get(json, "bbox"));
	const bool has_size = take_size(annotation, rv_json_get(rle, "size"));
	annotation->counts = rv_json_string(rv_json_get(rle, "counts"), &annotation->counts_len);
	annotation->mask = rv_json_string(rv_json_get(json, "mask"), NULL);
	annotation->index = (uint32_t)index;
	annotation->object = rv_sample_object(sample, annotation->index);
	annotation->category = take_category(sample, annotation);
	annotation->wrong = !has_index            ? "index"
	                    : !has_area           ? "area"
	                    : !has_box            ? "bbox"
	                    : !has_size           ? "rle.size"
	                    : !annotation->counts ? "rle.counts"
	                                          : NULL;
}

void rv_sample_take_annotations(struct rv_sample *sample, struct rv_picture *picture)
{
	const struct rv_json list = rv_json_get(picture->state, "annotations");
	const size_t n = rv_json_len(list);
	picture->has_annotations = rv_json_type(list) == RV_JSON_ARRAY;
	if (!picture->has_annotations) {
		return;
	}
	struct rv_annotation *const annotations = rv_arena_alloc(&sample->arena, n + 1, sizeof(*annotations));
	for (size_t i = 0; i < n; i++) {
		take(sample, rv_json_at(list, i), &annotations[i]);
		if (annotations[i].wrong) {
			rv_sample_flaw(sample, RV_FLAW_ANNOTATIONS,
			               rv_arena_printf(&sample->arena, "%sannotations[%zu].%s", picture->field, i,
			                               annotations[i].wrong),
			               "is missing or wrong");
		}
	}
	picture->annotations = annotations;
	picture->n_annotations = n;
}

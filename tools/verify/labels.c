/* SPDX-License-Identifier: MIT */
/* Annotations against the index map: see labels.h. */
#include "verify/labels.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "rle.h"
#include "vocabulary.h"

void verify_labels_measure(const struct rv_image *index, struct verify_extent *extents)
{
	memset(extents, 0, (RV_INDEX_MAX + 1) * sizeof(*extents));
	const uint16_t *pixel = index->u16;
	for (uint32_t y = 0; y < index->height; y++) {
		for (uint32_t x = 0; x < index->width; x++) {
			struct verify_extent *extent = &extents[*pixel++];
			if (extent->area_px++ == 0) {
				*extent = (struct verify_extent) { 1, x, y, x, y };
				continue;
			}
			extent->left = RV_MIN(extent->left, x);
			extent->right = RV_MAX(extent->right, x);
			extent->bottom = y;
		}
	}
}

/* objects[i].index = v gives of[v] = i + 1; 0 for a value that no object has. */
static void map_objects(struct rv_json objects, uint32_t *of, const char *subject, struct verify_problems *problems)
{
	for (size_t i = 0; i < rv_json_len(objects); i++) {
		struct rv_json index = rv_json_get(rv_json_at(objects, i), "index");
		uint64_t value;
		if (rv_json_type(index) == RV_JSON_NONE || rv_json_type(index) == RV_JSON_NULL) {
			continue;
		}
		if (!rv_json_u64(index, 0, RV_INDEX_MAX, &value)) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "objects[%zu].index is not a whole number in 0..%d", i, RV_INDEX_MAX);
		} else if (value > 0 && of[value] != 0) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "objects[%" PRIu32 "] and objects[%zu] have the same index %" PRIu64,
			                    of[value] - 1, i, value);
		} else {
			of[value] = (uint32_t)i + 1;
		}
	}
	of[0] = 0;
}

static bool read_box(struct rv_json bbox, uint32_t box[4])
{
	if (rv_json_type(bbox) != RV_JSON_ARRAY || rv_json_len(bbox) != 4) {
		return false;
	}
	for (size_t i = 0; i < 4; i++) {
		uint64_t value;
		if (!rv_json_u64(rv_json_at(bbox, i), 0, RV_IMAGE_SIDE_MAX, &value)) {
			return false;
		}
		box[i] = (uint32_t)value;
	}
	return true;
}

bool verify_labels_check_rle(struct rv_json rle, struct rv_json area, struct rv_json bbox, uint32_t width,
                             uint32_t height, const char *subject, const char *who, struct rv_rle *out,
                             struct verify_problems *problems)
{
	uint64_t h, w, claimed_px;
	uint32_t claimed_box[4], box[4];
	size_t len;
	struct rv_json size = rv_json_get(rle, "size");
	const char *counts = rv_json_string(rv_json_get(rle, "counts"), &len);
	struct rv_err err = RV_ERR_INIT;

	if (rv_json_len(size) != 2 || !rv_json_u64(rv_json_at(size, 0), 1, RV_IMAGE_SIDE_MAX, &h) ||
	    !rv_json_u64(rv_json_at(size, 1), 1, RV_IMAGE_SIDE_MAX, &w) || !counts) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "%s: no run lengths {\"size\":[h,w],\"counts\":\"...\"}", who);
		return false;
	}
	if (w != width || h != height) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "%s: run lengths of %" PRIu64 "x%" PRIu64 ", but the image is %" PRIu32 "x%" PRIu32,
		                    who, w, h, width, height);
		return false;
	}
	if (rv_rle_decompress(out, width, height, counts, len, &err) < 0) {
		verify_problems_add(problems, RV_E_LABEL, subject, "%s: %s", who, err.text);
		return false;
	}
	uint64_t area_px = rv_rle_area(out);
	rv_rle_bbox(out, box);
	if (!rv_json_u64(area, 1, UINT64_MAX, &claimed_px) || claimed_px != area_px) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "%s: area is %.15g, but the run lengths hold %" PRIu64 " pixels", who,
		                    rv_json_number(area, 0), area_px);
		return false;
	}
	if (!read_box(bbox, claimed_box) || memcmp(box, claimed_box, sizeof(box)) != 0) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "%s: bbox is not that of the run lengths, [%" PRIu32 ",%" PRIu32 ",%" PRIu32
		                    ",%" PRIu32 "]",
		                    who, box[0], box[1], box[2], box[3]);
		return false;
	}
	return true;
}

/* True when every set run lies on pixels of `value`; else where it does not. */
static bool runs_lie_on(const struct rv_rle *rle, const struct rv_image *index, uint16_t value, uint32_t *x,
                        uint32_t *y)
{
	uint64_t at = 0;
	for (size_t i = 0; i < rle->len; i++) {
		uint64_t end = at + rle->counts[i];
		for (; i % 2 == 1 && at < end; at++) {
			*x = (uint32_t)(at / index->height);
			*y = (uint32_t)(at % index->height);
			if (index->u16[(size_t)*y * index->width + *x] != value) {
				return false;
			}
		}
		at = end;
	}
	return true;
}

static void check_one(struct rv_json annotation, struct rv_json object, const struct rv_image *index, uint16_t value,
                      const struct verify_extent *extent, const char *subject, struct verify_problems *problems)
{
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_str who = RV_STR_INIT;
	uint32_t x, y;

	rv_str_printf(&who, "annotation of index %" PRIu16, value);
	if (!rv_json_equal(rv_json_get(annotation, "name"), rv_json_get(object, "name"))) {
		verify_problems_add(problems, RV_E_LABEL, subject, "%s: its name is not the object's", who.ptr);
	}
	if (!rv_json_equal(rv_json_get(annotation, "tags"), rv_json_get(object, "tags"))) {
		verify_problems_add(problems, RV_E_LABEL, subject, "%s: its tags are not the object's", who.ptr);
	}
	const double truncation = rv_json_number(rv_json_get(annotation, "truncation"), 0);
	if (!(truncation >= 0 && truncation <= 1)) {
		verify_problems_add(problems, RV_E_LABEL, subject, "%s: truncation %.9g is not in 0..1", who.ptr,
		                    truncation);
	}
	if (!verify_labels_check_rle(rv_json_get(annotation, "rle"), rv_json_get(annotation, "area"),
	                             rv_json_get(annotation, "bbox"), index->width, index->height, subject, who.ptr,
	                             &rle, problems)) {
		goto out;
	}
	if (!runs_lie_on(&rle, index, value, &x, &y)) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "%s: pixel (%" PRIu32 ",%" PRIu32 ") is in the mask, but the index map has %" PRIu16
		                    " there",
		                    who.ptr, x, y, index->u16[(size_t)y * index->width + x]);
	} else if (rv_rle_area(&rle) != extent->area_px) {
		verify_problems_add(problems, RV_E_LABEL, subject,
		                    "%s: the mask has %" PRIu64 " pixels, the index map has %" PRIu64, who.ptr,
		                    rv_rle_area(&rle), extent->area_px);
	}
out:
	rv_rle_release(&rle);
	rv_str_release(&who);
}

uint64_t verify_labels_check(const struct rv_image *index, struct rv_json objects, struct rv_json annotations,
                             uint64_t min_area_px, const char *subject, struct verify_problems *problems)
{
	struct verify_extent *extents = rv_alloc_zero(RV_INDEX_MAX + 1, sizeof(*extents));
	uint32_t *object_of = rv_alloc_zero(RV_INDEX_MAX + 1, sizeof(*object_of));
	bool *annotated = rv_alloc_zero(RV_INDEX_MAX + 1, sizeof(*annotated));
	uint64_t last = 0;
	size_t n = rv_json_len(annotations);

	verify_labels_measure(index, extents);
	map_objects(objects, object_of, subject, problems);
	for (size_t i = 0; i < n; i++) {
		struct rv_json annotation = rv_json_at(annotations, i);
		uint64_t value;
		if (!rv_json_u64(rv_json_get(annotation, "index"), 1, RV_INDEX_MAX, &value)) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "annotations[%zu].index is not a whole number in 1..%d", i,
			                    RV_INDEX_MAX);
			continue;
		}
		if (value <= last) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "annotations[%zu] has index %" PRIu64 " after %" PRIu64
			                    ", but they are sorted and distinct",
			                    i, value, last);
		}
		last = value;
		annotated[value] = true;
		if (object_of[value] == 0) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "annotation of index %" PRIu64 ": no object has that index", value);
			continue;
		}
		check_one(annotation, rv_json_at(objects, object_of[value] - 1), index, (uint16_t)value,
		          &extents[value], subject, problems);
	}
	for (size_t value = 1; value <= RV_INDEX_MAX; value++) {
		if (extents[value].area_px == 0) {
			continue;
		}
		if (object_of[value] == 0) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "the index map has %" PRIu64 " pixels of value %zu, which no object has",
			                    extents[value].area_px, value);
		} else if (!annotated[value] && extents[value].area_px >= min_area_px) {
			verify_problems_add(problems, RV_E_LABEL, subject,
			                    "the object of index %zu has %" PRIu64 " pixels and no annotation", value,
			                    extents[value].area_px);
		}
	}
	free(annotated);
	free(object_of);
	free(extents);
	return n;
}

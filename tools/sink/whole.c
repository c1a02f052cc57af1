/* SPDX-License-Identifier: MIT */
/* Whole objects of annotations. */
#include "sink/whole.h"

#include <inttypes.h>
#include <math.h>

static bool take_box(struct rv_json json, int64_t bbox[4])
{
	bool is_box = rv_json_len(json) == 4;
	for (size_t i = 0; is_box && i < 4; i++) {
		const double value = rv_json_number(rv_json_at(json, i), NAN);
		is_box = fabs(value) <= UINT32_MAX && floor(value) == value && (i < 2 || value >= 1);
		bbox[i] = is_box ? (int64_t)value : 0;
	}
	return is_box;
}

static bool has_size(const struct rv_annotation *annotation, struct rv_json size)
{
	return rv_json_number(rv_json_at(size, 0), 0) == annotation->height &&
	       rv_json_number(rv_json_at(size, 1), 0) == annotation->width;
}

int sink_whole_read(const struct rv_annotation *annotation, struct rv_rle *scratch, struct sink_whole *whole,
                    struct rv_err *err)
{
	const struct rv_json rle = rv_json_get(annotation->json, "amodal");
	*whole = (struct sink_whole) { .counts = annotation->counts,
		                       .counts_len = annotation->counts_len,
		                       .area_px = annotation->area_px };
	for (size_t i = 0; i < 4; i++) {
		whole->bbox[i] = annotation->bbox[i];
	}
	if (rv_json_type(rle) == RV_JSON_NONE) {
		return 0;
	}
	whole->counts = rv_json_string(rv_json_get(rle, "counts"), &whole->counts_len);
	if (!whole->counts || !has_size(annotation, rv_json_get(rle, "size")) ||
	    !take_box(rv_json_get(annotation->json, "amodal_bbox"), whole->bbox) ||
	    !rv_json_u64(rv_json_get(annotation->json, "amodal_area"), RV_MAX(annotation->area_px, (uint64_t)1),
	                 INT64_MAX, &whole->area_px)) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "annotation of index %" PRIu32 ": amodal, amodal_bbox or amodal_area is wrong",
		               annotation->index);
	}
	return rv_rle_decompress(scratch, annotation->width, annotation->height, whole->counts, whole->counts_len,
	                         err) < 0
	               ? rv_fail_prefix(err, "annotation of index %" PRIu32 ": amodal", annotation->index)
	               : 0;
}

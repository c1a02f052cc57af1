/* SPDX-License-Identifier: MIT */
/* A mask in an annotation: see region.h. */
#include "verify/region.h"

#include "image.h"

int verify_region_read(struct rv_json region, uint32_t width, uint32_t height, struct verify_rle *rle,
                       struct rv_err *err)
{
	const struct rv_json json = rv_json_get(region, "rle"), size = rv_json_get(json, "size"),
	                     bbox = rv_json_get(region, "bbox");
	uint64_t sides[2], area_px, side;
	size_t len;
	const char *const counts = rv_json_string(rv_json_get(json, "counts"), &len);
	if (!counts || !rv_json_u64(rv_json_at(size, 0), 1, RV_IMAGE_SIDE_MAX, &sides[0]) ||
	    !rv_json_u64(rv_json_at(size, 1), 1, RV_IMAGE_SIDE_MAX, &sides[1]) || sides[0] != height ||
	    sides[1] != width) {
		return rv_fail(err, RV_E_LABEL, "its rle is missing, or of another size than the picture");
	}
	if (verify_rle_read(rle, width, height, counts, len, err) < 0) {
		return -1;
	}
	if (!rv_json_u64(rv_json_get(region, "area"), 1, UINT64_MAX, &area_px) || area_px != rle->area_px) {
		return rv_fail(err, RV_E_LABEL, "its area is not that of the run lengths");
	}
	for (size_t i = 0; i < 4; i++) {
		if (!rv_json_u64(rv_json_at(bbox, i), 0, RV_IMAGE_SIDE_MAX, &side) || side != rle->bbox[i]) {
			return rv_fail(err, RV_E_LABEL, "its bbox is not that of the run lengths");
		}
	}
	return 0;
}

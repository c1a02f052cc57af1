/* SPDX-License-Identifier: MIT */
/* Fuzzes COCO run lengths: the first bytes are the sides of the mask, the rest the compressed string. */
#include "fuzz.h"

#include <string.h>

#include "rle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (len < 2) {
		return 0;
	}
	const uint32_t width = data[0] + 1u, height = data[1] + 1u;
	const size_t size = (size_t)width * height;
	struct rv_rle rle = { 0 };
	struct rv_rle from_mask = { 0 };
	struct rv_err err = RV_ERR_INIT;
	if (rv_rle_decompress(&rle, width, height, (const char *)data + 2, len - 2, &err) == 0) {
		uint8_t *mask = malloc(size);
		uint64_t area = 0;
		uint32_t bbox[4];
		struct rv_str text = RV_STR_INIT;
		FUZZ_CHECK(mask != NULL);
		rv_rle_to_mask(&rle, mask);
		for (size_t i = 0; i < size; i++) {
			area += mask[i];
		}
		FUZZ_CHECK(area == rv_rle_area(&rle));
		rv_rle_bbox(&rle, bbox);
		FUZZ_CHECK(bbox[0] + bbox[2] <= width && bbox[1] + bbox[3] <= height);
		FUZZ_CHECK((uint64_t)bbox[2] * bbox[3] >= area);
		rv_rle_from_mask(&from_mask, mask, width, height);
		FUZZ_CHECK(from_mask.len == rle.len);
		FUZZ_CHECK(memcmp(from_mask.counts, rle.counts, rle.len * sizeof(*rle.counts)) == 0);
		rv_rle_compress(&rle, &text);
		FUZZ_CHECK(rv_rle_decompress(&from_mask, width, height, text.ptr, text.len, &err) == 0);
		FUZZ_CHECK(from_mask.len == rle.len);
		rv_str_release(&text);
		free(mask);
	}
	rv_rle_release(&rle);
	rv_rle_release(&from_mask);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* lib/shape.h; boxes of random masks are compared with OpenCV's in labels.bats. */
#include "shape.h"

#include "check.h"
#include "drawn.h"

static void measures(void)
{
	static const struct {
		const char *rows[7];
		unsigned int sides;
		double centroid[2], corners[8];
	} cases[] = {
		{ { "....", ".##.", "....", NULL }, 0, { 2, 1.5 }, { 1, 1, 3, 1, 3, 2, 1, 2 } },
		{ { "####", NULL }, 15, { 2, 0.5 }, { 0, 0, 4, 0, 4, 1, 0, 1 } },
		{ { "#..", "...", "..#", NULL }, 15, { 1.5, 1.5 }, { 0.5, -0.5, 3.5, 2.5, 2.5, 3.5, -0.5, 0.5 } },
		{ { "..#.", ".###", "####", ".##.", NULL }, 15, { 2.2, 2.2 }, { 2.5, -0.5, 5, 2, 2, 5, -0.5, 2.5 } },
		{ { "..", "..", NULL }, 0, { 0, 0 }, { 0 } },
	};
	struct rv_rle rle = RV_RLE_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		double centroid[2], corners[4][2] = { { 0 } };
		uint32_t bbox[4];
		drawn_mask(&rle, cases[i].rows);
		rv_rle_bbox(&rle, bbox);
		CHECK_U64(rv_shape_sides(&rle, bbox), cases[i].sides);
		rv_shape_centroid(&rle, centroid);
		CHECK(rv_shape_rectangle(&rle, corners) == (bbox[2] > 0));
		for (size_t k = 0; k < 2; k++) {
			CHECK_NEAR(centroid[k], cases[i].centroid[k], 1e-12);
		}
		for (size_t k = 0; k < 8; k++) {
			CHECK_NEAR(corners[k / 2][k % 2], cases[i].corners[k], 1e-12);
		}
	}
	rv_rle_release(&rle);
}

CHECK_MODULE(shape)
{
	check_case("sides, centroid, smallest rectangle", measures);
}

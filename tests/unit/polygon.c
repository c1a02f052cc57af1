/* SPDX-License-Identifier: MIT */
/* lib/polygon.h: rings of small masks, written out; what other readers make of random ones is in labels.bats. */
#include "polygon.h"

#include <string.h>

#include "check.h"
#include "drawn.h"

static void put(const struct rv_polygons *polygons, struct rv_str *text)
{
	rv_str_clear(text);
	for (size_t i = 0, k = 0; i < polygons->n_rings; i++) {
		rv_str_puts(text, i > 0 ? " |" : "");
		for (; k < polygons->ends[i]; k++) {
			rv_str_printf(text, "%s%d,%d", text->len > 0 ? " " : "", polygons->points[k].x,
			              polygons->points[k].y);
		}
	}
}

static void small(void)
{
	static const struct {
		const char *rows[6], *edge, *center;
	} cases[] = {
		{ { "....", ".##.", ".##.", "....", NULL }, "1,1 3,1 3,3 1,3", "1,1 2,1 2,2 1,2" },
		{ { "#", NULL }, "0,0 1,0 1,1 0,1", "0,0 0,0 0,0" },
		{ { "###", NULL }, "0,0 3,0 3,1 0,1", "0,0 2,0 2,0" },
		{ { "#..", "#..", "###", NULL }, "0,0 1,0 1,2 3,2 3,3 0,3", "0,0 0,1 1,2 2,2 0,2" },
		/* two pixels that touch at a corner are one part */
		{ { "#.", ".#", NULL }, "0,0 1,0 1,1 2,1 2,2 1,2 1,1 0,1", "0,0 1,1 1,1" },
		/* two parts, in the order of their columns */
		{ { "..#", "#.#", NULL }, "0,1 1,1 1,2 0,2 | 2,0 3,0 3,2 2,2", "0,1 0,1 0,1 | 2,0 2,1 2,1" },
		/* a hole: over the bridge, around it against the clock, and back */
		{ { "###", "#.#", "###", NULL },
		  "0,0 3,0 3,3 0,3 0,2 1,2 2,2 2,1 1,1 1,2 0,2",
		  "0,0 2,0 2,2 0,2 0,1 1,2 2,1 1,0 0,1" },
		{ { "...", "...", NULL }, "", "" },
	};
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_polygons polygons = RV_POLYGONS_INIT;
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		drawn_mask(&rle, cases[i].rows);
		rv_polygons_trace(&polygons, &rle, RV_OUTLINE_EDGE);
		put(&polygons, &text);
		CHECK_STR(text.ptr ? text.ptr : "", cases[i].edge);
		CHECK_NEAR(rv_polygons_iou(&polygons, RV_OUTLINE_EDGE, &rle), 1, 0);
		rv_polygons_trace(&polygons, &rle, RV_OUTLINE_CENTER);
		put(&polygons, &text);
		CHECK_STR(text.ptr ? text.ptr : "", cases[i].center);
		CHECK_NEAR(rv_polygons_iou(&polygons, RV_OUTLINE_CENTER, &rle), 1, 0);
	}
	rv_rle_release(&rle);
	rv_polygons_release(&polygons);
	rv_str_release(&text);
}

static void wrong_reader(void)
{
	static const char *const rows[] = { "......", ".####.", ".####.", ".####.", ".####.", NULL };
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_polygons polygons = RV_POLYGONS_INIT;
	drawn_mask(&rle, rows);
	/* filled by area, the line through the centres of the border lacks a row and a column */
	rv_polygons_trace(&polygons, &rle, RV_OUTLINE_CENTER);
	CHECK_NEAR(rv_polygons_iou(&polygons, RV_OUTLINE_EDGE, &rle), 9.0 / 16, 1e-12);
	rv_rle_release(&rle);
	rv_polygons_release(&polygons);
}

static void simplified(void)
{
	static const char *const rows[] = { "#........", "##.......", "####.....", "#######..", "#########", NULL };
	static const char *const ring[] = { "#####", "#...#", "#.#.#", "#...#", "#####", NULL };
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_polygons polygons = RV_POLYGONS_INIT;
	struct rv_str text = RV_STR_INIT;
	drawn_mask(&rle, rows);
	rv_polygons_trace(&polygons, &rle, RV_OUTLINE_EDGE);
	rv_polygons_simplify(&polygons, 0.75);
	put(&polygons, &text);
	CHECK_STR(text.ptr, "0,0 2,2 4,2 4,3 9,4 9,5 0,5");
	/* an area is left, however coarse it is asked for */
	rv_polygons_trace(&polygons, &rle, RV_OUTLINE_EDGE);
	rv_polygons_simplify(&polygons, 100);
	CHECK_U64(polygons.n_points, 3);
	CHECK(rv_polygons_iou(&polygons, RV_OUTLINE_EDGE, &rle) > 0.5);
	/* a hole stays a hole, since its bridge stays; all parts become one ring, exact by edges */
	drawn_mask(&rle, ring);
	for (enum rv_outline i = RV_OUTLINE_EDGE; i <= RV_OUTLINE_CENTER; i++) {
		rv_polygons_trace(&polygons, &rle, i);
		rv_polygons_simplify(&polygons, 0.5);
		CHECK_U64(polygons.n_rings, 2);
		CHECK_NEAR(rv_polygons_iou(&polygons, i, &rle), 1, 0);
		rv_polygons_join(&polygons);
		CHECK_U64(polygons.n_rings, 1);
		CHECK_NEAR(rv_polygons_iou(&polygons, i, &rle), i == RV_OUTLINE_EDGE ? 1 : 17.0 / 18, 1e-12);
	}
	rv_str_release(&text);
	rv_rle_release(&rle);
	rv_polygons_release(&polygons);
}

/* Every mask of four by four pixels: rings have three points, whatever their bridges. */
static void coarse(void)
{
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_polygons polygons = RV_POLYGONS_INIT;
	size_t n_small = 0;
	for (uint32_t bits = 1; bits < 1U << 16; bits++) {
		uint8_t mask[16];
		for (size_t i = 0; i < sizeof(mask); i++) {
			mask[i] = bits >> i & 1;
		}
		rv_rle_from_mask(&rle, mask, 4, 4);
		rv_polygons_trace(&polygons, &rle, RV_OUTLINE_CENTER);
		rv_polygons_simplify(&polygons, 100);
		for (size_t i = 0; i < polygons.n_rings; i++) {
			n_small += polygons.ends[i] - (i > 0 ? polygons.ends[i - 1] : 0) < 3;
		}
	}
	CHECK_U64(n_small, 0);
	rv_rle_release(&rle);
	rv_polygons_release(&polygons);
}

CHECK_MODULE(polygon)
{
	check_case("outlines of small masks", small);
	check_case("an outline for another reader is told by its cost", wrong_reader);
	check_case("fewer points, one ring", simplified);
	check_case("however few: three", coarse);
}

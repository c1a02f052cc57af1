/* SPDX-License-Identifier: MIT */
/* mask/pixels/whole.h: objects with what hides them, and what is beyond the border. */
#include "mask/pixels/whole.h"

#include <string.h>

#include "check.h"

#define WIDTH 4
#define HEIGHT 3

/* Two objects: 2 with a column that 5 hides in part; 7 in a corner. */
static const float map_floats[WIDTH * HEIGHT] = {
	0, 2, 0, 7, /**/
	0, 5, 5, 7, /**/
	0, 2, 9, 0,
};
static const float depths[WIDTH * HEIGHT] = {
	1e10f, 8, 1e10f, 3, /**/
	1e10f, 4, 6,     3, /**/
	1e10f, 8, 2,     1e10f,
};

struct fixture {
	struct mask_labels labels;
	struct rv_image scratch;
	struct mask_whole whole;
	struct rv_arena arena;
};

static void begin(struct fixture *fixture)
{
	struct rv_image map = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	*fixture = (struct fixture) {
		.labels = MASK_LABELS_INIT, .scratch = RV_IMAGE_INIT, .whole = MASK_WHOLE_INIT, .arena = RV_ARENA_INIT
	};
	CHECK_OK(rv_image_init(&map, WIDTH, HEIGHT, 1, RV_PIXEL_F32, &err), &err);
	memcpy(map.f32, map_floats, sizeof(map_floats));
	CHECK_OK(mask_labels_from(&map, &fixture->labels, &err), &err);
	rv_image_release(&map);
}

static void end(struct fixture *fixture)
{
	mask_labels_release(&fixture->labels);
	rv_image_release(&fixture->scratch);
	mask_whole_release(&fixture->whole);
	rv_arena_release(&fixture->arena);
}

/* Of the label at this place. */
static void check_whole(struct fixture *fixture, size_t label, const struct mask_run *runs, size_t n, uint64_t area_px,
                        const int64_t bbox[4], const uint8_t mask[WIDTH * HEIGHT])
{
	uint8_t found[WIDTH * HEIGHT];
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(mask_whole_of(&fixture->labels.items[label], runs, n, &fixture->scratch, &fixture->whole, &err), &err);
	CHECK_U64(fixture->whole.area_px, area_px);
	CHECK_BYTES(fixture->whole.bbox, sizeof(fixture->whole.bbox), bbox, 4 * sizeof(*bbox));
	rv_rle_to_mask(&fixture->whole.rle, found);
	CHECK_BYTES(found, sizeof(found), mask, WIDTH * HEIGHT);
}

static void seen_whole(void)
{
	struct fixture fixture;
	begin(&fixture);
	check_whole(&fixture, 2, NULL, 0, 2, (const int64_t[]) { 3, 0, 1, 2 },
	            (const uint8_t[]) { 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0 });
	end(&fixture);
}

static void hidden(void)
{
	const struct mask_run runs[] = { { 1, 0, 1 }, { 1, 1, 2 }, { 1, 2, 2 } };
	struct mask_cover *covers;
	struct fixture fixture;
	begin(&fixture);
	check_whole(&fixture, 0, runs, RV_COUNTOF(runs), 5, (const int64_t[]) { 1, 0, 2, 3 },
	            (const uint8_t[]) { 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0 });
	struct rv_image depth = { .width = WIDTH, .height = HEIGHT, .channels = 1, .pixel = RV_PIXEL_F32 };
	depth.f32 = (float *)(uintptr_t)depths;
	/* 9 is nearer than 5, whose nearest pixel counts */
	CHECK_U64(mask_whole_covers(&fixture.whole, 2, &fixture.labels.map, &depth, &fixture.arena, &covers), 2);
	CHECK_U64(covers[0].index, 9);
	CHECK_U64(covers[0].area_px, 1);
	CHECK_U64(covers[1].index, 5);
	CHECK_U64(covers[1].area_px, 2);
	CHECK(covers[1].depth_m == 4);
	end(&fixture);
}

static void beyond(void)
{
	/* on all four sides, and through the picture */
	const struct mask_run runs[] = { { 3, -2, 3 }, { -4, 0, 9 }, { 5, 1, 1 }, { -1, 4, 1 } };
	struct mask_cover *covers;
	struct fixture fixture;
	begin(&fixture);
	check_whole(&fixture, 2, runs, RV_COUNTOF(runs), 3 + 9 + 1 + 1 + 1, (const int64_t[]) { -4, -2, 10, 7 },
	            (const uint8_t[]) { 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0 });
	struct rv_image depth = { .width = WIDTH, .height = HEIGHT, .channels = 1, .pixel = RV_PIXEL_F32 };
	depth.f32 = (float *)(uintptr_t)depths;
	/* what has no index counts as 0 */
	CHECK_U64(mask_whole_covers(&fixture.whole, 7, &fixture.labels.map, &depth, &fixture.arena, &covers), 2);
	CHECK_U64(covers[0].index, 2);
	CHECK_U64(covers[1].index, 0);
	CHECK_U64(covers[1].area_px, 2);
	end(&fixture);
}

CHECK_MODULE(whole)
{
	check_case("what nothing hides", seen_whole);
	check_case("who hides it, the nearest first", hidden);
	check_case("beyond the border", beyond);
}

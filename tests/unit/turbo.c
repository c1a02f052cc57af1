/* SPDX-License-Identifier: MIT */
/* mask/pixels/turbo.h; its colours are compared with OpenCV's in labels.bats. */
#include "mask/pixels/turbo.h"

#include <math.h>
#include <string.h>

#include "check.h"

static void ranges(void)
{
	static float depths[200];
	const struct rv_image depth = {
		.width = 20, .height = 10, .channels = 1, .pixel = RV_PIXEL_F32, .f32 = depths
	};
	for (size_t i = 0; i < RV_COUNTOF(depths); i++) {
		depths[i] = 200 - (float)i; /* 1..200 m, of which 2 % are 4 at either end */
	}
	struct mask_range range = mask_turbo_range(&depth);
	CHECK_NEAR((double)range.near_m, 5, 0);
	CHECK_NEAR((double)range.far_m, 196, 0);
	for (size_t i = 0; i < 150; i++) {
		depths[i] = (const float[]) { 1e10f, NAN, INFINITY, 0, -1 }[i % 5];
	}
	range = mask_turbo_range(&depth); /* 1..50 m are left */
	CHECK_NEAR((double)range.near_m, 2, 0);
	CHECK_NEAR((double)range.far_m, 49, 0);
	const struct mask_range nothing = { 0, 0 }, other = { 30, 60 };
	const struct mask_range both = mask_turbo_join(range, other), alone = mask_turbo_join(nothing, other);
	CHECK(both.near_m == 2 && both.far_m == 60 && alone.near_m == 30 && alone.far_m == 60);
	CHECK(mask_turbo_join(other, nothing).far_m == 60 && mask_turbo_join(nothing, nothing).far_m == 0);
	for (size_t i = 0; i < RV_COUNTOF(depths); i++) {
		depths[i] = 1e10f;
	}
	CHECK(mask_turbo_range(&depth).far_m == 0);
}

static void colours(void)
{
	/* near and beyond; half way between 1 m and 4 m is 1.6 m, as 1/1.6 is the mean of 1 and 1/4; far; nothing */
	float depths[] = { 1, 0.5f, 1.6f, 4, 100, 1e10f, NAN, 0 };
	const struct rv_image depth = { .width = 8, .height = 1, .channels = 1, .pixel = RV_PIXEL_F32, .f32 = depths };
	struct rv_image out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint8_t wanted[8][3];
	CHECK_OK(mask_turbo_draw(&depth, (struct mask_range) { 1, 4 }, &out, &err), &err);
	mask_turbo_colour(1, wanted[0]);
	mask_turbo_colour(1, wanted[1]);
	mask_turbo_colour(128 / 255.0f, wanted[2]);
	mask_turbo_colour(0, wanted[3]);
	mask_turbo_colour(0, wanted[4]);
	memset(wanted[5], MASK_TURBO_NOTHING, 9);
	CHECK_BYTES(out.u8, sizeof(wanted), wanted, sizeof(wanted));
	CHECK(wanted[0][0] == 0x7a && wanted[0][2] == 3 && wanted[3][0] == 0x30); /* red is near */
	/* one depth alone, and none */
	CHECK_OK(mask_turbo_draw(&depth, (struct mask_range) { 2, 2 }, &out, &err), &err);
	CHECK_BYTES(out.u8, 3, wanted[3], 3);
	CHECK_OK(mask_turbo_draw(&depth, (struct mask_range) { 0, 0 }, &out, &err), &err);
	CHECK_BYTES(out.u8 + 15, 9, wanted[5], 9);
	rv_image_release(&out);
}

CHECK_MODULE(turbo)
{
	check_case("the range of what is seen", ranges);
	check_case("colours over inverse depth", colours);
}

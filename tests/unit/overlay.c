/* SPDX-License-Identifier: MIT */
/* mask/pixels/overlay.h */
#include "mask/pixels/overlay.h"

#include <string.h>

#include "check.h"

#define SIDE 20

static uint32_t table[MASK_TAKE_LEN];
static uint16_t indices[SIDE * SIDE];
static const struct rv_image map = {
	.width = SIDE, .height = SIDE, .channels = 1, .pixel = RV_PIXEL_U16, .u16 = indices
};

/* A white picture before which object 7 has the pixels 5..14, in black. */
static void begin(struct rv_image *picture, uint32_t what)
{
	struct rv_err err = RV_ERR_INIT;
	memset(table, 0, sizeof(table));
	table[7] = what;
	for (size_t i = 0; i < SIDE * SIDE; i++) {
		const size_t x = i % SIDE, y = i / SIDE;
		indices[i] = x >= 5 && x < 15 && y >= 5 && y < 15 ? 7 : 0;
	}
	CHECK_OK(rv_image_init(picture, SIDE, SIDE, 3, RV_PIXEL_U8, &err), &err);
	memset(picture->u8, 255, sizeof(indices) / 2 * 3);
}

static uint8_t at(const struct rv_image *picture, size_t x, size_t y, size_t k)
{
	return picture->u8[3 * (y * SIDE + x) + k];
}

static void ground(void)
{
	uint8_t grey[] = { 200, 255, 200, 0, 0, 51 };
	uint16_t deep[] = { 0x1234, 0xffff, 0x00ff };
	const struct rv_image with_alpha = { .width = 3, .height = 1, .channels = 2, .pixel = RV_PIXEL_U8, .u8 = grey };
	const struct rv_image rgb = { .width = 1, .height = 1, .channels = 3, .pixel = RV_PIXEL_U16, .u16 = deep };
	struct rv_image out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(mask_overlay_ground(&with_alpha, &out, &err), &err);
	CHECK_BYTES(out.u8, 9, ((const uint8_t[]) { 200, 200, 200, 26, 26, 26, 21, 21, 21 }), 9);
	CHECK_OK(mask_overlay_ground(&rgb, &out, &err), &err);
	CHECK_BYTES(out.u8, 3, ((const uint8_t[]) { 0x12, 0xff, 0 }), 3);
	rv_image_release(&out);
}

static void filled(void)
{
	struct rv_image picture = RV_IMAGE_INIT;
	begin(&picture, 0x0000c8 | MASK_OVERLAY_FILLED); /* 200 0 0 */
	mask_overlay_fill(&map, table, &picture);
	CHECK(at(&picture, 4, 5, 0) == 255 && at(&picture, 15, 5, 1) == 255);
	CHECK_U64(at(&picture, 5, 5, 0), 230); /* 255 - 0.45 * 55 */
	CHECK_U64(at(&picture, 14, 14, 1), 140);
	rv_image_release(&picture);
}

static void outlined(void)
{
	struct rv_image picture = RV_IMAGE_INIT, distance = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	begin(&picture, 0x00ff00 | MASK_OVERLAY_OUTLINED); /* green */
	CHECK_OK(mask_overlay_outline(&map, table, 1, &distance, &picture, &err), &err);
	/* from the outside in: white; 3/4 of a halo of 70 %; the line; a half of it before a half of a halo; a quarter
	 */
	const uint8_t red[] = { 255, 255, 121, 0, 83, 210, 255 };
	const uint8_t green[] = { 255, 255, 121, 255, 211, 210, 255 };
	for (size_t i = 0; i < RV_COUNTOF(red); i++) {
		CHECK_NEAR(at(&picture, i + 2, 10, 0), red[i], 1);
		CHECK_NEAR(at(&picture, i + 2, 10, 1), green[i], 1);
		CHECK_U64(at(&picture, SIDE - 1 - (i + 2), 10, 0), at(&picture, i + 2, 10, 0));
		CHECK_U64(at(&picture, 10, i + 2, 0), at(&picture, i + 2, 10, 0));
	}
	/* twice as broad */
	begin(&picture, 0x00ff00 | MASK_OVERLAY_OUTLINED);
	CHECK_OK(mask_overlay_outline(&map, table, 2, &distance, &picture, &err), &err);
	CHECK(at(&picture, 5, 10, 0) == 0 && at(&picture, 6, 10, 0) == 0 && at(&picture, 7, 10, 0) == 0);
	/* none without the flag, nor at the borders of others */
	begin(&picture, 0x00ff00 | MASK_OVERLAY_FILLED);
	CHECK_OK(mask_overlay_outline(&map, table, 1, &distance, &picture, &err), &err);
	CHECK(at(&picture, 4, 10, 0) == 255 && at(&picture, 5, 10, 0) == 255);
	rv_image_release(&picture);
	rv_image_release(&distance);
}

CHECK_MODULE(overlay)
{
	check_case("the picture below", ground);
	check_case("areas at 45 %", filled);
	check_case("outlines with a halo", outlined);
}

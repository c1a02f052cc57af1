/* SPDX-License-Identifier: MIT */
/* sink/indexed.h and verify/indexed.h, which know Pascal VOC's palette each by itself: what one writes the other reads.
 */
#include "sink/indexed.h"
#include "verify/indexed.h"

#include <string.h>

#include "check.h"
#include "png.h"

static int read_back(const struct rv_str *png, struct rv_image *map, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	rv_source_open_memory(&source, "map.png", png->ptr, png->len);
	const int status = verify_indexed_read(&source, map, err);
	rv_source_close(&source);
	return status;
}

static void colours(void)
{
	static const uint8_t known[][4] = { { 0, 0, 0, 0 },        { 1, 128, 0, 0 },   { 2, 0, 128, 0 },
		                            { 15, 192, 128, 128 }, { 20, 0, 64, 128 }, { 255, 224, 224, 192 } };
	uint8_t palette[RV_PNG_COLOURS][3];
	struct rv_image map = RV_IMAGE_INIT, again = RV_IMAGE_INIT;
	struct rv_str png = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	for (size_t i = 0; i < RV_COUNTOF(known); i++) {
		uint8_t colour[3];
		sink_indexed_colour(known[i][0], colour);
		CHECK(memcmp(colour, &known[i][1], 3) == 0);
	}
	CHECK_OK(rv_image_init(&map, 32, 8, 1, RV_PIXEL_U8, &err), &err);
	for (unsigned int i = 0; i < 256; i++) {
		map.u8[i] = (uint8_t)i;
		sink_indexed_colour((uint8_t)i, palette[i]);
	}
	CHECK_OK(rv_png_encode_palette(&map, (const uint8_t(*)[3])palette, &png, &err), &err);
	CHECK_OK(read_back(&png, &again, &err), &err);
	CHECK(again.width == 32 && again.height == 8 && memcmp(again.u8, map.u8, 256) == 0);
	palette[7][2] = 1;
	rv_str_clear(&png);
	CHECK_OK(rv_png_encode_palette(&map, (const uint8_t(*)[3])palette, &png, &err), &err);
	CHECK_FAILS(read_back(&png, &again, &err), &err, RV_E_BAD_FILE, "its palette is not Pascal VOC's");
	rv_str_clear(&png);
	CHECK_OK(rv_png_encode(&map, &png, &err), &err);
	CHECK_FAILS(read_back(&png, &again, &err), &err, RV_E_BAD_FILE, "it is no PNG with a palette");
	rv_image_release(&map);
	rv_image_release(&again);
	rv_str_release(&png);
}

static void boxes(void)
{
	static uint8_t pixels[] = { 0, 3, 0, 3, 3, 255, 0, 0 };
	const struct rv_image map = { .width = 4, .height = 2, .channels = 1, .pixel = RV_PIXEL_U8, .u8 = pixels };
	struct verify_indexed_box found[VERIFY_INDEXED_COLOURS];
	verify_indexed_boxes(&map, found);
	CHECK(found[3].x0 == 0 && found[3].y0 == 0 && found[3].x1 == 3 && found[3].y1 == 1 && found[3].area == 3);
	CHECK(found[255].x0 == 1 && found[255].y0 == 1 && found[255].area == 1 && found[9].area == 0);
}

CHECK_MODULE(indexed)
{
	check_case("numbers keep their colours, and colours give the numbers back", colours);
	check_case("boxes of numbers", boxes);
}

/* SPDX-License-Identifier: MIT */
/* mask/pixels/take.h */
#include "mask/pixels/take.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"

static void tables(void)
{
	uint16_t indices[] = { 0, 1, 65535, 300 };
	const struct rv_image map = { .width = 2, .height = 2, .channels = 1, .pixel = RV_PIXEL_U16, .u16 = indices };
	uint8_t *const numbers = rv_alloc_zero(MASK_TAKE_LEN, sizeof(*numbers));
	uint32_t *const colours = rv_alloc_zero(MASK_TAKE_LEN, sizeof(*colours));
	struct rv_image out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	numbers[1] = 7;
	numbers[300] = 255;
	numbers[65535] = 9;
	CHECK_OK(mask_take_bytes(&map, numbers, &out, &err), &err);
	CHECK(out.channels == 1 && out.pixel == RV_PIXEL_U8);
	CHECK_BYTES(out.u8, 4, ((const uint8_t[]) { 0, 7, 9, 255 }), 4);
	colours[1] = 0x030201;
	colours[300] = 0xff0000;
	colours[65535] = 0x0000ff;
	CHECK_OK(mask_take_colours(&map, colours, &out, &err), &err);
	CHECK(out.channels == 3 && out.pixel == RV_PIXEL_U8);
	CHECK_BYTES(out.u8, 12, ((const uint8_t[]) { 0, 0, 0, 1, 2, 3, 255, 0, 0, 0, 0, 255 }), 12);
	rv_image_release(&out);
	free(numbers);
	free(colours);
}

CHECK_MODULE(take)
{
	check_case("numbers and colours of a map, the last index included", tables);
}

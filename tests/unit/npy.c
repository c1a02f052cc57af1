/* SPDX-License-Identifier: MIT */
/* lib/npy.h; numpy.load reads it in labels.bats. */
#include "npy.h"

#include <string.h>

#include "check.h"

static void files(void)
{
	float numbers[] = { 1, -2, 1e10f };
	uint16_t pairs[] = { 1, 258 };
	const struct rv_image row = { .width = 3, .height = 1, .channels = 1, .pixel = RV_PIXEL_F32, .f32 = numbers };
	const struct rv_image pixel = { .width = 1, .height = 1, .channels = 2, .pixel = RV_PIXEL_U16, .u16 = pairs };
	struct rv_str out = RV_STR_INIT;
	rv_npy_put(&row, &out);
	CHECK_U64(out.len, 128 + sizeof(numbers));
	CHECK_BYTES(out.ptr, 10, "\x93NUMPY\x01\x00\x76\x00", 10);
	CHECK(strncmp(out.ptr + 10, "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }  ", 61) == 0);
	CHECK(out.ptr[127] == '\n');
	CHECK_BYTES(out.ptr + 128, sizeof(numbers), numbers, sizeof(numbers));
	rv_str_clear(&out);
	rv_npy_put(&pixel, &out);
	CHECK(strncmp(out.ptr + 10, "{'descr': '<u2', 'fortran_order': False, 'shape': (1, 1, 2), }", 62) == 0);
	CHECK_BYTES(out.ptr + 128, 4, "\x01\x00\x02\x01", 4);
	rv_str_release(&out);
}

CHECK_MODULE(npy)
{
	check_case("header and numbers", files);
}

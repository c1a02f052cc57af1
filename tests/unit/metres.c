/* SPDX-License-Identifier: MIT */
/* mask/pixels/metres.h */
#include "mask/pixels/metres.h"

#include <math.h>
#include <string.h>

#include "check.h"

static void scaled(void)
{
	/* nothing, below half a step, half a step, rounded, the last that fits, the first that does not, behind, no
	 * number */
	float depths[] = { 1e10f, 0.0004f, 0.0005f, 1.2346f, 65.5354f, 65.5356f, -1, NAN };
	const struct rv_image depth = { .width = 4, .height = 2, .channels = 1, .pixel = RV_PIXEL_F32, .f32 = depths };
	struct rv_image out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	size_t n_lost;
	CHECK_OK(mask_metres_scaled(&depth, 1000, &out, &n_lost, &err), &err);
	CHECK_BYTES(out.u16, 16, ((const uint16_t[]) { 0, 0, 1, 1235, 65535, 0, 0, 0 }), 16);
	CHECK_U64(n_lost, 3);
	depths[0] = 255.996f; /* KITTI's greatest, in 1/256 m */
	depths[1] = 256;
	depths[2] = 1 / 256.0f;
	depths[3] = 100;
	CHECK_OK(mask_metres_scaled(&depth, 256, &out, &n_lost, &err), &err);
	CHECK_BYTES(out.u16, 8, ((const uint16_t[]) { 65535, 0, 1, 25600 }), 8);
	CHECK_U64(n_lost, 2);
	CHECK_OK(mask_metres_float(&depth, &out, &err), &err);
	CHECK(out.f32[0] == 255.996f && out.f32[6] == -1 && out.f32[7] == 0);
	rv_image_release(&out);
}

CHECK_MODULE(metres)
{
	check_case("what does not fit is 0, and is counted", scaled);
}

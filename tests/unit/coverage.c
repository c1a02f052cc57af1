/* SPDX-License-Identifier: MIT */
/* mask/pixels/coverage.h */
#include "mask/pixels/coverage.h"

#include <string.h>

#include "check.h"

static void share(void)
{
	float ids[3] = { 1, 2, 3 }, first[3] = { 0.5f, 1, 1.1f }, second[3] = { 0.25f, 0.000001f, 0.9f };
	float then[3];
	struct rv_image planes[] = { { .width = 3, .height = 1, .channels = 1, .f32 = ids },
		                     { .width = 3, .height = 1, .channels = 1, .f32 = first },
		                     { .width = 3, .height = 1, .channels = 1, .f32 = ids },
		                     { .width = 3, .height = 1, .channels = 1, .f32 = second } };
	mask_coverage_share(planes, 4);
	CHECK_NEAR((double)first[0], 0.5, 0);
	CHECK_NEAR((double)second[0], 0.25, 0);
	CHECK_NEAR((double)first[1], 1, 0);
	CHECK_NEAR((double)first[2], 0.55, 1e-6);
	CHECK_NEAR((double)second[2], 0.45, 1e-6);
	CHECK_NEAR((double)ids[2], 3, 0);
	memcpy(then, first, sizeof(then));
	mask_coverage_share(planes, 4);
	CHECK(memcmp(then, first, sizeof(then)) == 0);
}

/* Two ranks of three pixels: 5 covers a half and all, 9 a half and a quarter, the last pixel has none. One number has
 * the bits of no number. */
static void of_ids(void)
{
	uint32_t bits[2][3] = { { 5, 0x7fc00001, 0 }, { 9, 5, 9 } };
	float ids[2][3], shares[2][3] = { { 0.5f, 0.75f, 0.25f }, { 0.5f, 0.25f, 0 } };
	memcpy(ids, bits, sizeof(ids));
	const struct rv_image planes[] = { { .width = 3, .height = 1, .channels = 1, .f32 = ids[0] },
		                           { .width = 3, .height = 1, .channels = 1, .f32 = shares[0] },
		                           { .width = 3, .height = 1, .channels = 1, .f32 = ids[1] },
		                           { .width = 3, .height = 1, .channels = 1, .f32 = shares[1] } };
	struct rv_image out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(mask_coverage_of(planes, 4, 5, &out, &err), &err);
	CHECK_BYTES(out.u16, 6, ((const uint16_t[]) { 32768, 16384, 0 }), 6);
	CHECK_OK(mask_coverage_of(planes, 4, 0x7fc00001, &out, &err), &err);
	CHECK_BYTES(out.u16, 6, ((const uint16_t[]) { 0, 49151, 0 }), 6);
	CHECK_OK(mask_coverage_of(planes, 4, 0, &out, &err), &err); /* no id, whatever its share */
	CHECK_BYTES(out.u16, 6, ((const uint16_t[]) { 0, 0, 0 }), 6);
	struct mask_covered items[] = { { .id = 9 }, { .id = 77 }, { .id = 0 }, { .id = 5 }, { .id = 0x7fc00001 } };
	mask_coverage_measure(planes, 4, items, RV_COUNTOF(items));
	CHECK_NEAR(items[0].area_px, 0.5, 0);
	CHECK_NEAR(items[1].area_px, 0, 0);
	CHECK_NEAR(items[2].area_px, 0, 0);
	CHECK_NEAR(items[3].area_px, 0.75, 0);
	CHECK_NEAR(items[4].area_px, 0.75, 0);
	mask_coverage_measure(planes, 4, items, 0);
	rv_image_release(&out);
}

CHECK_MODULE(coverage)
{
	check_case("what an id covers", of_ids);
	check_case("a pixel's coverages add up to 1 at most", share);
}

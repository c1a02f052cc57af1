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

static void to_index(void)
{
	static const struct {
		uint32_t ids[2];
		float shares[2];
		uint16_t present, wanted;
	} pixels[] = {
		{ { 5, 9 }, { 0.6f, 0.4f }, 2, 1 }, /* most of it */
		{ { 5, 9 }, { 0.3f, 0.2f }, 1, 0 }, /* the background covers more */
		{ { 5, 0 }, { 0.5f, 0 }, 1, 1 },    /* as much: what is there */
		{ { 5, 0 }, { 0.5f, 0 }, 0, 0 },
		{ { 5, 9 }, { 0.5f, 0.5f }, 2, 2 },
		{ { 5, 9 }, { 0.5f, 0.5f }, 1, 1 },
		{ { 5, 9 }, { 0.5f, 0.5f }, 7, 1 },    /* none of them is there: the first */
		{ { 77, 9 }, { 0.75f, 0.25f }, 2, 0 }, /* what has no name */
		{ { 11, 9 }, { 0.75f, 0.25f }, 4, 4 }, /* two have this id: the one that is there */
		{ { 11, 9 }, { 0.75f, 0.25f }, 2, 3 },
		{ { 0, 0 }, { 0, 0 }, 2, 0 },
	};
	static const struct mask_named names[] = { { 5, 1 }, { 9, 2 }, { 11, 3 }, { 11, 4 } };
	enum { N = RV_COUNTOF(pixels) };
	float ids[2][N], shares[2][N], indices[N];
	for (size_t i = 0; i < N; i++) {
		for (size_t k = 0; k < 2; k++) {
			memcpy(&ids[k][i], &pixels[i].ids[k], sizeof(float));
			shares[k][i] = pixels[i].shares[k];
		}
		indices[i] = pixels[i].present;
	}
	const struct rv_image planes[] = { { .width = N, .height = 1, .channels = 1, .f32 = ids[0] },
		                           { .width = N, .height = 1, .channels = 1, .f32 = shares[0] },
		                           { .width = N, .height = 1, .channels = 1, .f32 = ids[1] },
		                           { .width = N, .height = 1, .channels = 1, .f32 = shares[1] } };
	struct rv_image map = { .width = N, .height = 1, .channels = 1, .f32 = indices };
	mask_coverage_to_index(planes, 4, names, RV_COUNTOF(names), &map);
	for (size_t i = 0; i < N; i++) {
		CHECK_NEAR((double)indices[i], pixels[i].wanted, 0);
	}
	mask_coverage_to_index(planes, 4, names, 0, &map);
	CHECK_NEAR((double)indices[0], 0, 0);
}

CHECK_MODULE(coverage)
{
	check_case("what covers most of a pixel", to_index);
	check_case("what an id covers", of_ids);
	check_case("a pixel's coverages add up to 1 at most", share);
}

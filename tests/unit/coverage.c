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

CHECK_MODULE(coverage)
{
	check_case("a pixel's coverages add up to 1 at most", share);
}

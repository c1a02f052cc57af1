/* SPDX-License-Identifier: MIT */
/* mask/pixels/disparity.h: fx times baseline by depth, and what the other picture hides. */
#include "mask/pixels/disparity.h"

#include <string.h>

#include "check.h"
#include "mask/pixels/motion.h"

#define N 6

static void make(struct rv_image *image, const float numbers[N])
{
	struct rv_err err = RV_ERR_INIT;
	*image = (struct rv_image)RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(image, N, 1, 1, RV_PIXEL_F32, &err), &err);
	memcpy(image->f32, numbers, sizeof(float) * N);
}

/* A plane 4 m away with a thing 2 m away before it, and nothing at the last pixel; fx times baseline is 4: the plane is
 * 1 pixel apart, the thing 2. */
static const float left_depths[N] = { 4, 4, 4, 2, 4, 1e10f }, left_indices[N] = { 1, 1, 1, 2, 1, 0 };
static const float right_depths[N] = { 4, 2, 4, 4, 1e10f, 1e10f }, right_indices[N] = { 1, 2, 1, 1, 0, 0 };

static void disparity(void)
{
	struct rv_image depth, out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	make(&depth, (const float[]) { 4, 2, 8, 1e10f, 0, 0.5F });
	CHECK_OK(mask_disparity(&depth, 4, &out, &err), &err);
	const float wanted[N] = { 1, 2, 0.5F, 0, 0, 8 };
	CHECK_BYTES(out.f32, sizeof(wanted), wanted, sizeof(wanted));
	rv_image_release(&depth);
	rv_image_release(&out);
}

static void check_occlusion(const float depths[N], const float indices[N], const float there[N], const float whose[N],
                            bool is_left, const uint8_t wanted[N])
{
	struct rv_image depth, index, other_depth, other_index, apart = RV_IMAGE_INIT, out = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	make(&depth, depths);
	make(&index, indices);
	make(&other_depth, there);
	make(&other_index, whose);
	const struct mask_eye here = { .depth = &depth, .index = &index };
	const struct mask_eye other = { .depth = &other_depth, .index = &other_index };
	CHECK_OK(mask_disparity(&depth, 4, &apart, &err), &err);
	CHECK_OK(mask_disparity_occlusion(&here, &other, &apart, is_left, &out, &err), &err);
	CHECK_BYTES(out.u8, N, wanted, N);
	rv_image_release(&depth);
	rv_image_release(&index);
	rv_image_release(&other_depth);
	rv_image_release(&other_index);
	rv_image_release(&apart);
	rv_image_release(&out);
}

static void occlusion(void)
{
	/* The first pixel's point is out of the right picture; the third's is behind the thing, which is at 1 there. */
	check_occlusion(left_depths, left_indices, right_depths, right_indices, true,
	                (const uint8_t[]) { MASK_HIDDEN, MASK_SEEN, MASK_HIDDEN, MASK_SEEN, MASK_SEEN, MASK_UNSURE });
	/* The third's of the right one is behind the thing, which is at 3 in the left one. */
	check_occlusion(right_depths, right_indices, left_depths, left_indices, false,
	                (const uint8_t[]) { MASK_SEEN, MASK_SEEN, MASK_HIDDEN, MASK_SEEN, MASK_UNSURE, MASK_UNSURE });
}

CHECK_MODULE(disparity)
{
	check_case("disparity is fx times baseline by depth", disparity);
	check_case("a point is hidden out of the other picture, and behind what is nearer there", occlusion);
}

/* SPDX-License-Identifier: MIT */
/* Disparity of a rectified stereo pair: how far a point is apart in its two pictures. */
#ifndef RV_MASK_PIXELS_DISPARITY_H
#define RV_MASK_PIXELS_DISPARITY_H

#include "image.h"

/* F32: `fx_baseline` (pixels times metres) by depth (F32, metres); 0 where nothing is seen. Replaces *out. */
int mask_disparity(const struct rv_image *depth, double fx_baseline, struct rv_image *out,
                   struct rv_err *err) RV_MUST_USE;

/* One of the two pictures; F32 planes, metres and indices. */
struct mask_eye {
	const struct rv_image *depth, *index;
};
/*
 * U8, by enum of motion.h: whether the point of each pixel is seen in the other picture, which has the same size. It is
 * hidden where it is out of that picture, and where the pixel in which it lies has something before it (seen.h).
 * `disparity` is that of `here`, which `is_left` or right. Replaces *out.
 */
int mask_disparity_occlusion(const struct mask_eye *here, const struct mask_eye *other,
                             const struct rv_image *disparity, bool is_left, struct rv_image *out,
                             struct rv_err *err) RV_MUST_USE;

#endif

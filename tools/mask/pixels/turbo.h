/* SPDX-License-Identifier: MIT */
/*
 * Depth in colours, for people: the colour map Turbo over the inverse of depth, as near things matter more. Near is
 * red, far is blue, nothing is 26 26 26. Depths are F32 planes in metres.
 */
#ifndef RV_MASK_PIXELS_TURBO_H
#define RV_MASK_PIXELS_TURBO_H

#include "image.h"

#define MASK_TURBO_NOTHING 26

/* Depths that the first and the last colour stand for: metres, 0 < near <= far; both 0 where nothing is seen. */
struct mask_range {
	float near_m, far_m;
};

/* That of a picture without the nearest and the farthest 2 % of what is seen. */
struct mask_range mask_turbo_range(const struct rv_image *depth);
/* The smallest range that holds both. */
struct mask_range mask_turbo_join(struct mask_range a, struct mask_range b);
/* The colour of a share of the way from far (0) to near (1). */
void mask_turbo_colour(float share, uint8_t rgb[3]);
/* U8 RGB: what is beyond the range has the colour of its end. Replaces *out. */
int mask_turbo_draw(const struct rv_image *depth, struct mask_range range, struct rv_image *out,
                    struct rv_err *err) RV_MUST_USE;

#endif

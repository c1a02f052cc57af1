/* SPDX-License-Identifier: MIT */
/*
 * Coverage: how much of each pixel something covers, as Cryptomatte tells it. Planes are F32 and alternate an id (the
 * bits of a number) and a coverage, the largest first.
 */
#ifndef RV_MASK_PIXELS_COVERAGE_H
#define RV_MASK_PIXELS_COVERAGE_H

#include "image.h"

#define MASK_COVERAGE_ROUNDING 1e-5f /* a sum that is greater than 1 by less is 1 */

/* Cycles counts what is half-transparent with all of what is behind it, so that a pixel's coverages may add up to more
 * than 1: they are divided by their sum there. Done twice it changes nothing. */
void mask_coverage_share(struct rv_image *planes, size_t n_planes);

/* U16: how much of each pixel an id covers, 65535 for all of it. Replaces *out. */
int mask_coverage_of(const struct rv_image *planes, size_t n_planes, uint32_t id, struct rv_image *out,
                     struct rv_err *err) RV_MUST_USE;

/* What an id covers together, in pixels. */
struct mask_covered {
	uint32_t id;
	double area_px;
};
/* Finds area_px of each, in one walk over the pixels. */
void mask_coverage_measure(const struct rv_image *planes, size_t n_planes, struct mask_covered *items, size_t n);

/* An id, and the index that stands for it in a map. */
struct mask_named {
	uint32_t id, index;
};
/*
 * Changes an index map (F32) so that each pixel has the index of what covers most of it: one of `names`, sorted by id,
 * or 0 where the background does, or what has no name. Where several have one id, or cover as much, it stays what it is
 * if that is one of them.
 */
void mask_coverage_to_index(const struct rv_image *planes, size_t n_planes, const struct mask_named *names, size_t n,
                            struct rv_image *map);

#endif

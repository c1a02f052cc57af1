/* SPDX-License-Identifier: MIT */
/* Whether a point in space is seen, by the depth map. */
#ifndef RV_MASK_PIXELS_SEEN_H
#define RV_MASK_PIXELS_SEEN_H

#include "image.h"

/* What a depth may differ from that of the pixel's centre besides the slope: part of the depth. */
#define MASK_SEEN_TOLERANCE 0.001

/*
 * True when nothing is before the point at u, v (in pixels, within the picture) and `depth_m` from the camera. `depth`
 * and `index` are F32 planes. Depths are those of the pixels' centres: a point that lies on the surface, but elsewhere
 * in its pixel, differs by the slope. So it is compared with the farthest of the pixel and those of its eight
 * neighbours that have the same index. Where the pixel is the point's own object (`own` is its index), it may lie
 * `below_m` deeper.
 */
bool mask_is_seen(const struct rv_image *depth, const struct rv_image *index, double u, double v, double depth_m,
                  uint32_t own, double below_m);

#endif

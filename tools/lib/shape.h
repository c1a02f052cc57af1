/* SPDX-License-Identifier: MIT */
/* Measures of a mask, in pixels of its picture: x to the right, y down, the first pixel from 0 to 1. */
#ifndef RV_SHAPE_H
#define RV_SHAPE_H

#include "rle.h"

enum rv_side { RV_SIDE_LEFT = 1, RV_SIDE_TOP = 2, RV_SIDE_RIGHT = 4, RV_SIDE_BOTTOM = 8 };

/* The mean of the pixels' centres; 0 0 for an empty mask. */
void rv_shape_centroid(const struct rv_rle *mask, double centroid[2]);
/* The sides of the picture that a mask with this box touches: bits of enum rv_side. */
unsigned int rv_shape_sides(const struct rv_rle *mask, const uint32_t bbox[4]);
/* The smallest rectangle, turned as it may be, that the whole pixels of the mask fit into: its corners clockwise as one
 * sees them, from the uppermost on (the left one of two). They may lie outside the picture. False for an empty mask. */
bool rv_shape_rectangle(const struct rv_rle *mask, double corners[4][2]);

#endif

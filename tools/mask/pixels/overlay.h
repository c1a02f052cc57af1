/* SPDX-License-Identifier: MIT */
/* Masks drawn over a picture, for people: each object's area in its colour, and its outline. */
#ifndef RV_MASK_PIXELS_OVERLAY_H
#define RV_MASK_PIXELS_OVERLAY_H

#include "image.h"
#include "mask/pixels/take.h"

/* An entry of a table by index: the colour as in take.h, and what is drawn of the object. 0: nothing. */
enum { MASK_OVERLAY_FILLED = 1 << 24, MASK_OVERLAY_OUTLINED = 1 << 25 };

/* The picture as U8 RGB, before dark grey where it is transparent. Replaces *out. */
int mask_overlay_ground(const struct rv_image *picture, struct rv_image *out, struct rv_err *err) RV_MUST_USE;
/* Areas at 45 %. */
void mask_overlay_fill(const struct rv_image *map, const uint32_t table[MASK_TAKE_LEN], struct rv_image *picture);
/* Outlines within the objects, 1.5 px wide, with a dark halo of 0.75 px on either side; `scale` times that. `distance`
 * is replaced: how far each pixel's centre is from the border of its object (F32, in pixels). */
int mask_overlay_outline(const struct rv_image *map, const uint32_t table[MASK_TAKE_LEN], double scale,
                         struct rv_image *distance, struct rv_image *picture, struct rv_err *err) RV_MUST_USE;

#endif

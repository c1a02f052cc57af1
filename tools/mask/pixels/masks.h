/* SPDX-License-Identifier: MIT */
/* Masks: which pixels are of something. Each replaces *out. */
#ifndef RV_MASK_PIXELS_MASKS_H
#define RV_MASK_PIXELS_MASKS_H

#include "image.h"
#include "mask/pixels/labels.h"

/* U16: 65535 where an F32 plane is above the threshold, else 0. */
int mask_above(const struct rv_image *plane, double threshold, struct rv_image *out, struct rv_err *err) RV_MUST_USE;
/* U8: 255 where a map has the label's index, else 0. */
int mask_of_label(const struct mask_label *label, const struct rv_image *map, struct rv_image *out,
                  struct rv_err *err) RV_MUST_USE;
/* U8: 255 where one of the four pixels beside it has another index. */
int mask_of_edges(const struct rv_image *map, struct rv_image *out, struct rv_err *err) RV_MUST_USE;
/* U8: 1 where something is seen: by its depth (F32), or by its index (F32) where `depth` is NULL. */
int mask_of_seen(const struct rv_image *depth, const struct rv_image *index, struct rv_image *out,
                 struct rv_err *err) RV_MUST_USE;
/* The alpha of a picture, with its pixel form; a picture without one is opaque. */
int mask_of_alpha(const struct rv_image *picture, struct rv_image *out, struct rv_err *err) RV_MUST_USE;

#endif

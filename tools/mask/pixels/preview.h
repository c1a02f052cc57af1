/* SPDX-License-Identifier: MIT */
/* Pictures of labels for people. No number is to be read from them. */
#ifndef RV_MASK_PREVIEW_H
#define RV_MASK_PREVIEW_H

#include "image.h"

/* Depth in metres (F32) as U16 grey: nearest 0, farthest 65534, background (RV_DEPTH_SEEN_MAX and more, and what is not
 * finite) 65535. */
int mask_preview_depth(const struct rv_image *depth, struct rv_image *out, struct rv_err *err) RV_MUST_USE;

#endif

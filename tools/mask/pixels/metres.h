/* SPDX-License-Identifier: MIT */
/* Depth in metres (F32) as others have it: 0 where nothing is seen; and as the distance along rays. */
#ifndef RV_MASK_PIXELS_METRES_H
#define RV_MASK_PIXELS_METRES_H

#include "camera.h"
#include "image.h"

/* U16: metres times `per_metre`, rounded. What is seen, but does not fit into 1..65535, is 0, too; *n_lost says how
 * many pixels that are. Replaces *out. */
int mask_metres_scaled(const struct rv_image *depth, double per_metre, struct rv_image *out, size_t *n_lost,
                       struct rv_err *err) RV_MUST_USE;
/* F32, the metres themselves. Replaces *out. */
int mask_metres_float(const struct rv_image *depth, struct rv_image *out, struct rv_err *err) RV_MUST_USE;
/* F32, metres along the ray through each pixel's centre; what is not seen stays as it is. The camera is a pinhole, or
 * parallel. Replaces *out. */
int mask_metres_along(const struct rv_image *depth, const struct rv_camera *camera, struct rv_image *out,
                      struct rv_err *err) RV_MUST_USE;

#endif

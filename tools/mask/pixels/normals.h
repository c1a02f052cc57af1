/* SPDX-License-Identifier: MIT */
/* Surface normals: three F32 planes, X Y Z, 0 0 0 where there is nothing. */
#ifndef RV_MASK_NORMALS_H
#define RV_MASK_NORMALS_H

#include "image.h"

/* Makes each normal 1 long that is longer than 0: Blender averages over a pixel, so those at edges are shorter. */
void mask_normals_unit(struct rv_image normals[3]);
/* Makes 0 0 0 of those that are a mixture of several surfaces: shorter than MASK_NORMAL_PURE. */
#define MASK_NORMAL_PURE 0.99f
void mask_normals_pure(struct rv_image normals[3]);
/* From world to camera space (x right, y up, z towards the camera); `camera` is the 3x3 part of its matrix_world, whose
 * columns are its axes in the world. Replaces out[0..2]. */
int mask_normals_to_camera(const struct rv_image normals[3], const double camera[3][3], struct rv_image out[3],
                           struct rv_err *err) RV_MUST_USE;
/* As U8 RGB: -1 to 1 as 0 to 255 after making it 1 long, black where there is none. */
int mask_normals_preview(const struct rv_image normals[3], struct rv_image *out, struct rv_err *err) RV_MUST_USE;

#endif

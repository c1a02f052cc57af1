/* SPDX-License-Identifier: MIT */
/*
 * Optical flow from Blender's Vector pass or from poses, and the formats it is exchanged in.
 *
 * A flow is two F32 planes: u, the way to the right, and v, the way down, in pixels. Where there is nothing (no object
 * in the pixel), the flow is not known: both are RV_FLOW_UNKNOWN.
 */
#ifndef RV_MASK_FLOW_H
#define RV_MASK_FLOW_H

#include "mask/pixels/motion.h"
#include "str.h"
#include "vocabulary.h"

enum mask_flow_direction { MASK_FLOW_FORWARD, MASK_FLOW_BACKWARD }; /* to the next frame, to the one before */

/*
 * From the planes X, Y, Z, W of the pass: X, Y is where the point was in the frame before minus where it is, Z, W where
 * it is minus where it will be in the next, with y upwards. So the way forward is (-Z, +W) and the way back (+X, -Y).
 * A pixel is known where `is_object` (U8, 1 or 0) says so and both numbers are finite. Replaces uv[0] and uv[1].
 */
int mask_flow_from(const struct rv_image vector[4], const struct rv_image *is_object,
                   enum mask_flow_direction direction, struct rv_image uv[2], struct rv_err *err) RV_MUST_USE;

/*
 * From how the points of a picture move (motion.h): where the point that a pixel's centre shows is seen from `other`,
 * the camera of the other frame, minus that centre. Not known where the motion is not, and where the point is not
 * before that camera. Replaces uv[0] and uv[1].
 */
int mask_flow_of_motions(struct mask_moves *moves, const struct rv_camera *other, struct rv_image uv[2],
                         struct rv_err *err) RV_MUST_USE;

/*
 * The same in the place of what uv has by Blender's vectors, where objects deform or are not there in the other frame.
 * Without another frame, `other` NULL, only what is not known in this one becomes so: what its vertices do not tell of,
 * Blender does not know either.
 */
void mask_flow_mend(struct mask_moves *moves, const struct rv_camera *other, struct rv_image uv[2]);

/* Middlebury's .flo: "PIEH", width, height, then u and v of each pixel, little-endian. Appends the file. */
void mask_flow_flo(const struct rv_image uv[2], struct rv_str *out);
/* KITTI's PNG as U16 RGB: 32768 + 64 u, 32768 + 64 v, 1; all 0 where the flow is not known or does not fit. */
int mask_flow_kitti(const struct rv_image uv[2], struct rv_image *out, struct rv_err *err) RV_MUST_USE;
/*
 * Middlebury's colour wheel as U8 RGB: the hue is the direction, the saturation the length r, black is not known. The
 * scale is that of the image's size, not of its contents, so that colours compare within a sequence: the saturation is
 * r / (r + 1 % of the diagonal).
 */
int mask_flow_preview(const struct rv_image uv[2], struct rv_image *out, struct rv_err *err) RV_MUST_USE;

#endif

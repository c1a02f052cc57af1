/* SPDX-License-Identifier: MIT */
/* The numbers of a pinhole camera, as formats hold them: intrinsics in pixels, and the pose. */
#ifndef RV_VERIFY_CAMERA_H
#define RV_VERIFY_CAMERA_H

#include "sample.h"

struct verify_camera {
	double fl_x, fl_y, cx, cy, width, height;
	double matrix[4][4]; /* camera to world, OpenGL's axes */
};

/* That of a picture by its record. False when it has no intrinsics. */
bool verify_camera_read(const struct rv_picture *picture, struct verify_camera *camera);
/* Rows of numbers; NAN for what is none. */
void verify_camera_read_matrix(struct rv_json rows, double matrix[4][4]);
/* Appends "fl_x=50 fl_y=50 ...", the same text for the same numbers only. */
void verify_camera_put(const struct verify_camera *camera, struct rv_str *text);

#endif

/* SPDX-License-Identifier: MIT */
/* The camera of a picture, for formats that carry poses and intrinsics. */
#ifndef RV_SINK_CAMERA_H
#define RV_SINK_CAMERA_H

#include "sink/picture.h"

struct sink_camera {
	double fl_x, fl_y, cx, cy; /* pixels; the centre of the first pixel is at 0.5, 0.5 */
	uint32_t width, height;    /* of the picture */
	uint32_t channels;         /* of its file; 0: it is no PNG file */
	double pose[4][4];         /* rows; camera to world, OpenGL axes: x right, y up, the view along -z */
};

/* Reads the camera of a picture with an image. Fails (RV_E_BAD_RECORD) on one that is not perspective or not whole, and
 * when the intrinsics are of another size than the image has, as far as that is a PNG file. */
int sink_camera_read(struct sink_sample *sample, struct sink_picture *picture, const struct format *format,
                     struct sink_camera *camera, struct rv_err *err) RV_MUST_USE;
/* All but the pose. */
bool sink_camera_same_intrinsics(const struct sink_camera *a, const struct sink_camera *b);

#endif

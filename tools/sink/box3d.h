/* SPDX-License-Identifier: MIT */
/* The 3D box of an object in a picture, and what the picture's camera sees of it. */
#ifndef RV_SINK_BOX3D_H
#define RV_SINK_BOX3D_H

#include "sink/camera.h"

/* In metres, in the camera's axes: x right, y down, z forward. */
struct sink_box3d {
	double size[3];    /* along the object's own x, y and z */
	double axes[3][3]; /* where they point: axes[0] is the object's x */
	double center[3];
};

/* Where it is in a picture: in its view, in its frame, else in the record. False when there is none. */
bool sink_box3d_read(const struct rv_picture *picture, const struct sink_camera *camera,
                     const struct rv_annotation *annotation, struct sink_box3d *box);

#endif

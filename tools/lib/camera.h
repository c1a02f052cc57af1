/* SPDX-License-Identifier: MIT */
/*
 * The camera of a picture, as records have it, and where it sees points.
 *
 * Seen from a camera, x goes to the right, y down and z away from it (OpenCV's axes), in metres. Pixels are those of K:
 * the centre of the first one is at 0.5, 0.5.
 */
#ifndef RV_CAMERA_H
#define RV_CAMERA_H

#include "json.h"

struct rv_camera {
	bool has_pose;    /* matrix_world is there, and whole */
	bool is_pinhole;  /* perspective, with K and a pose: what follows is there */
	bool is_parallel; /* orthographic */
	bool has_pixels; /* it is known where points are in the picture: a pinhole, or orthographic with all it takes */
	double axes[3]
	           [3];  /* columns: the camera's axes in the world, as Blender has them: x right, y up, z backwards */
	double place[3]; /* of the camera in the world, metres */
	double fx, fy, cx, cy; /* of a pinhole those of K; of an orthographic one pixels per metre, and the middle */
	double clip_m[2];      /* near, far; 0 and infinity where the record has none */
};

/* Reads a record's `camera`. What is missing or wrong is not there, which the two flags say. */
void rv_camera_read(struct rv_camera *camera, struct rv_json json);
/* A point of the world as the camera sees it. Needs the pose. */
void rv_camera_see(const struct rv_camera *camera, const double world[3], double seen[3]);
/* The other way round. */
void rv_camera_place(const struct rv_camera *camera, const double seen[3], double world[3]);
/* The pixel of such a point; false where it is not before the camera. Needs has_pixels. */
bool rv_camera_pixel(const struct rv_camera *camera, const double seen[3], double pixel[2]);
/* The other way round: the point that is seen at a pixel, depth_m from the camera's plane. Needs has_pixels. */
void rv_camera_point(const struct rv_camera *camera, const double pixel[2], double depth_m, double seen[3]);

#endif

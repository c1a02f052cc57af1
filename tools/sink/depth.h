/* SPDX-License-Identifier: MIT */
/* The depth map of a picture. */
#ifndef RV_SINK_DEPTH_H
#define RV_SINK_DEPTH_H

#include "sink/picture.h"

/* Reads the depth of a picture that has a file of the role "depth": *depth is replaced by metres to the camera's plane,
 * RV_DEPTH_NOTHING where nothing is seen. Fails when it is of another size than width x height. */
int sink_depth_read(struct sink_sample *sample, const struct rv_picture *picture, uint32_t width, uint32_t height,
                    struct rv_image *depth, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Control clips, which world models are conditioned on. */
#ifndef RV_FORMAT_CONTROL_H
#define RV_FORMAT_CONTROL_H

#include "err.h"

#define FORMAT_CONTROL_FRAMES_MAX 100000 /* five digits */

/* The clips of a sequence, in step. X(enum constant, name) */
#define FORMAT_CONTROL_CLIP_LIST(X) \
	X(RGB, "rgb")                   /* the picture */ \
	X(DEPTH, "depth")               /* grey; not there where samples have no depth */ \
	X(SEGMENTATION, "segmentation") /* a colour for each object, the same over the clip; background black */ \
	X(EDGES, "edges")               /* white between two objects, and between an object and the background */

enum format_control_clip {
#define FORMAT_CONTROL_CLIP(constant, name) FORMAT_CONTROL_##constant,
	FORMAT_CONTROL_CLIP_LIST(FORMAT_CONTROL_CLIP)
#undef FORMAT_CONTROL_CLIP
	        FORMAT_CONTROL_CLIPS
};
extern const char *const format_control_clips[];

/* Grey values of depth: of the nearest and of the farthest surface of the clip, linear between, and of no surface. */
#define FORMAT_CONTROL_NEAR 255
#define FORMAT_CONTROL_FAR 1
#define FORMAT_CONTROL_NOTHING 0

#endif

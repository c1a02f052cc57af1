/* SPDX-License-Identifier: MIT */
/* KITTI's object detection, and what its other benchmarks share with it. */
#ifndef RV_FORMAT_KITTI_H
#define RV_FORMAT_KITTI_H

#include "err.h"

#define FORMAT_KITTI_PICTURES_MAX 1000000 /* six digits */
#define FORMAT_KITTI_SEQUENCES_MAX 10000  /* four digits */
#define FORMAT_KITTI_FRAMES_MAX 1000000   /* of a sequence: six digits */
#define FORMAT_KITTI_LEAN_MAX_DEG 1       /* that an object may lean, seen from the camera, and have a 3D box */

/* The types that its tools know, ended by NULL. */
extern const char *const format_kitti_types[];
#define FORMAT_KITTI_DONT_CARE "DontCare"

/* The columns of a row of labels that say "not known". */
#define FORMAT_KITTI_NO_ANGLE (-10)
#define FORMAT_KITTI_NO_SIZE (-1)
#define FORMAT_KITTI_NO_PLACE (-1000)

/* The column `occluded`, by how much is seen of what is in the picture: 0 from SEEN_FULLY on, 1 from SEEN_PARTLY on,
 * 2 below it; 3 is not known. The benchmark itself gives no numbers. */
#define FORMAT_KITTI_SEEN_FULLY 0.8
#define FORMAT_KITTI_SEEN_PARTLY 0.5
#define FORMAT_KITTI_OCCLUDED_UNKNOWN 3

struct format_kitti_options {
	int other; /* place in format_kitti_others; -1: a category that is no type is refused */
};
extern const char *const format_kitti_others[];
extern struct format_kitti_options format_kitti_options;

#endif

/* SPDX-License-Identifier: MIT */
/* KITTI's tracking benchmark. */
#ifndef RV_FORMAT_KITTI_TRACKING_H
#define RV_FORMAT_KITTI_TRACKING_H

#include "err.h"

/* The types that its tools know, ended by NULL. */
extern const char *const format_kitti_tracking_types[];
#define FORMAT_KITTI_TRACKING_TRUNCATED_MAX 2 /* 0: not, 1: up to half of it, 2: more */
#define FORMAT_KITTI_TRACKING_NO_ID (-1)      /* of an area that is ignored */

struct format_kitti_tracking_options {
	int other; /* place in format_kitti_others; -1: a category that is no type is refused */
};
extern struct format_kitti_tracking_options format_kitti_tracking_options;

#endif

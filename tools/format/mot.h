/* SPDX-License-Identifier: MIT */
/* MOT Challenge. */
#ifndef RV_FORMAT_MOT_H
#define RV_FORMAT_MOT_H

#include "err.h"

#define FORMAT_MOT_FRAMES_MAX 999999 /* six digits */

/* The classes; their numbers are their places from 1. Ended by NULL. */
extern const char *const format_mot_classes[];
#define FORMAT_MOT_PEDESTRIAN 1 /* the one that is scored */

struct format_mot_options {
	int other; /* place in format_mot_classes; -1: a category that is no class is refused */
};
extern struct format_mot_options format_mot_options;

#endif

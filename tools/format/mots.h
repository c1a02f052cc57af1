/* SPDX-License-Identifier: MIT */
/* KITTI MOTS. */
#ifndef RV_FORMAT_MOTS_H
#define RV_FORMAT_MOTS_H

#include "err.h"

/* The classes that are tracked; their numbers are their places from 1. Ended by NULL. */
extern const char *const format_mots_classes[];
#define FORMAT_MOTS_IGNORE 10         /* the class of what is not to be scored */
#define FORMAT_MOTS_CLASS 1000        /* an id is so many times the class, and the number of the object */
#define FORMAT_MOTS_INSTANCES_MAX 999 /* of a class in a sequence, numbered from 1; what is ignored has 0 */

struct format_mots_options {
	int other; /* 0: a category that is no class is ignored; -1: it is refused */
};
extern struct format_mots_options format_mots_options;

#endif

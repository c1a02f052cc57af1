/* SPDX-License-Identifier: MIT */
/*
 * How far objects leave the picture: from where the corners of an object's box (`box3d`) are in it, the smallest
 * upright rectangle around them, and which part of that lies outside.
 */
#ifndef RV_MASK_BOUNDS_H
#define RV_MASK_BOUNDS_H

#include "json.h"

struct mask_bounds {
	uint32_t index;                  /* of the object */
	bool is_known;                   /* all corners are before the camera */
	double left, top, right, bottom; /* pixels; the picture is 0..width, 0..height */
};

struct mask_bounds_list {
	struct mask_bounds *items; /* in the order of the objects */
	size_t len, cap;
};

/* Takes the bounds of those of a record's (or frame's) `objects` that have a box. */
void mask_bounds_take(struct mask_bounds_list *list, struct rv_json objects);
void mask_bounds_release(struct mask_bounds_list *list);
/* The bounds of an object, or NULL. */
const struct mask_bounds *mask_bounds_find(const struct mask_bounds_list *list, uint32_t index);
/* The part outside a picture of this size, 0 to 1 in steps of a millionth; -1 when it is not known. */
double mask_bounds_truncation(const struct mask_bounds *bounds, uint32_t width, uint32_t height);

#endif

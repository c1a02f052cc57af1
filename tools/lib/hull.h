/* SPDX-License-Identifier: MIT */
/* Convex polygons in the plane, x to the right, y down: corners clockwise as one sees them, from the uppermost on (the
 * left one of two). Those without an area have no corners. */
#ifndef RV_HULL_H
#define RV_HULL_H

#include <stddef.h>

struct rv_hull_point {
	double x, y;
};

/* The hull of points, which are sorted for it: at most as many corners. Returns how many. */
size_t rv_hull_of(struct rv_hull_point *points, size_t n, struct rv_hull_point *hull);
double rv_hull_area(const struct rv_hull_point *hull, size_t n);
/* The part of a hull that lies within 0..width and 0..height: at most n + 4 corners, from any on. Returns how many. */
size_t rv_hull_clip(const struct rv_hull_point *hull, size_t n, double width, double height,
                    struct rv_hull_point *part);

#endif

/* SPDX-License-Identifier: MIT */
/* Convex polygons in the plane. */
#include "hull.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* From left to right, upper ones first. */
static int by_place(const void *a, const void *b)
{
	const struct rv_hull_point *const left = a, *const right = b;
	return left->x != right->x ? (left->x > right->x) - (left->x < right->x)
	                           : (left->y > right->y) - (left->y < right->y);
}

static double cross(struct rv_hull_point a, struct rv_hull_point b, struct rv_hull_point c)
{
	return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static void put(struct rv_hull_point *hull, size_t *n, size_t first, struct rv_hull_point point)
{
	while (*n >= first + 2 && cross(hull[*n - 2], hull[*n - 1], point) <= 0) {
		--*n;
	}
	hull[(*n)++] = point;
}

static void turn_uppermost_first(struct rv_hull_point *hull, size_t n)
{
	size_t first = 0;
	struct rv_hull_point *const turned = rv_alloc(n * sizeof(*turned));
	for (size_t i = 1; i < n; i++) {
		first = hull[i].y < hull[first].y || (hull[i].y <= hull[first].y && hull[i].x < hull[first].x) ? i
		                                                                                               : first;
	}
	for (size_t i = 0; i < n; i++) {
		turned[i] = hull[(first + i) % n];
	}
	memcpy(hull, turned, n * sizeof(*hull));
	free(turned);
}

size_t rv_hull_of(struct rv_hull_point *points, size_t n, struct rv_hull_point *hull)
{
	struct rv_hull_point *const all = rv_alloc((2 * n + 1) * sizeof(*all));
	size_t len = 0;
	qsort(points, n, sizeof(*points), by_place);
	for (size_t i = 0; i < n; i++) { /* the upper side, to the right */
		put(all, &len, 0, points[i]);
	}
	const size_t first = len > 0 ? len - 1 : 0;
	for (size_t i = n; i-- > 1;) { /* the lower side, back to where it began */
		put(all, &len, first, points[i - 1]);
	}
	len = len > 0 ? len - 1 : 0;
	if (len < 3) {
		free(all);
		return 0;
	}
	memcpy(hull, all, len * sizeof(*hull));
	free(all);
	turn_uppermost_first(hull, len);
	return len;
}

double rv_hull_area(const struct rv_hull_point *hull, size_t n)
{
	double twice = 0;
	for (size_t i = 2; i < n; i++) {
		twice += cross(hull[0], hull[i - 1], hull[i]);
	}
	return twice / 2;
}

/* ---- clipping -------------------------------------------------------------------------------------------------- */

/* A half-plane: what is within has a x + b y <= c. */
struct half {
	double a, b, c;
};

static double beyond(struct half half, struct rv_hull_point p)
{
	return half.a * p.x + half.b * p.y - half.c;
}

/* Between a point within and one beyond. */
static struct rv_hull_point crossing(struct half half, struct rv_hull_point p, struct rv_hull_point q)
{
	const double share = beyond(half, p) / (beyond(half, p) - beyond(half, q));
	return (struct rv_hull_point) { p.x + share * (q.x - p.x), p.y + share * (q.y - p.y) };
}

static size_t cut(const struct rv_hull_point *from, size_t n, struct half half, struct rv_hull_point *to)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		const struct rv_hull_point p = from[i], q = from[(i + 1) % n];
		const bool p_is_in = beyond(half, p) <= 0, q_is_in = beyond(half, q) <= 0;
		if (p_is_in) {
			to[len++] = p;
		}
		if (p_is_in != q_is_in) {
			to[len++] = crossing(half, p, q);
		}
	}
	return len;
}

size_t rv_hull_clip(const struct rv_hull_point *hull, size_t n, double width, double height, struct rv_hull_point *part)
{
	const struct half sides[] = { { -1, 0, 0 }, { 0, -1, 0 }, { 1, 0, width }, { 0, 1, height } };
	struct rv_hull_point *const before = rv_alloc((n + RV_COUNTOF(sides)) * sizeof(*before));
	size_t len = n;
	memcpy(part, hull, n * sizeof(*part));
	for (size_t i = 0; i < RV_COUNTOF(sides); i++) {
		memcpy(before, part, len * sizeof(*before));
		len = cut(before, len, sides[i], part);
	}
	free(before);
	return len < 3 ? 0 : len;
}

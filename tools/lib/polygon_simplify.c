/* SPDX-License-Identifier: MIT */
/* Rings with fewer points. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "polygon.h"

#define CORNERS_MIN 3 /* of a ring */

/* How far a point is from the line from a to b, squared. */
static double distance_2(struct rv_point a, struct rv_point b, struct rv_point p)
{
	const double bx = b.x - a.x, by = b.y - a.y, px = p.x - a.x, py = p.y - a.y;
	const double length_2 = bx * bx + by * by, along = bx * px + by * py, across = bx * py - by * px;
	if (along <= 0 || length_2 <= 0) {
		return px * px + py * py;
	}
	if (along >= length_2) {
		return (px - bx) * (px - bx) + (py - by) * (py - by);
	}
	return across * across / length_2;
}

/* The point of a chain that is farthest from the line between its ends; the first one of several. The chain begins at
 * `from` and ends at `to`, which may be behind the ring's last point: that is its first. */
static size_t farthest(const struct rv_point *ring, size_t n, size_t from, size_t to, double *distance)
{
	size_t best = from;
	*distance = -1;
	for (size_t i = from + 1; i < to; i++) {
		const double d = distance_2(ring[from], ring[to % n], ring[i]);
		if (d > *distance) {
			*distance = d;
			best = i;
		}
	}
	return best;
}

struct chain {
	size_t from, to;
};

/* Marks the points that stay. */
static void keep(const struct rv_point *ring, size_t n, struct chain chain, double tolerance_2, bool *kept,
                 struct chain *stack)
{
	size_t depth = 0;
	stack[depth++] = chain;
	while (depth > 0) {
		const struct chain at = stack[--depth];
		double distance;
		const size_t middle = farthest(ring, n, at.from, at.to, &distance);
		if (distance > tolerance_2) {
			kept[middle] = true;
			stack[depth++] = (struct chain) { middle, at.to };
			stack[depth++] = (struct chain) { at.from, middle };
		}
	}
}

/* Points that stay in any case: bridges and the first one; where these are no ring, the one farthest from it, and, that
 * there be an area, the one farthest from the line between these. */
static void keep_corners(const struct rv_point *ring, size_t n, const bool *is_bridge, bool *kept)
{
	double distance, other_distance;
	size_t n_kept = 0;
	memcpy(kept, is_bridge, n * sizeof(*kept));
	kept[0] = true;
	for (size_t i = 0; i < n; i++) {
		n_kept += kept[i];
	}
	if (n_kept < CORNERS_MIN) {
		const size_t opposite = farthest(ring, n, 0, n, &distance);
		const size_t one = farthest(ring, n, 0, opposite, &distance);
		const size_t other = farthest(ring, n, opposite, n, &other_distance);
		kept[opposite] = kept[distance >= other_distance ? one : other] = true;
	}
}

static void simplify_ring(const struct rv_point *ring, size_t n, const bool *is_bridge, double tolerance_2, bool *kept,
                          struct chain *stack)
{
	keep_corners(ring, n, is_bridge, kept);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && !kept[to]; to++) {
		}
		keep(ring, n, (struct chain) { from, to }, tolerance_2, kept, stack);
		/* what was kept in between is behind us: `to` is the next corner */
	}
}

void rv_polygons_simplify(struct rv_polygons *polygons, double tolerance_px)
{
	bool *const kept = rv_alloc_zero(polygons->n_points + 1, sizeof(*kept));
	struct chain *const stack = rv_alloc_zero(polygons->n_points + 1, sizeof(*stack));
	size_t n_points = 0;
	for (size_t i = 0, first = 0; i < polygons->n_rings; i++) {
		const size_t end = polygons->ends[i];
		simplify_ring(polygons->points + first, end - first, polygons->is_bridge + first,
		              tolerance_px * tolerance_px, kept + first, stack);
		for (size_t k = first; k < end; k++) {
			if (kept[k]) {
				polygons->points[n_points] = polygons->points[k];
				polygons->is_bridge[n_points++] = polygons->is_bridge[k];
			}
		}
		first = end;
		polygons->ends[i] = n_points;
	}
	polygons->n_points = n_points;
	free(kept);
	free(stack);
}

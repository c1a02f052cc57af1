/* SPDX-License-Identifier: MIT */
/* Measures of a mask. */
#include "shape.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void rv_shape_centroid(const struct rv_rle *mask, double centroid[2])
{
	const uint64_t height = mask->height;
	uint64_t x_sum = 0, y_sum = 0, n = 0, at = 0; /* twice the sums of the centres' coordinates */
	for (size_t i = 0; i < mask->len; at += mask->counts[i++]) {
		for (uint64_t start = at, left = i & 1 ? mask->counts[i] : 0; left > 0;) {
			const uint64_t x = start / height, y = start % height, len = RV_MIN(left, height - y);
			x_sum += len * (2 * x + 1);
			y_sum += len * (2 * y + len);
			n += len;
			start += len;
			left -= len;
		}
	}
	centroid[0] = n > 0 ? (double)x_sum / (double)(2 * n) : 0;
	centroid[1] = n > 0 ? (double)y_sum / (double)(2 * n) : 0;
}

unsigned int rv_shape_sides(const struct rv_rle *mask, const uint32_t bbox[4])
{
	const bool is_empty = bbox[2] == 0;
	return is_empty ? 0
	                : (bbox[0] == 0 ? RV_SIDE_LEFT : 0U) | (bbox[1] == 0 ? RV_SIDE_TOP : 0U) |
	                          (bbox[0] + bbox[2] == mask->width ? RV_SIDE_RIGHT : 0U) |
	                          (bbox[1] + bbox[3] == mask->height ? RV_SIDE_BOTTOM : 0U);
}

/* ---- the smallest rectangle ------------------------------------------------------------------------------------ */

struct corner {
	int64_t x, y;
};

/* Of each column of the box, where its mask begins and ends. A column without any is one of begin > end. */
struct extent {
	int64_t begin, end;
};

static void find_extents(const struct rv_rle *mask, uint32_t x0, struct extent *extents, uint32_t n)
{
	uint64_t at = 0;
	for (uint32_t i = 0; i < n; i++) {
		extents[i] = (struct extent) { .begin = INT64_MAX, .end = 0 };
	}
	for (size_t i = 0; i < mask->len; at += mask->counts[i++]) {
		for (uint64_t start = at, left = i & 1 ? mask->counts[i] : 0; left > 0;) {
			const uint64_t y = start % mask->height, len = RV_MIN(left, mask->height - y);
			struct extent *const extent = &extents[start / mask->height - x0];
			extent->begin = RV_MIN(extent->begin, (int64_t)y);
			extent->end = RV_MAX(extent->end, (int64_t)(y + len));
			start += len;
			left -= len;
		}
	}
}

static int64_t cross(struct corner a, struct corner b, struct corner c)
{
	return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

static void put_corner(struct corner *hull, size_t *n, size_t first, struct corner corner)
{
	while (*n >= first + 2 && cross(hull[*n - 2], hull[*n - 1], corner) <= 0) {
		--*n;
	}
	hull[(*n)++] = corner;
}

/* The convex hull of the pixels' corners, clockwise as one sees it, from the left of the upper side on. `hull` has room
 * for four corners of each column. */
static size_t find_hull(const struct extent *extents, uint32_t x0, uint32_t columns, struct corner *hull)
{
	size_t n = 0;
	for (uint32_t i = 0; i < columns; i++) {
		if (extents[i].begin < extents[i].end) {
			put_corner(hull, &n, 0, (struct corner) { x0 + i, extents[i].begin });
			put_corner(hull, &n, 0, (struct corner) { x0 + i + 1, extents[i].begin });
		}
	}
	const size_t first = n; /* the lower side goes back below the upper one's right end */
	for (uint32_t i = columns; i-- > 0;) {
		if (extents[i].begin < extents[i].end) {
			put_corner(hull, &n, first, (struct corner) { x0 + i + 1, extents[i].end });
			put_corner(hull, &n, first, (struct corner) { x0 + i, extents[i].end });
		}
	}
	return n;
}

/* A rectangle along an edge of the hull: its sides by the length of the edge. */
struct rectangle {
	struct corner edge;
	int64_t along[2], across[2];
};

static struct rectangle around(const struct corner *hull, size_t n, struct corner edge)
{
	struct rectangle r = { .edge = edge, .along = { INT64_MAX, INT64_MIN }, .across = { INT64_MAX, INT64_MIN } };
	for (size_t i = 0; i < n; i++) {
		const int64_t along = edge.x * hull[i].x + edge.y * hull[i].y;
		const int64_t across = edge.x * hull[i].y - edge.y * hull[i].x;
		r.along[0] = RV_MIN(r.along[0], along);
		r.along[1] = RV_MAX(r.along[1], along);
		r.across[0] = RV_MIN(r.across[0], across);
		r.across[1] = RV_MAX(r.across[1], across);
	}
	return r;
}

static bool is_smaller(const struct rectangle *a, const struct rectangle *b)
{
	const __int128 area_a = (__int128)(a->along[1] - a->along[0]) * (a->across[1] - a->across[0]);
	const __int128 area_b = (__int128)(b->along[1] - b->along[0]) * (b->across[1] - b->across[0]);
	const int64_t length_a = a->edge.x * a->edge.x + a->edge.y * a->edge.y;
	const int64_t length_b = b->edge.x * b->edge.x + b->edge.y * b->edge.y;
	return area_a * length_b < area_b * length_a;
}

static void put_corners(const struct rectangle *r, double corners[4][2])
{
	static const size_t order[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };
	const double length_2 = (double)(r->edge.x * r->edge.x + r->edge.y * r->edge.y);
	double all[4][2];
	size_t first = 0;
	for (size_t i = 0; i < 4; i++) {
		const int64_t along = r->along[order[i][0]], across = r->across[order[i][1]];
		all[i][0] = (double)(along * r->edge.x - across * r->edge.y) / length_2;
		all[i][1] = (double)(along * r->edge.y + across * r->edge.x) / length_2;
		const bool is_upper =
		        all[i][1] < all[first][1] || (all[i][1] <= all[first][1] && all[i][0] < all[first][0]);
		first = is_upper ? i : first;
	}
	for (size_t i = 0; i < 4; i++) {
		memcpy(corners[i], all[(first + i) % 4], sizeof(*corners));
	}
}

bool rv_shape_rectangle(const struct rv_rle *mask, double corners[4][2])
{
	uint32_t bbox[4];
	rv_rle_bbox(mask, bbox);
	if (bbox[2] == 0) {
		return false;
	}
	struct extent *const extents = rv_alloc(bbox[2] * sizeof(*extents));
	struct corner *const hull = rv_alloc((size_t)bbox[2] * 4 * sizeof(*hull));
	find_extents(mask, bbox[0], extents, bbox[2]);
	const size_t n = find_hull(extents, bbox[0], bbox[2], hull);
	struct rectangle best = { .edge = { 0, 0 } };
	for (size_t i = 0; i < n; i++) {
		const struct corner from = hull[i], to = hull[(i + 1) % n];
		const struct rectangle r = around(hull, n, (struct corner) { to.x - from.x, to.y - from.y });
		best = i == 0 || is_smaller(&r, &best) ? r : best;
	}
	put_corners(&best, corners);
	free(extents);
	free(hull);
	return true;
}

/* SPDX-License-Identifier: MIT */
/*
 * Outlines of a mask. The borders between pixels of the mask and others ("cracks") are walked with the mask on the
 * right hand, turning left wherever that is possible, so that pixels that touch at a corner are one part. Each crack is
 * a node: of RV_OUTLINE_EDGE its start, of RV_OUTLINE_CENTER the pixel to its right. Contours of holes are then spliced
 * into the contour that lies to the left of their leftmost crack, and each part's list of nodes becomes a ring.
 */
#include "polygon.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum direction { EAST, SOUTH, WEST, NORTH };

/* Bits of a cell. */
#define SET 1
#define SEEN 2 /* the crack above was walked along */

struct node {
	struct rv_point at;
	size_t next;
	bool is_bridge;
};

struct hole {
	size_t anchor; /* node */
	size_t left;   /* cell of the mask to the left of it */
};

struct rv_polygon_trace {
	enum rv_outline outline;
	uint32_t bbox[4];
	size_t column; /* cells from one column to the next: the height of the box and a frame of one pixel */
	uint8_t *cells;
	size_t *left_cracks; /* of each cell of the mask without one to its left: the node of that crack */
	size_t cap_cells, cap_left;
	size_t *tops; /* the first cell of each run in a column, column by column */
	size_t n_tops, cap_tops;
	struct node *nodes;
	size_t n_nodes, cap_nodes;
	size_t *starts; /* a node of each outer contour */
	size_t n_starts, cap_starts;
	struct hole *holes;
	size_t n_holes, cap_holes;
};

void rv_polygons_release(struct rv_polygons *polygons)
{
	struct rv_polygon_trace *const trace = polygons->trace;
	if (trace) {
		free(trace->cells);
		free(trace->left_cracks);
		free(trace->tops);
		free(trace->nodes);
		free(trace->starts);
		free(trace->holes);
		free(trace);
	}
	free(polygons->points);
	free(polygons->is_bridge);
	free(polygons->ends);
	*polygons = (struct rv_polygons)RV_POLYGONS_INIT;
}

static struct rv_polygon_trace *trace_of(struct rv_polygons *polygons)
{
	if (!polygons->trace) {
		polygons->trace = rv_alloc_zero(1, sizeof(*polygons->trace));
	}
	polygons->trace->n_nodes = polygons->trace->n_starts = polygons->trace->n_holes = 0;
	return polygons->trace;
}

/* ---- contours -------------------------------------------------------------------------------------------------- */

static void load_cells(struct rv_polygon_trace *trace, const struct rv_rle *mask)
{
	rv_rle_bbox(mask, trace->bbox);
	const size_t n = ((size_t)trace->bbox[2] + 2) * (trace->bbox[3] + 2);
	trace->column = (size_t)trace->bbox[3] + 2;
	if (trace->cap_cells < n) {
		trace->cells = rv_realloc(trace->cells, n, sizeof(*trace->cells));
		trace->left_cracks = rv_realloc(trace->left_cracks, n, sizeof(*trace->left_cracks));
		trace->cap_cells = n;
	}
	memset(trace->cells, 0, n);
	trace->n_tops = 0;
	uint64_t at = 0;
	for (size_t i = 0; i < mask->len; at += mask->counts[i++]) {
		uint64_t start = at, left = i & 1 ? mask->counts[i] : 0;
		while (left > 0) { /* a run goes on from column to column */
			const uint64_t x = start / mask->height, y = start % mask->height;
			const uint64_t len = RV_MIN(left, mask->height - y);
			RV_GROW(trace->tops, trace->n_tops, trace->cap_tops);
			const size_t top = (x - trace->bbox[0] + 1) * trace->column + (y - trace->bbox[1] + 1);
			memset(trace->cells + top, SET, len);
			trace->tops[trace->n_tops++] = top;
			start += len;
			left -= len;
		}
	}
}

static size_t add_node(struct rv_polygon_trace *trace, struct rv_point at)
{
	RV_GROW(trace->nodes, trace->n_nodes, trace->cap_nodes);
	trace->nodes[trace->n_nodes] = (struct node) { .at = at, .next = trace->n_nodes + 1 };
	return trace->n_nodes++;
}

/* Walks along a contour, from above the cell `start` to the east. */
static void walk(struct rv_polygon_trace *trace, size_t start)
{
	const ptrdiff_t column = (ptrdiff_t)trace->column;
	const ptrdiff_t step[] = { column, 1, -column, -1 };
	const ptrdiff_t right[] = { 0, -column, -column - 1, -1 }; /* from a crack's start, whose cell is to its
	                                                            * lower right, to the cell on the right hand */
	const ptrdiff_t left[] = { -1, 0, -column, -column - 1 };
	static const int32_t dx[] = { 1, 0, -1, 0 }, dy[] = { 0, 1, 0, -1 };
	static const int32_t right_x[] = { 0, -1, -1, 0 }, right_y[] = { 0, 0, -1, -1 };
	const size_t first = trace->n_nodes;
	uint8_t *at = trace->cells + start;
	struct rv_point vertex = { (int32_t)(start / trace->column + trace->bbox[0]) - 1,
		                   (int32_t)(start % trace->column + trace->bbox[1]) - 1 };
	enum direction direction = EAST;
	struct hole hole = { .anchor = 0 };
	int32_t hole_x = INT32_MAX;
	int64_t area = 0;
	do {
		uint8_t *const cell = at + right[direction];
		const bool is_edge = trace->outline == RV_OUTLINE_EDGE;
		const size_t node = add_node(trace, is_edge ? vertex
		                                            : (struct rv_point) { vertex.x + right_x[direction],
		                                                                  vertex.y + right_y[direction] });
		area -= (int64_t)dx[direction] * vertex.y;
		*cell |= direction == EAST ? SEEN : 0;
		if (direction == NORTH) {
			trace->left_cracks[cell - trace->cells] = node;
		} else if (direction == SOUTH && vertex.x < hole_x) {
			hole = (struct hole) { .anchor = is_edge ? node + 1 : node,
				               .left = (size_t)(cell - trace->cells) };
			hole_x = vertex.x;
		}
		vertex.x += dx[direction];
		vertex.y += dy[direction];
		at += step[direction];
		if (at[left[direction]] & SET) {
			direction = (direction + 3) & 3;
		} else if (!(at[right[direction]] & SET)) {
			direction = (direction + 1) & 3;
		}
	} while (at != trace->cells + start || direction != EAST);
	trace->nodes[trace->n_nodes - 1].next = first;
	if (area > 0) {
		RV_GROW(trace->starts, trace->n_starts, trace->cap_starts);
		trace->starts[trace->n_starts++] = first;
	} else {
		hole.anchor = hole.anchor == trace->n_nodes ? first : hole.anchor;
		RV_GROW(trace->holes, trace->n_holes, trace->cap_holes);
		trace->holes[trace->n_holes++] = hole;
	}
}

/* The leftmost cell of a part, and the upper one of those, is met first: outer contours come before their holes. */
static void walk_all(struct rv_polygon_trace *trace)
{
	for (size_t i = 0; i < trace->n_tops; i++) {
		const uint8_t *const cell = trace->cells + trace->tops[i];
		if (cell[0] == SET && !(cell[-1] & SET)) { /* runs may touch */
			walk(trace, trace->tops[i]);
		}
	}
}

/* Makes one list of two: behind node a comes all of the list of node b, and a again. */
static void splice(struct rv_polygon_trace *trace, size_t a, size_t b)
{
	const size_t from = add_node(trace, trace->nodes[b].at), back = add_node(trace, trace->nodes[a].at);
	struct node *const nodes = trace->nodes;
	nodes[from].next = nodes[b].next;
	nodes[back].next = nodes[a].next;
	nodes[b].next = back;
	nodes[a].next = from;
	nodes[a].is_bridge = nodes[b].is_bridge = nodes[from].is_bridge = nodes[back].is_bridge = true;
}

/* Each hole is joined with the contour that the way to the left of it meets. That contour reaches farther to the left
 * than the hole, so that in the end all are joined with their outer one. */
static void join_holes(struct rv_polygon_trace *trace)
{
	for (size_t i = 0; i < trace->n_holes; i++) {
		size_t cell = trace->holes[i].left;
		while (trace->cells[cell - trace->column] & SET) {
			cell -= trace->column;
		}
		splice(trace, trace->left_cracks[cell], trace->holes[i].anchor);
	}
}

/* ---- rings ----------------------------------------------------------------------------------------------------- */

static bool is_between(struct rv_point a, struct rv_point b, struct rv_point c)
{
	const int64_t ux = b.x - a.x, uy = b.y - a.y, vx = c.x - b.x, vy = c.y - b.y;
	return ux * vy == uy * vx && ux * vx + uy * vy >= 0;
}

static void put_point(struct rv_polygons *polygons, struct rv_point at, bool is_bridge)
{
	RV_GROW(polygons->points, polygons->n_points, polygons->cap_points);
	RV_GROW(polygons->is_bridge, polygons->n_points, polygons->cap_bridges);
	polygons->points[polygons->n_points] = at;
	polygons->is_bridge[polygons->n_points++] = is_bridge;
}

/* What has no area is drawn there and back, and stays as it is. */
static void end_ring(struct rv_polygons *polygons, size_t first)
{
	if (polygons->n_points < first + 3) {
		memset(polygons->is_bridge + first, true, polygons->n_points - first);
	}
	while (polygons->n_points < first + 3) {
		put_point(polygons, polygons->points[polygons->n_points - 1], true);
	}
	RV_GROW(polygons->ends, polygons->n_rings, polygons->cap_rings);
	polygons->ends[polygons->n_rings++] = polygons->n_points;
}

static bool is_same(struct rv_point a, struct rv_point b)
{
	return a.x == b.x && a.y == b.y;
}

/* Takes points off the ring's end that lie on the way to `next`. */
static void drop_between(struct rv_polygons *polygons, size_t first, struct rv_point next)
{
	const struct rv_point *const points = polygons->points;
	size_t n = polygons->n_points;
	while (n > first + 1 && !polygons->is_bridge[n - 1] && is_between(points[n - 2], points[n - 1], next)) {
		n--;
	}
	polygons->n_points = n;
}

/* A list of nodes without those on the way between others. The first one is a corner. */
static void put_ring(struct rv_polygons *polygons, const struct node *nodes, size_t start)
{
	const size_t first = polygons->n_points;
	size_t node = start;
	do {
		const struct rv_point at = nodes[node].at;
		drop_between(polygons, first, at);
		const size_t n = polygons->n_points;
		if (n > first && is_same(polygons->points[n - 1], at)) {
			polygons->is_bridge[n - 1] |= nodes[node].is_bridge;
		} else {
			put_point(polygons, at, nodes[node].is_bridge);
		}
		node = nodes[node].next;
	} while (node != start);
	while (polygons->n_points > first + 1 &&
	       is_same(polygons->points[polygons->n_points - 1], polygons->points[first])) {
		polygons->is_bridge[first] |= polygons->is_bridge[--polygons->n_points];
	}
	drop_between(polygons, first, polygons->points[first]);
	end_ring(polygons, first);
}

void rv_polygons_trace(struct rv_polygons *polygons, const struct rv_rle *mask, enum rv_outline outline)
{
	struct rv_polygon_trace *const trace = trace_of(polygons);
	trace->outline = outline;
	load_cells(trace, mask);
	walk_all(trace);
	join_holes(trace);
	polygons->n_points = polygons->n_rings = 0;
	for (size_t i = 0; i < trace->n_starts; i++) {
		put_ring(polygons, trace->nodes, trace->starts[i]);
	}
}

/* ---- one ring -------------------------------------------------------------------------------------------------- */

static size_t nearest(const struct node *nodes, size_t first, size_t end, struct rv_point to)
{
	size_t best = first;
	int64_t best_distance = INT64_MAX;
	for (size_t i = first; i < end; i++) {
		const int64_t x = nodes[i].at.x - to.x, y = nodes[i].at.y - to.y, distance = x * x + y * y;
		if (distance < best_distance) {
			best_distance = distance;
			best = i;
		}
	}
	return best;
}

void rv_polygons_join(struct rv_polygons *polygons)
{
	struct rv_polygon_trace *const trace = trace_of(polygons);
	if (polygons->n_rings < 2) {
		return;
	}
	for (size_t i = 0, k = 0; i < polygons->n_rings; i++) {
		const size_t first = k;
		for (; k < polygons->ends[i]; k++) {
			trace->nodes[add_node(trace, polygons->points[k])].is_bridge = polygons->is_bridge[k];
		}
		trace->nodes[k - 1].next = first;
	}
	for (size_t i = 1, first = 0; i < polygons->n_rings; i++) {
		const size_t middle = polygons->ends[i - 1], end = polygons->ends[i];
		size_t a = nearest(trace->nodes, first, middle, trace->nodes[middle].at);
		const size_t b = nearest(trace->nodes, middle, end, trace->nodes[a].at);
		a = nearest(trace->nodes, first, middle, trace->nodes[b].at);
		splice(trace, a, b);
		first = middle;
	}
	polygons->n_points = polygons->n_rings = 0;
	put_ring(polygons, trace->nodes, 0);
}

/* SPDX-License-Identifier: MIT */
/*
 * Masks as polygons. A mask has two outlines, one for each way in which readers fill a polygon:
 *
 *	RV_OUTLINE_EDGE    along the borders between pixels, 0..width and 0..height. Exact in pycocotools (frPoly) and
 *	                   whatever fills by area: a square of 10 pixels goes from 0 to 10
 *	RV_OUTLINE_CENTER  through the centres of the outermost pixels, in numbers of pixels: from 0 to 9. Exact in
 *	                   cv2.fillPoly, which fills the border, too (Ultralytics, supervision)
 *
 *	struct rv_polygons polygons = RV_POLYGONS_INIT;
 *	rv_polygons_trace(&polygons, &rle, RV_OUTLINE_EDGE);      (any number of times; keeps its memory)
 *	for (size_t i = 0, k = 0; i < polygons.n_rings; i++) {
 *		for (; k < polygons.ends[i]; k++) ... polygons.points[k] ...
 *	}
 *	rv_polygons_release(&polygons);
 *
 * There is one ring for each part of the mask (pixels that touch, if only at a corner), clockwise, in the order of the
 * parts' leftmost columns. A ring's first point is not repeated. Holes are joined with it by bridges: lines there and
 * back, within the part, that fill nothing. A ring has three points or more: one pixel of RV_OUTLINE_CENTER is three
 * times the same point, a row of pixels there and back.
 */
#ifndef RV_POLYGON_H
#define RV_POLYGON_H

#include "rle.h"

enum rv_outline { RV_OUTLINE_EDGE, RV_OUTLINE_CENTER };

struct rv_point {
	int32_t x, y;
};

struct rv_polygons {
	struct rv_point *points; /* of all rings, one ring after another */
	size_t n_points;
	size_t *ends; /* of each ring: where in `points` it is over */
	size_t n_rings;
	struct rv_polygon_trace *trace; /* private, as is what follows */
	bool *is_bridge;                /* of each point: simplifying leaves it where it is */
	size_t cap_points, cap_bridges, cap_rings;
};
#define RV_POLYGONS_INIT \
	{ \
		.points = NULL \
	}
void rv_polygons_release(struct rv_polygons *polygons);

/* Replaces *polygons by those of a mask; no ring for an empty one. Takes time and memory by the area of the mask's box
 * and the length of its outline, whatever the mask. */
void rv_polygons_trace(struct rv_polygons *polygons, const struct rv_rle *mask, enum rv_outline outline);
/* Leaves out points from which a ring is less than `tolerance_px` away without them (Douglas and Peucker). */
void rv_polygons_simplify(struct rv_polygons *polygons, double tolerance_px);
/* Makes one ring of all, by bridges from each part to the next near its closest points. By RV_OUTLINE_EDGE that fills
 * the same mask; a reader of RV_OUTLINE_CENTER fills the pixels on the bridges, too, as there is no other way. */
void rv_polygons_join(struct rv_polygons *polygons);

/* How well a reader of the outline fills the mask: pixels that both have by pixels that one has, 0..1. Each ring is
 * filled by itself, and the mask has what any of them has. */
double rv_polygons_iou(const struct rv_polygons *polygons, enum rv_outline outline, const struct rv_rle *mask);

#endif

/* SPDX-License-Identifier: MIT */
/* Boxes in space, keypoints and tracks, drawn over a picture for people: lines and discs in a colour with a dark halo,
 * of which each is `scale` times as broad as it is in a picture of usual size. */
#ifndef RV_MASK_PIXELS_FIGURES_H
#define RV_MASK_PIXELS_FIGURES_H

#include "camera.h"
#include "draw.h"

#define MASK_BOX_CORNERS 8
#define MASK_BOX_EDGES 12
#define MASK_TAIL 8 /* pictures in which a point's tail has places, at most */

/* An edge of a box, as far as it is seen. */
struct mask_edge {
	struct rv_draw_point ends[2]; /* pixels; may lie beyond the border */
	bool is_front;                /* of the face at the lower end of y, an object's front in Blender */
};

/* Finds the edges of a box whose corners are numbered as in records: bit 2 of the number stands for x, 1 for y, 0 for
 * z, set at the higher end. What is nearer than the camera's clip is cut off. Returns how many are left. Needs a
 * pinhole. */
size_t mask_figures_edges(const struct rv_camera *camera, const double corners[MASK_BOX_CORNERS][3],
                          struct mask_edge edges[MASK_BOX_EDGES]);

/* What figures are drawn with. */
struct mask_pen {
	struct rv_draw *draw;
	struct rv_image *image; /* U8 RGB */
	double scale;
	uint8_t rgb[3];
};

/* The edges, those of the front broader and above the others. */
void mask_figures_box(const struct mask_pen *pen, const struct mask_edge *edges, size_t n);
/* A line from one keypoint to another. */
void mask_figures_limb(const struct mask_pen *pen, const struct rv_draw_point ends[2]);
/* A disc; a ring around a dark middle where the keypoint is hidden. */
void mask_figures_point(const struct mask_pen *pen, struct rv_draw_point place, bool is_hidden);
/* Where a point was in so many pictures, at most MASK_TAIL, the last one being this: a small disc, and behind it a line
 * that fades. x is NaN where the point is not seen: there the line has a gap. Nothing where it is not seen in this. */
void mask_figures_tail(const struct mask_pen *pen, const struct rv_draw_point *places, size_t n);

#endif

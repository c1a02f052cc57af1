/* SPDX-License-Identifier: MIT */
/* Boxes in space and keypoints of the objects of a picture. */
#include "mask/products/figures.h"

void mask_product_figures_key(const struct mask_request *request, const struct mask_figures *figures,
                              struct rv_json_out *out)
{
	if (figures->boxes) {
		rv_json_put_string(out, NULL, "boxes3d");
		mask_boxes_key(request, figures->boxes, out);
	}
	if (figures->points) {
		rv_json_put_string(out, NULL, "keypoints");
		mask_points_key(request, figures->points, out);
		mask_points_key_edges(request, figures->points, out);
	}
}

static void draw_box(const struct mask_job *job, const struct mask_boxes *boxes, uint32_t index,
                     const struct mask_pen *pen)
{
	const struct mask_box *const box = mask_boxes_find(job, boxes, index);
	struct mask_edge edges[MASK_BOX_EDGES];
	size_t n;
	if (box && mask_boxes_edges(job, boxes, box, edges, &n)) {
		mask_figures_box(pen, edges, n);
	}
}

static struct rv_draw_point place_of(const struct mask_point *point)
{
	return (struct rv_draw_point) { point->pixel[0], point->pixel[1] };
}

/* Of those before the camera, even if one end is beyond the border. */
static void draw_limbs(const struct mask_points *points, const struct mask_pen *pen)
{
	for (size_t i = 0; i < points->n_edges; i++) {
		const struct mask_point *const from = &points->items[points->edges[i].from];
		const struct mask_point *const to = &points->items[points->edges[i].to];
		if (from->has_pixel && to->has_pixel) {
			mask_figures_limb(pen, (const struct rv_draw_point[]) { place_of(from), place_of(to) });
		}
	}
}

static void draw_points(const struct mask_job *job, const struct mask_points *points, const struct mask_pen *pen)
{
	draw_limbs(points, pen);
	for (size_t i = 0; i < points->len; i++) {
		const enum mask_point_seen seen = mask_points_seen(job, &points->items[i], points->index);
		if (seen != MASK_POINT_OUTSIDE) {
			mask_figures_point(pen, place_of(&points->items[i]), seen == MASK_POINT_HIDDEN);
		}
	}
}

void mask_product_figures_draw(const struct mask_job *job, const struct mask_figures *figures, uint32_t index,
                               const struct mask_pen *pen)
{
	const struct mask_points *const points = figures->points ? mask_points_find(job, figures->points, index) : NULL;
	if (figures->boxes) {
		draw_box(job, figures->boxes, index, pen);
	}
	if (points) {
		draw_points(job, points, pen);
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * How much of an object is outside the picture: of the outline that its box (`box3d`) has there, the part beyond the
 * borders. The outline is the convex hull of the box, cut where it is too near to be seen. For cameras that are no
 * pinholes it is the upright rectangle around where the record says the corners are.
 */
#include <math.h>

#include "hull.h"
#include "mask/products/boxes.h"

#define POINTS (2 * MASK_BOX_EDGES) /* of an outline, at most */
#define STEPS 1e6
#define PIXEL_STEPS 1e4

static bool puts_hull;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "box3d-hull",
	  .value = &puts_hull,
	  .help = "also tell the outline that each object's box has in the picture" },
	{ .kind = RV_OPT_END },
};

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	*data = mask_boxes_take(request, arena);
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	rv_json_put_bool(out, NULL, puts_hull);
	mask_boxes_key(request, data, out);
}

/* ---- the outline ----------------------------------------------------------------------------------------------- */

static size_t hull_of(const struct mask_edge *edges, size_t n, struct rv_hull_point *outline)
{
	struct rv_hull_point points[POINTS];
	for (size_t i = 0; i < 2 * n; i++) {
		const struct rv_draw_point end = edges[i / 2].ends[i % 2];
		points[i] = (struct rv_hull_point) { end.x, end.y };
	}
	return rv_hull_of(points, 2 * n, outline);
}

/* 0: it is not known. */
static size_t find_outline(const struct mask_job *job, uint32_t index, struct rv_hull_point *outline)
{
	const struct mask_boxes *const boxes = mask_data(job);
	const struct mask_box *const box = mask_boxes_find(job, boxes, index);
	struct mask_edge edges[MASK_BOX_EDGES];
	size_t n;
	if (box && mask_boxes_is_pinhole(job, boxes) && mask_boxes_edges(job, boxes, box, edges, &n)) {
		return hull_of(edges, n, outline);
	}
	if (box && mask_boxes_has_pixels(job, boxes, box)) {
		outline[0] = (struct rv_hull_point) { box->left, box->top };
		outline[1] = (struct rv_hull_point) { box->right, box->top };
		outline[2] = (struct rv_hull_point) { box->right, box->bottom };
		outline[3] = (struct rv_hull_point) { box->left, box->bottom };
		return 4;
	}
	return 0;
}

static void put_outline(const struct rv_hull_point *outline, size_t n, struct rv_json_out *out)
{
	rv_json_open(out, "box3d_hull", '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_double(out, NULL, floor(outline[i].x * PIXEL_STEPS + 0.5) / PIXEL_STEPS + 0.0);
		rv_json_put_double(out, NULL, floor(outline[i].y * PIXEL_STEPS + 0.5) / PIXEL_STEPS + 0.0);
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	struct rv_hull_point outline[POINTS], part[POINTS + 4];
	const size_t n = find_outline(job, label->index, outline);
	const double area = rv_hull_area(outline, n);
	if (!(area > 0)) { /* not known, or seen from its edge */
		return;
	}
	const size_t n_part = rv_hull_clip(outline, n, label->rle.width, label->rle.height, part);
	const double outside = RV_MAX(1 - rv_hull_area(part, n_part) / area, 0.0);
	rv_json_put_double(out, "truncation", (double)(uint64_t)(outside * STEPS + 0.5) / STEPS);
	if (puts_hull) {
		put_outline(outline, n, out);
	}
}

static const struct mask_read reads[] = { { .pass = RV_ROLES } };

static const char *const members[] = { "truncation", "box3d_hull", NULL };

const struct mask_product mask_product_truncation = {
	.name = "truncation",
	.summary = "how much of each object is outside the picture",
	.version = 2,
	.members = members,
	.reads = reads,
	.options = options,
	.take = take,
	.key = key,
	.annotate = annotate,
};

/* SPDX-License-Identifier: MIT */
/*
 * How much of an object is outside the picture: of the outline that its box (`box3d`) has there, the part beyond the
 * borders. The outline is the convex hull of the box, cut where it is too near to be seen. For cameras that are no
 * pinholes it is the upright rectangle around where the record says the corners are.
 */
#include <math.h>
#include <stdlib.h>

#include "camera.h"
#include "hull.h"
#include "mask/job.h"

#define CORNERS 8
#define EDGES 12
#define STEPS 1e6
#define PIXEL_STEPS 1e4
#define NEAR_M 1e-3 /* where the camera has no near end */

static bool puts_hull;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "box3d-hull",
	  .value = &puts_hull,
	  .help = "also tell the outline that each object's box has in the picture" },
	{ .kind = RV_OPT_END },
};

struct box {
	uint32_t index; /* of the object */
	bool has_corners;
	double corners[CORNERS][3];      /* in the world */
	bool has_rectangle;              /* all corners have a place in the record's picture */
	double left, top, right, bottom; /* pixels; the picture is 0..width, 0..height */
};

struct list {
	struct box *items; /* of objects that have a box, sorted by index */
	size_t len;
};

struct data {
	struct list record;    /* as they are at the first frame */
	struct list *pictures; /* of each, what is not so there */
	struct rv_camera *cameras;
};

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* False when a corner has no place in the picture. */
static bool take_rectangle(struct box *box, struct rv_json pixels)
{
	for (size_t i = 0; i < CORNERS; i++) {
		const struct rv_json pixel = rv_json_at(pixels, i);
		const struct rv_json x = rv_json_at(pixel, 0), y = rv_json_at(pixel, 1);
		if (rv_json_type(x) != RV_JSON_NUMBER || rv_json_type(y) != RV_JSON_NUMBER) {
			return false;
		}
		const double u = rv_json_number(x, 0), v = rv_json_number(y, 0);
		box->left = i == 0 || u < box->left ? u : box->left;
		box->right = i == 0 || u > box->right ? u : box->right;
		box->top = i == 0 || v < box->top ? v : box->top;
		box->bottom = i == 0 || v > box->bottom ? v : box->bottom;
	}
	return true;
}

static bool take_corners(struct box *box, struct rv_json corners)
{
	bool are_whole = true;
	for (size_t i = 0; i < CORNERS; i++) {
		for (size_t k = 0; k < 3; k++) {
			box->corners[i][k] = rv_json_number(rv_json_at(rv_json_at(corners, i), k), NAN);
			are_whole &= isfinite(box->corners[i][k]);
		}
	}
	return are_whole;
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct box *)a)->index, right = ((const struct box *)b)->index;
	return (left > right) - (left < right);
}

static void take_list(struct list *list, struct rv_json objects, struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects);
	list->items = n > 0 ? rv_arena_alloc(arena, n, sizeof(*list->items)) : NULL;
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), json = rv_json_get(object, "box3d");
		uint64_t index;
		if (rv_json_type(json) == RV_JSON_OBJECT &&
		    rv_json_u64(rv_json_get(object, "index"), 0, RV_INDEX_MAX, &index)) {
			struct box *const box = &list->items[list->len++];
			*box = (struct box) { .index = (uint32_t)index };
			box->has_rectangle = take_rectangle(box, rv_json_get(json, "pixels"));
			box->has_corners = take_corners(box, rv_json_get(json, "corners"));
		}
	}
	if (list->len > 1) {
		qsort(list->items, list->len, sizeof(*list->items), by_index);
	}
}

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct data *const all = rv_arena_alloc(arena, 1, sizeof(*all));
	all->pictures = rv_arena_alloc(arena, sample->n_pictures, sizeof(*all->pictures));
	all->cameras = rv_arena_alloc(arena, sample->n_pictures, sizeof(*all->cameras));
	take_list(&all->record, rv_json_get(sample->json, "objects"), arena);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		const struct rv_json own = picture->view ? picture->state : picture->moved;
		take_list(&all->pictures[i], rv_json_get(own, "objects"), arena);
		rv_camera_read(&all->cameras[i], picture->camera);
	}
	*data = all;
	return 0;
}

static void put_list(const struct list *list, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < list->len; i++) {
		const struct box *const box = &list->items[i];
		rv_json_put_u64(out, NULL, box->index);
		rv_json_put_bool(out, NULL, box->has_corners);
		for (size_t k = 0; box->has_corners && k < CORNERS * 3; k++) {
			rv_json_put_double(out, NULL, box->corners[k / 3][k % 3]);
		}
		rv_json_put_bool(out, NULL, box->has_rectangle);
		if (box->has_rectangle) {
			rv_json_put_double(out, NULL, box->left);
			rv_json_put_double(out, NULL, box->top);
			rv_json_put_double(out, NULL, box->right);
			rv_json_put_double(out, NULL, box->bottom);
		}
	}
	rv_json_close(out, ']');
}

static void put_camera(const struct rv_camera *camera, struct rv_json_out *out)
{
	const double numbers[] = { camera->fx, camera->fy, camera->cx, camera->cy, camera->clip_m[0] };
	rv_json_put_bool(out, NULL, camera->is_pinhole);
	for (size_t i = 0; camera->is_pinhole && i < RV_COUNTOF(numbers); i++) {
		rv_json_put_double(out, NULL, numbers[i]);
	}
	for (size_t i = 0; camera->is_pinhole && i < 3; i++) {
		rv_json_put_double(out, NULL, camera->place[i]);
		for (size_t k = 0; k < 3; k++) {
			rv_json_put_double(out, NULL, camera->axes[i][k]);
		}
	}
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const all = data;
	rv_json_put_bool(out, NULL, puts_hull);
	put_list(&all->record, out);
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_put_bool(out, NULL, request->sample.pictures[i].has_own_camera);
		put_camera(&all->cameras[i], out);
		put_list(&all->pictures[i], out);
	}
}

/* ---- the outline ----------------------------------------------------------------------------------------------- */

static const struct box *find(const struct list *list, uint32_t index)
{
	const struct box key = { .index = index };
	return list->len == 0 ? NULL : bsearch(&key, list->items, list->len, sizeof(key), by_index);
}

/* Where the edge between two points crosses the plane at this depth. */
static void cut_edge(const double a[3], const double b[3], double depth_m, double place[3])
{
	const double share = (depth_m - a[2]) / (b[2] - a[2]);
	for (size_t i = 0; i < 3; i++) {
		place[i] = i == 2 ? depth_m : a[i] + share * (b[i] - a[i]);
	}
}

static void add_point(const struct rv_camera *camera, const double seen[3], struct rv_hull_point *points, size_t *n)
{
	double pixel[2];
	if (rv_camera_pixel(camera, seen, pixel)) {
		points[(*n)++] = (struct rv_hull_point) { pixel[0], pixel[1] };
	}
}

/* Corner k of a box has the higher end of an axis where a bit of k is set: an edge joins two that differ in one bit. */
static size_t find_hull(const struct box *box, const struct rv_camera *camera, struct rv_hull_point *hull)
{
	const double near_m = RV_MAX(camera->clip_m[0], NEAR_M);
	struct rv_hull_point points[CORNERS + EDGES];
	double seen[CORNERS][3], place[3];
	size_t n = 0;
	for (size_t i = 0; i < CORNERS; i++) {
		rv_camera_see(camera, box->corners[i], seen[i]);
		if (seen[i][2] >= near_m) {
			add_point(camera, seen[i], points, &n);
		}
	}
	for (size_t i = 0; i < CORNERS; i++) {
		for (size_t bit = 1; bit < CORNERS; bit *= 2) {
			if (!(i & bit) && (seen[i][2] < near_m) != (seen[i | bit][2] < near_m)) {
				cut_edge(seen[i], seen[i | bit], near_m, place);
				add_point(camera, place, points, &n);
			}
		}
	}
	return rv_hull_of(points, n, hull);
}

/* 0: it is not known. */
static size_t find_outline(const struct mask_job *job, uint32_t index, struct rv_hull_point *outline)
{
	const struct data *const all = mask_data(job);
	const size_t number = (size_t)(job->picture - job->request->sample.pictures);
	const struct box *const own = find(&all->pictures[number], index);
	const struct box *const box = own ? own : find(&all->record, index);
	const struct rv_camera *const camera = &all->cameras[number];
	if (box && box->has_corners && camera->is_pinhole) {
		return find_hull(box, camera, outline);
	}
	if (box && box->has_rectangle && (own || !job->picture->has_own_camera)) {
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
	struct rv_hull_point outline[CORNERS + EDGES], part[CORNERS + EDGES + 4];
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

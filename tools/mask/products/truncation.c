/* SPDX-License-Identifier: MIT */
/*
 * How much of an object is outside the picture: from where the corners of its box (`box3d`) are in it, the smallest
 * upright rectangle around them, and which part of that lies beyond the borders.
 */
#include <stdlib.h>

#include "mask/job.h"

#define CORNERS 8
#define STEPS 1e6

struct bounds {
	uint32_t index;                  /* of the object */
	bool is_known;                   /* all corners are before the camera */
	double left, top, right, bottom; /* pixels; the picture is 0..width, 0..height */
};

struct list {
	struct bounds *items; /* of objects that have a box, sorted by index */
	size_t len;
};

struct data {
	struct list record;    /* as the record's own camera sees them, at the first frame */
	struct list *pictures; /* of each, what is not so there */
};

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* False when a corner has no place in the picture. */
static bool take_corners(struct bounds *bounds, struct rv_json pixels)
{
	for (size_t i = 0; i < CORNERS; i++) {
		const struct rv_json pixel = rv_json_at(pixels, i);
		const struct rv_json x = rv_json_at(pixel, 0), y = rv_json_at(pixel, 1);
		if (rv_json_type(x) != RV_JSON_NUMBER || rv_json_type(y) != RV_JSON_NUMBER) {
			return false;
		}
		const double u = rv_json_number(x, 0), v = rv_json_number(y, 0);
		bounds->left = i == 0 || u < bounds->left ? u : bounds->left;
		bounds->right = i == 0 || u > bounds->right ? u : bounds->right;
		bounds->top = i == 0 || v < bounds->top ? v : bounds->top;
		bounds->bottom = i == 0 || v > bounds->bottom ? v : bounds->bottom;
	}
	return true;
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct bounds *)a)->index, right = ((const struct bounds *)b)->index;
	return (left > right) - (left < right);
}

static void take_list(struct list *list, struct rv_json objects, struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects);
	list->items = n > 0 ? rv_arena_alloc(arena, n, sizeof(*list->items)) : NULL;
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), box = rv_json_get(object, "box3d");
		uint64_t index;
		if (rv_json_type(box) == RV_JSON_OBJECT &&
		    rv_json_u64(rv_json_get(object, "index"), 0, RV_INDEX_MAX, &index)) {
			struct bounds *const bounds = &list->items[list->len++];
			*bounds = (struct bounds) { .index = (uint32_t)index };
			bounds->is_known = take_corners(bounds, rv_json_get(box, "pixels"));
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
	take_list(&all->record, rv_json_get(sample->json, "objects"), arena);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		const struct rv_json own = picture->view ? picture->state : picture->moved;
		take_list(&all->pictures[i], rv_json_get(own, "objects"), arena);
	}
	*data = all;
	return 0;
}

static void put_list(const struct list *list, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < list->len; i++) {
		const struct bounds *const bounds = &list->items[i];
		rv_json_put_u64(out, NULL, bounds->index);
		rv_json_put_bool(out, NULL, bounds->is_known);
		if (bounds->is_known) {
			rv_json_put_double(out, NULL, bounds->left);
			rv_json_put_double(out, NULL, bounds->top);
			rv_json_put_double(out, NULL, bounds->right);
			rv_json_put_double(out, NULL, bounds->bottom);
		}
	}
	rv_json_close(out, ']');
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const all = data;
	put_list(&all->record, out);
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_put_bool(out, NULL, request->sample.pictures[i].has_own_camera);
		put_list(&all->pictures[i], out);
	}
}

/* ---- the part outside ------------------------------------------------------------------------------------------ */

static const struct bounds *find(const struct list *list, uint32_t index)
{
	const struct bounds key = { .index = index };
	return list->len == 0 ? NULL : bsearch(&key, list->items, list->len, sizeof(key), by_index);
}

/* How much of low..high lies within 0..end. */
static double inside(double low, double high, double end)
{
	const double from = RV_MAX(low, 0.0), to = RV_MIN(high, end);
	return to > from ? to - from : 0;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct data *const all = mask_data(job);
	const struct bounds *bounds = find(&all->pictures[job->picture - job->request->sample.pictures], label->index);
	if (!bounds && !job->picture->has_own_camera) {
		bounds = find(&all->record, label->index);
	}
	const double area =
	        bounds && bounds->is_known ? (bounds->right - bounds->left) * (bounds->bottom - bounds->top) : 0;
	if (!(area > 0)) { /* not known, or seen from its edge */
		return;
	}
	const double seen = inside(bounds->left, bounds->right, label->rle.width) *
	                    inside(bounds->top, bounds->bottom, label->rle.height);
	rv_json_put_double(out, "truncation", (double)(uint64_t)((1 - seen / area) * STEPS + 0.5) / STEPS);
}

static const struct mask_read reads[] = { { .pass = RV_ROLES } };

static const char *const members[] = { "truncation", NULL };

const struct mask_product mask_product_truncation = {
	.name = "truncation",
	.summary = "how much of each object is outside the picture",
	.version = 1,
	.members = members,
	.reads = reads,
	.take = take,
	.key = key,
	.annotate = annotate,
};

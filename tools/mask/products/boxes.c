/* SPDX-License-Identifier: MIT */
/* Boxes of objects in space, as records have them. */
#include "mask/products/boxes.h"

#include <math.h>
#include <stdlib.h>

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* False when a corner has no place in the picture. */
static bool take_rectangle(struct mask_box *box, struct rv_json pixels)
{
	for (size_t i = 0; i < MASK_BOX_CORNERS; i++) {
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

static bool take_corners(struct mask_box *box, struct rv_json corners)
{
	bool are_whole = true;
	for (size_t i = 0; i < MASK_BOX_CORNERS; i++) {
		for (size_t k = 0; k < 3; k++) {
			box->corners[i][k] = rv_json_number(rv_json_at(rv_json_at(corners, i), k), NAN);
			are_whole &= isfinite(box->corners[i][k]);
		}
	}
	return are_whole;
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct mask_box *)a)->index, right = ((const struct mask_box *)b)->index;
	return (left > right) - (left < right);
}

static void take_list(struct mask_box_list *list, struct rv_json objects, struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects);
	list->items = n > 0 ? rv_arena_alloc(arena, n, sizeof(*list->items)) : NULL;
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), json = rv_json_get(object, "box3d");
		uint64_t index;
		if (rv_json_type(json) == RV_JSON_OBJECT &&
		    rv_json_u64(rv_json_get(object, "index"), 0, RV_INDEX_MAX, &index)) {
			struct mask_box *const box = &list->items[list->len++];
			*box = (struct mask_box) { .index = (uint32_t)index };
			box->has_rectangle = take_rectangle(box, rv_json_get(json, "pixels"));
			box->has_corners = take_corners(box, rv_json_get(json, "corners"));
		}
	}
	if (list->len > 1) {
		qsort(list->items, list->len, sizeof(*list->items), by_index);
	}
}

const struct mask_boxes *mask_boxes_take(const struct mask_request *request, struct rv_arena *arena)
{
	const struct rv_sample *const sample = &request->sample;
	struct mask_boxes *const boxes = rv_arena_alloc(arena, 1, sizeof(*boxes));
	boxes->pictures = rv_arena_alloc(arena, sample->n_pictures, sizeof(*boxes->pictures));
	boxes->cameras = rv_arena_alloc(arena, sample->n_pictures, sizeof(*boxes->cameras));
	take_list(&boxes->record, rv_json_get(sample->json, "objects"), arena);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		const struct rv_json own = picture->view ? picture->state : picture->moved;
		take_list(&boxes->pictures[i], rv_json_get(own, "objects"), arena);
		rv_camera_read(&boxes->cameras[i], picture->camera);
	}
	return boxes;
}

/* ---- the key --------------------------------------------------------------------------------------------------- */

static void put_list(const struct mask_box_list *list, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; i < list->len; i++) {
		const struct mask_box *const box = &list->items[i];
		rv_json_put_u64(out, NULL, box->index);
		rv_json_put_bool(out, NULL, box->has_corners);
		for (size_t k = 0; box->has_corners && k < MASK_BOX_CORNERS * 3; k++) {
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
	for (size_t i = 0; camera->has_pixels && i < RV_COUNTOF(numbers); i++) {
		rv_json_put_double(out, NULL, numbers[i]);
	}
	for (size_t i = 0; camera->has_pixels && i < 3; i++) {
		rv_json_put_double(out, NULL, camera->place[i]);
		for (size_t k = 0; k < 3; k++) {
			rv_json_put_double(out, NULL, camera->axes[i][k]);
		}
	}
}

void mask_boxes_key(const struct mask_request *request, const struct mask_boxes *boxes, struct rv_json_out *out)
{
	put_list(&boxes->record, out);
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_put_bool(out, NULL, request->sample.pictures[i].has_own_camera);
		put_camera(&boxes->cameras[i], out);
		put_list(&boxes->pictures[i], out);
	}
}

/* ---- of a picture ---------------------------------------------------------------------------------------------- */

static size_t number_of(const struct mask_job *job)
{
	return (size_t)(job->picture - job->request->sample.pictures);
}

static const struct mask_box *find(const struct mask_box_list *list, uint32_t index)
{
	const struct mask_box key = { .index = index };
	return list->len == 0 ? NULL : bsearch(&key, list->items, list->len, sizeof(key), by_index);
}

const struct mask_box *mask_boxes_find(const struct mask_job *job, const struct mask_boxes *boxes, uint32_t index)
{
	const struct mask_box *const own = find(&boxes->pictures[number_of(job)], index);
	return own ? own : find(&boxes->record, index);
}

bool mask_boxes_has_pixels(const struct mask_job *job, const struct mask_boxes *boxes, const struct mask_box *box)
{
	return box->has_rectangle &&
	       (!job->picture->has_own_camera || find(&boxes->pictures[number_of(job)], box->index) == box);
}

bool mask_boxes_is_pinhole(const struct mask_job *job, const struct mask_boxes *boxes)
{
	return boxes->cameras[number_of(job)].is_pinhole;
}

bool mask_boxes_edges(const struct mask_job *job, const struct mask_boxes *boxes, const struct mask_box *box,
                      struct mask_edge edges[MASK_BOX_EDGES], size_t *n)
{
	const struct rv_camera *const camera = &boxes->cameras[number_of(job)];
	const bool are_known = box->has_corners && camera->has_pixels;
	*n = are_known ? mask_figures_edges(camera, box->corners, edges) : 0;
	return are_known;
}

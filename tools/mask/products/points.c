/* SPDX-License-Identifier: MIT */
/* Keypoints of objects, as records have them. */
#include "mask/products/points.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "camera.h"
#include "mask/pixels/seen.h"

#define BELOW_MAX_M 1000

static double below_m;

const struct rv_option mask_points_options[] = {
	{ .kind = RV_OPT_DOUBLE,
	  .name = "keypoints-below",
	  .value = &below_m,
	  .argument = "M",
	  .help = "a keypoint is seen, too, where it lies up to M metres below the surface of its own object, like a "
	          "joint",
	  .min = 0,
	  .max = BELOW_MAX_M },
	{ .kind = RV_OPT_END },
};

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* As the record's camera sees it. */
static void take_seen(struct mask_point *point, struct rv_json json)
{
	const struct rv_json pixel = rv_json_get(json, "pixel");
	point->pixel[0] = rv_json_number(rv_json_at(pixel, 0), NAN);
	point->pixel[1] = rv_json_number(rv_json_at(pixel, 1), NAN);
	point->depth_m = rv_json_number(rv_json_get(json, "depth"), NAN);
	point->has_pixel = isfinite(point->pixel[0]) && isfinite(point->pixel[1]) && isfinite(point->depth_m);
	point->is_in_frame = point->has_pixel && rv_json_true(rv_json_get(json, "in_frame"));
}

/* As another camera does. */
static void take_anew(struct mask_point *point, struct rv_json json, const struct rv_camera *camera)
{
	const struct rv_json world = rv_json_get(json, "world");
	double place[3], seen[3];
	for (size_t i = 0; i < 3; i++) {
		place[i] = rv_json_number(rv_json_at(world, i), NAN);
	}
	rv_camera_see(camera, place, seen);
	point->depth_m = seen[2];
	point->has_pixel = rv_camera_pixel(camera, seen, point->pixel);
	point->is_in_frame =
	        point->has_pixel && point->depth_m >= camera->clip_m[0] && point->depth_m <= camera->clip_m[1];
}

static void take_points(struct mask_points *points, struct rv_json json, const struct rv_camera *camera,
                        struct rv_arena *arena)
{
	const size_t n = rv_json_len(json);
	points->items = rv_arena_alloc(arena, n + 1, sizeof(*points->items));
	for (size_t i = 0; i < n; i++) {
		const struct rv_json item = rv_json_at(json, i);
		struct mask_point *const point = &points->items[points->len];
		point->name = rv_json_string(rv_json_get(item, "name"), NULL);
		if (point->name) {
			points->len++;
			(void)(camera ? take_anew(point, item, camera) : take_seen(point, item));
		}
	}
}

/* The place of the point of this name; `len` where there is none. */
static size_t place_of(const struct mask_points *points, struct rv_json name)
{
	const char *const wanted = rv_json_string(name, NULL);
	size_t i = 0;
	while (i < points->len && (!wanted || strcmp(points->items[i].name, wanted) != 0)) {
		i++;
	}
	return i;
}

/* Of the skeleton that it names, those between points that it has. */
static void take_edges(struct mask_points *points, struct rv_json skeletons, struct rv_arena *arena)
{
	for (size_t i = 0; points->skeleton && i < rv_json_len(skeletons); i++) {
		const struct rv_json skeleton = rv_json_at(skeletons, i), edges = rv_json_get(skeleton, "edges");
		const char *const name = rv_json_string(rv_json_get(skeleton, "name"), NULL);
		if (!name || strcmp(name, points->skeleton) != 0) {
			continue;
		}
		const size_t n = rv_json_len(edges);
		points->edges = rv_arena_alloc(arena, n + 1, sizeof(*points->edges));
		points->n_edges = 0;
		for (size_t k = 0; k < n; k++) {
			const size_t from = place_of(points, rv_json_at(rv_json_at(edges, k), 0));
			const size_t to = place_of(points, rv_json_at(rv_json_at(edges, k), 1));
			if (from < points->len && to < points->len) {
				points->edges[points->n_edges++] = (struct mask_points_edge) { from, to };
			}
		}
	}
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct mask_points *)a)->index, right = ((const struct mask_points *)b)->index;
	return (left > right) - (left < right);
}

static const struct mask_points *find(const struct mask_points_list *list, uint32_t index)
{
	const struct mask_points key = { .index = index };
	return list->len == 0 ? NULL : bsearch(&key, list->items, list->len, sizeof(key), by_index);
}

/* Of the objects that have some and are not in the list yet. */
static void add_objects(struct mask_points_list *list, struct rv_json objects, const struct rv_camera *camera,
                        struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects), n_before = list->len;
	const struct mask_points_list before = { .items = list->items, .len = n_before };
	struct mask_points *const items = rv_arena_alloc(arena, n_before + n + 1, sizeof(*items));
	if (n_before > 0) {
		memcpy(items, list->items, n_before * sizeof(*items));
	}
	list->items = items;
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), json = rv_json_get(object, "keypoints");
		uint64_t index;
		if (rv_json_len(json) > 0 && rv_json_u64(rv_json_get(object, "index"), 1, RV_INDEX_MAX, &index) &&
		    !find(&before, (uint32_t)index)) {
			struct mask_points *const points = &items[list->len++];
			*points = (struct mask_points) { .index = (uint32_t)index,
				                         .skeleton = rv_json_string(rv_json_get(object, "skeleton"),
				                                                    NULL) };
			take_points(points, json, camera, arena);
		}
	}
	if (list->len > 1) {
		qsort(items, list->len, sizeof(*items), by_index);
	}
}

const struct mask_points_list *mask_points_take(const struct mask_request *request, struct rv_arena *arena)
{
	const struct rv_sample *const sample = &request->sample;
	struct mask_points_list *const lists = rv_arena_alloc(arena, sample->n_pictures, sizeof(*lists));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		const struct rv_json moved = rv_json_get(picture->moved, "objects");
		const struct rv_json all = rv_json_get(sample->json, "objects");
		struct rv_camera camera;
		rv_camera_read(&camera, picture->camera);
		if (!picture->view) {
			add_objects(&lists[i], moved, NULL, arena);
			add_objects(&lists[i], all, NULL, arena);
		} else {
			add_objects(&lists[i], rv_json_get(picture->state, "objects"), NULL, arena);
			if (camera.has_pixels) {
				add_objects(&lists[i], moved, &camera, arena);
				add_objects(&lists[i], all, &camera, arena);
			}
		}
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		for (size_t k = 0; k < lists[i].len; k++) {
			take_edges(&lists[i].items[k], rv_json_get(sample->json, "skeletons"), arena);
		}
	}
	return lists;
}

/* ---- the key --------------------------------------------------------------------------------------------------- */

static void put_text(struct rv_json_out *out, const char *text)
{
	if (text) {
		rv_json_put_string(out, NULL, text);
	} else {
		rv_json_put_raw(out, NULL, "null", 4);
	}
}

static void put_pixel(struct rv_json_out *out, const struct mask_point *point)
{
	rv_json_open(out, NULL, '[');
	for (size_t i = 0; point->has_pixel && i < 2; i++) {
		rv_json_put_double(out, NULL, point->pixel[i]);
	}
	rv_json_close(out, ']');
}

void mask_points_key(const struct mask_request *request, const struct mask_points_list *lists, struct rv_json_out *out)
{
	rv_json_put_double(out, NULL, below_m);
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_open(out, NULL, '[');
		for (size_t k = 0; k < lists[i].len; k++) {
			const struct mask_points *const points = &lists[i].items[k];
			rv_json_put_u64(out, NULL, points->index);
			put_text(out, points->skeleton);
			for (size_t m = 0; m < points->len; m++) {
				const struct mask_point *const point = &points->items[m];
				rv_json_put_string(out, NULL, point->name);
				put_pixel(out, point);
				rv_json_put_double(out, NULL, point->has_pixel ? point->depth_m : 0);
				rv_json_put_bool(out, NULL, point->is_in_frame);
			}
		}
		rv_json_close(out, ']');
	}
}

void mask_points_key_edges(const struct mask_request *request, const struct mask_points_list *lists,
                           struct rv_json_out *out)
{
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		for (size_t k = 0; k < lists[i].len; k++) {
			const struct mask_points *const points = &lists[i].items[k];
			rv_json_open(out, NULL, '[');
			for (size_t m = 0; m < points->n_edges; m++) {
				rv_json_put_u64(out, NULL, points->edges[m].from);
				rv_json_put_u64(out, NULL, points->edges[m].to);
			}
			rv_json_close(out, ']');
		}
	}
}

/* ---- of a picture ---------------------------------------------------------------------------------------------- */

const struct mask_points *mask_points_find(const struct mask_job *job, const struct mask_points_list *lists,
                                           uint32_t index)
{
	return find(&lists[job->picture - job->request->sample.pictures], index);
}

enum mask_point_seen mask_points_seen(const struct mask_job *job, const struct mask_point *point, uint32_t index)
{
	const struct rv_image *const depth = mask_planes(job, MASK_ROLE(DEPTH));
	const struct rv_image *const map = mask_planes(job, MASK_ROLE(INDEX));
	const double u = point->pixel[0], v = point->pixel[1];
	if (!point->is_in_frame || !(u >= 0 && v >= 0 && u < map->width && v < map->height)) {
		return MASK_POINT_OUTSIDE;
	}
	return !depth || mask_is_seen(depth, map, u, v, point->depth_m, index, below_m) ? MASK_POINT_SEEN
	                                                                                : MASK_POINT_HIDDEN;
}

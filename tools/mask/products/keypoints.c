/* SPDX-License-Identifier: MIT */
/*
 * Keypoints of each object: where they are in the picture, and whether they are seen (COCO's v). Their places are those
 * of the record; in views, whose cameras have none of their own, they are seen anew from the world.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "camera.h"
#include "mask/job.h"
#include "mask/pixels/seen.h"

#define BELOW_MAX_M 1000

static double below_m;

static const struct rv_option options[] = {
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

struct point {
	const char *name;
	bool has_pixel, is_in_frame;
	double pixel[2], depth_m;
};

/* The keypoints of an object. */
struct points {
	uint32_t index;
	const char *skeleton; /* NULL: it names none */
	struct point *items;
	size_t len;
};

struct list {
	struct points *items; /* sorted by index */
	size_t len;
};

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* As the record's camera sees it. */
static void take_seen(struct point *point, struct rv_json json)
{
	const struct rv_json pixel = rv_json_get(json, "pixel");
	point->pixel[0] = rv_json_number(rv_json_at(pixel, 0), NAN);
	point->pixel[1] = rv_json_number(rv_json_at(pixel, 1), NAN);
	point->depth_m = rv_json_number(rv_json_get(json, "depth"), NAN);
	point->has_pixel = isfinite(point->pixel[0]) && isfinite(point->pixel[1]) && isfinite(point->depth_m);
	point->is_in_frame = point->has_pixel && rv_json_true(rv_json_get(json, "in_frame"));
}

/* As another camera does. */
static void take_anew(struct point *point, struct rv_json json, const struct rv_camera *camera)
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

static void take_points(struct points *points, struct rv_json json, const struct rv_camera *camera,
                        struct rv_arena *arena)
{
	const size_t n = rv_json_len(json);
	points->items = rv_arena_alloc(arena, n + 1, sizeof(*points->items));
	for (size_t i = 0; i < n; i++) {
		const struct rv_json item = rv_json_at(json, i);
		struct point *const point = &points->items[points->len];
		point->name = rv_json_string(rv_json_get(item, "name"), NULL);
		if (point->name) {
			points->len++;
			(void)(camera ? take_anew(point, item, camera) : take_seen(point, item));
		}
	}
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct points *)a)->index, right = ((const struct points *)b)->index;
	return (left > right) - (left < right);
}

static const struct points *find(const struct list *list, uint32_t index)
{
	const struct points key = { .index = index };
	return list->len == 0 ? NULL : bsearch(&key, list->items, list->len, sizeof(key), by_index);
}

/* Of the objects that have some and are not in the list yet. */
static void add_objects(struct list *list, struct rv_json objects, const struct rv_camera *camera,
                        struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects), n_before = list->len;
	const struct list before = { .items = list->items, .len = n_before };
	struct points *const items = rv_arena_alloc(arena, n_before + n + 1, sizeof(*items));
	if (n_before > 0) {
		memcpy(items, list->items, n_before * sizeof(*items));
	}
	list->items = items;
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), json = rv_json_get(object, "keypoints");
		uint64_t index;
		if (rv_json_len(json) > 0 && rv_json_u64(rv_json_get(object, "index"), 1, RV_INDEX_MAX, &index) &&
		    !find(&before, (uint32_t)index)) {
			struct points *const points = &items[list->len++];
			*points = (struct points) { .index = (uint32_t)index,
				                    .skeleton = rv_json_string(rv_json_get(object, "skeleton"), NULL) };
			take_points(points, json, camera, arena);
		}
	}
	if (list->len > 1) {
		qsort(items, list->len, sizeof(*items), by_index);
	}
}

/* Of each picture. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct list *const lists = rv_arena_alloc(arena, sample->n_pictures, sizeof(*lists));
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
			if (camera.is_pinhole) {
				add_objects(&lists[i], moved, &camera, arena);
				add_objects(&lists[i], all, &camera, arena);
			}
		}
	}
	*data = lists;
	return 0;
}

/* Most samples have none, and need no depth for their annotations. */
static bool is_possible(const struct mask_view *view)
{
	const struct rv_json objects = rv_json_get(view->pictures[0].sample->json, "objects");
	const size_t n = rv_json_len(objects);
	bool has = false;
	for (size_t i = 0; !has && i < n; i++) {
		has = rv_json_len(rv_json_get(rv_json_at(objects, i), "keypoints")) > 0;
	}
	return has;
}

static void put_text(struct rv_json_out *out, const char *key, const char *text)
{
	if (text) {
		rv_json_put_string(out, key, text);
	} else {
		rv_json_put_raw(out, key, "null", 4);
	}
}

static void put_pixel(struct rv_json_out *out, const char *key, const struct point *point)
{
	rv_json_open(out, key, '[');
	for (size_t i = 0; point->has_pixel && i < 2; i++) {
		rv_json_put_double(out, NULL, point->pixel[i]);
	}
	rv_json_close(out, ']');
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct list *const lists = data;
	rv_json_put_double(out, NULL, below_m);
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		rv_json_open(out, NULL, '[');
		for (size_t k = 0; k < lists[i].len; k++) {
			const struct points *const points = &lists[i].items[k];
			rv_json_put_u64(out, NULL, points->index);
			put_text(out, NULL, points->skeleton);
			for (size_t m = 0; m < points->len; m++) {
				const struct point *const point = &points->items[m];
				rv_json_put_string(out, NULL, point->name);
				put_pixel(out, NULL, point);
				rv_json_put_double(out, NULL, point->has_pixel ? point->depth_m : 0);
				rv_json_put_bool(out, NULL, point->is_in_frame);
			}
		}
		rv_json_close(out, ']');
	}
}

/* ---- annotations ----------------------------------------------------------------------------------------------- */

enum { NOT_IN_PICTURE, HIDDEN, SEEN };

static int visibility_of(const struct mask_job *job, const struct point *point, uint32_t index)
{
	const struct rv_image *const depth = mask_planes(job, MASK_ROLE(DEPTH));
	const struct rv_image *const map = mask_planes(job, MASK_ROLE(INDEX));
	const double u = point->pixel[0], v = point->pixel[1];
	if (!point->is_in_frame || !(u >= 0 && v >= 0 && u < depth->width && v < depth->height)) {
		return NOT_IN_PICTURE;
	}
	return mask_is_seen(depth, map, u, v, point->depth_m, index, below_m) ? SEEN : HIDDEN;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct list *const lists = mask_data(job);
	const struct points *const points = find(&lists[job->picture - job->request->sample.pictures], label->index);
	if (!points) {
		return;
	}
	if (points->skeleton) {
		rv_json_put_string(out, "skeleton", points->skeleton);
	}
	rv_json_open(out, "keypoints", '[');
	for (size_t i = 0; i < points->len; i++) {
		const struct point *const point = &points->items[i];
		rv_json_open(out, NULL, '{');
		rv_json_put_string(out, "name", point->name);
		if (point->has_pixel) {
			put_pixel(out, "pixel", point);
		} else {
			rv_json_put_raw(out, "pixel", "null", 4);
		}
		rv_json_put_u64(out, "visibility", (uint64_t)visibility_of(job, point, label->index));
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "skeleton", "keypoints", NULL };

const struct mask_product mask_product_keypoints = {
	.name = "keypoints",
	.summary = "keypoints of each object, and whether they are seen",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = options,
	.is_possible = is_possible,
	.take = take,
	.key = key,
	.annotate = annotate,
};

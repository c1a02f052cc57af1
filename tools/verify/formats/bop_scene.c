/* SPDX-License-Identifier: MIT */
/* Scenes of BOP: see bop_scene.h. */
#include "verify/formats/bop_scene.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define ROTATION_NEAR 1e-6
#define PIXELS_NEAR 1.0 /* that a box may be beyond that of its model */
#define NUMBERS 9

/* Parts of one kind, in the order of the numbers that their texts begin with. */
struct list {
	const struct verify_part *parts;
	size_t n, at;
};

struct scene {
	struct verify_bop *bop;
	struct verify_problems *problems;
	struct rv_json camera, gt, info;
	const char *camera_path, *gt_path, *info_path;
	struct list images, depths, masks, visible, targets, keys;
	bool is_shard; /* the parts are of one */
};

/* A picture at hand. */
struct picture {
	uint64_t id, width, height; /* 0x0: it did not decode */
	double k[9];
};

static struct list list_of(const struct verify_part *parts, size_t n, char kind)
{
	struct list list = { .parts = verify_group_find(parts, n, kind) };
	const struct verify_part *const end = parts + n;
	for (const struct verify_part *p = list.parts; p && p < end && p->kind == kind; p++) {
		list.n++;
	}
	return list;
}

/* The numbers of a part's text; how many there are. */
static size_t read_text(const char *text, uint64_t numbers[NUMBERS])
{
	char *at = (char *)(uintptr_t)text;
	size_t n = 0;
	while (n < NUMBERS && *at >= '0' && *at <= '9') {
		numbers[n++] = strtoull(at, &at, 10);
		at += *at == ' ';
	}
	return n;
}

static bool read_numbers(struct rv_json list, double *values, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		values[i] = rv_json_number(rv_json_at(list, i), NAN);
		if (!isfinite(values[i])) {
			return false;
		}
	}
	return rv_json_len(list) == n;
}

/* Three rows of length 1 that are square to each other, right-handed. */
static bool is_rotation(const double r[9])
{
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			const double product =
			        r[3 * i] * r[3 * k] + r[3 * i + 1] * r[3 * k + 1] + r[3 * i + 2] * r[3 * k + 2];
			if (!(fabs(product - (i == k)) <= ROTATION_NEAR)) {
				return false;
			}
		}
	}
	return r[0] * (r[4] * r[8] - r[5] * r[7]) - r[1] * (r[3] * r[8] - r[5] * r[6]) +
	               r[2] * (r[3] * r[7] - r[4] * r[6]) >
	       0;
}

/* ---- an object --------------------------------------------------------------------------------------------------- */

struct thing {
	const struct scene *scene;
	const struct picture *picture;
	uint64_t number, object;
	double r[9], t[3];
};

static void complain(const struct thing *thing, enum verify_check check, const char *path, const char *text)
{
	verify_problems_add(thing->scene->problems, check, path, "picture %" PRIu64 ", object %" PRIu64 ": %s",
	                    thing->picture->id, thing->number, text);
}

/* The box around the model in the picture holds the box of what is seen. */
static void check_place(const struct thing *thing, struct rv_json model, const uint64_t seen[4])
{
	static const char *const least[] = { "min_x", "min_y", "min_z" }, *const sides[] = { "size_x", "size_y",
		                                                                             "size_z" };
	const double *const k = thing->picture->k;
	double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
	for (unsigned int corner = 0; corner < 8; corner++) {
		double p[3] = { thing->t[0], thing->t[1], thing->t[2] };
		for (size_t axis = 0; axis < 3; axis++) {
			const double along =
			        rv_json_number(rv_json_get(model, least[axis]), NAN) +
			        (corner >> axis & 1 ? rv_json_number(rv_json_get(model, sides[axis]), NAN) : 0);
			for (size_t row = 0; row < 3; row++) {
				p[row] += thing->r[3 * row + axis] * along;
			}
		}
		if (!(p[2] > 0)) {
			return; /* it goes through the camera's plane */
		}
		for (size_t i = 0; i < 2; i++) {
			const double pixel = (k[3 * i] * p[0] + k[3 * i + 1] * p[1]) / p[2] + k[3 * i + 2];
			low[i] = fmin(low[i], pixel);
			high[i] = fmax(high[i], pixel);
		}
	}
	for (size_t i = 0; i < 2; i++) {
		if ((double)seen[i] < low[i] - PIXELS_NEAR ||
		    (double)(seen[i] + seen[2 + i] - 1) > high[i] + PIXELS_NEAR) {
			complain(thing, VERIFY_BOP_PLACE, thing->scene->gt_path,
			         "the box around its model is not around its box in the picture");
			return;
		}
	}
}

/* The next mask of a list, which must be the object's. *numbers is what it says; false: it is not usable. */
static bool next_mask(const struct thing *thing, struct list *list, const char *name, uint64_t numbers[NUMBERS])
{
	const struct verify_part *const part = list->at < list->n ? &list->parts[list->at] : NULL;
	const size_t n = part ? read_text(part->text, numbers) : 0;
	if (n < 2 || numbers[0] != thing->picture->id || numbers[1] != thing->number) {
		verify_problems_add(thing->scene->problems, VERIFY_BOP_FILE, thing->scene->gt_path,
		                    "picture %" PRIu64 ", object %" PRIu64 ": it has no file in %s", thing->picture->id,
		                    thing->number, name);
		return false;
	}
	list->at++;
	if (n >= 5 && thing->picture->width > 0 &&
	    (numbers[2] != thing->picture->width || numbers[3] != thing->picture->height)) {
		complain(thing, VERIFY_BOP_MASK, part->path, "it has another size than its picture");
		return false;
	}
	return n >= 5;
}

static bool is_box(struct rv_json box, const uint64_t wanted[4])
{
	uint64_t value;
	for (size_t i = 0; i < 4; i++) {
		if (!rv_json_u64(rv_json_at(box, i), 0, UINT32_MAX, &value) || value != wanted[i]) {
			return false;
		}
	}
	return true;
}

static const char *fault_of_info(struct rv_json info, const uint64_t all[NUMBERS], const uint64_t seen[NUMBERS])
{
	uint64_t n_all, n_seen, n_valid;
	const double share = rv_json_number(rv_json_get(info, "visib_fract"), NAN);
	if (!rv_json_u64(rv_json_get(info, "px_count_all"), 1, UINT64_MAX >> 11, &n_all) ||
	    !rv_json_u64(rv_json_get(info, "px_count_visib"), 0, n_all, &n_seen) ||
	    !rv_json_u64(rv_json_get(info, "px_count_valid"), 0, n_all, &n_valid)) {
		return "it lacks a number of pixels, or they are more than all";
	}
	if (n_all < all[4] || n_seen != seen[4]) {
		return "its numbers of pixels are not those of its masks";
	}
	if (!(fabs(share - (double)n_seen / (double)n_all) < ROTATION_NEAR)) {
		return "visib_fract is not the part that is seen";
	}
	return is_box(rv_json_get(info, "bbox_visib"), &seen[5]) && rv_json_len(rv_json_get(info, "bbox_obj")) == 4
	               ? NULL
	               : "its boxes are not those of its masks";
}

static void check_thing(struct scene *scene, const struct picture *picture, uint64_t number, struct rv_json gt,
                        struct rv_json info, uint64_t *object)
{
	struct thing thing = { .scene = scene, .picture = picture, .number = number };
	uint64_t all[NUMBERS] = { 0 }, seen[NUMBERS] = { 0 };
	char key[24];
	const bool has_all = next_mask(&thing, &scene->masks, "mask", all),
	           has_seen = next_mask(&thing, &scene->visible, "mask_visib", seen);
	*object = 0;
	if (!rv_json_u64(rv_json_get(gt, "obj_id"), 0, UINT32_MAX, &thing.object) ||
	    !read_numbers(rv_json_get(gt, "cam_R_m2c"), thing.r, 9) ||
	    !read_numbers(rv_json_get(gt, "cam_t_m2c"), thing.t, 3)) {
		complain(&thing, VERIFY_BOP_JSON, scene->gt_path, "it lacks obj_id, cam_R_m2c or cam_t_m2c");
		return;
	}
	*object = thing.object;
	snprintf(key, sizeof(key), "%" PRIu64, thing.object);
	const struct rv_json model = rv_json_get(scene->bop->models, key);
	const char *const fault = has_all && has_seen ? fault_of_info(info, all, seen) : NULL;
	if (fault) {
		complain(&thing, VERIFY_BOP_INFO, scene->info_path, fault);
	}
	if (rv_json_type(model) != RV_JSON_OBJECT) {
		complain(&thing, VERIFY_BOP_MODEL, scene->gt_path, "models_info.json has no such obj_id");
	} else if (!is_rotation(thing.r) || thing.t[2] <= 0) {
		complain(&thing, VERIFY_BOP_POSE, scene->gt_path, "it is no rotation, or behind the camera");
	} else if (has_seen && seen[4] > 0) {
		check_place(&thing, model, &seen[5]);
	}
}

/* ---- a picture --------------------------------------------------------------------------------------------------- */

/* Takes the targets of a picture off their list: how many objects of each model it has. */
static void check_targets(struct scene *scene, const struct picture *picture, const uint64_t *objects, size_t n)
{
	size_t n_told = 0;
	for (size_t i = 0; i < scene->targets.n; i++) {
		uint64_t numbers[NUMBERS] = { 0 };
		size_t n_wanted = 0;
		(void)read_text(scene->targets.parts[i].text, numbers);
		for (size_t k = 0; k < n && numbers[0] == picture->id; k++) {
			n_wanted += objects[k] == numbers[1];
		}
		if (numbers[0] == picture->id) {
			scene->targets.at++;
			n_told += numbers[2];
			if (n_wanted != numbers[2]) {
				verify_problems_add(scene->problems, VERIFY_BOP_TARGET, scene->targets.parts[i].path,
				                    "picture %" PRIu64 " has %zu objects of obj_id %" PRIu64
				                    ", not %" PRIu64,
				                    picture->id, n_wanted, numbers[1], numbers[2]);
				return;
			}
		}
	}
	if (n_told != n) {
		verify_problems_add(scene->problems, VERIFY_BOP_TARGET, scene->gt_path,
		                    "picture %" PRIu64 " has %zu objects, its targets are %zu", picture->id, n, n_told);
	}
}

/* The next file of a list, which must be the picture's; its size. False: it is not there. */
static bool next_file(struct list *list, uint64_t id, uint64_t size[2])
{
	uint64_t numbers[NUMBERS] = { 0 };
	if (list->at >= list->n || read_text(list->parts[list->at].text, numbers) < 3 || numbers[0] != id) {
		return false;
	}
	list->at++;
	size[0] = numbers[1];
	size[1] = numbers[2];
	return true;
}

static int tell(const struct scene *scene, struct rv_json camera, const char *sha256, struct rv_err *err)
{
	struct verify_item item = { .sha256 = sha256 };
	const char *const id = rv_json_string(rv_json_get(camera, "rv_id"), NULL),
	                  *const view = rv_json_string(rv_json_get(camera, "rv_view"), NULL),
	                  *const frame = rv_json_string(rv_json_get(camera, "rv_frame"), NULL);
	if (!id || !view || !frame) {
		verify_problems_add(scene->problems, VERIFY_BOP_JSON, scene->camera_path,
		                    "a picture lacks rv_id, rv_view or rv_frame");
		return 0;
	}
	snprintf(item.place.id, sizeof(item.place.id), "%s", id);
	snprintf(item.place.view, sizeof(item.place.view), "%s", view);
	snprintf(item.place.frame, sizeof(item.place.frame), "%s", frame);
	return verify_item_tell_image(&item, scene->bop->context, FORMAT_ID_bop, err);
}

/* Its intrinsics, pose and depth. */
static void check_camera(struct scene *scene, struct picture *picture, struct rv_json camera)
{
	double r[9], t[3];
	uint64_t size[2];
	if (!read_numbers(rv_json_get(camera, "cam_K"), picture->k, 9) ||
	    !read_numbers(rv_json_get(camera, "cam_R_w2c"), r, 9) ||
	    !read_numbers(rv_json_get(camera, "cam_t_w2c"), t, 3)) {
		verify_problems_add(scene->problems, VERIFY_BOP_JSON, scene->camera_path,
		                    "picture %" PRIu64 " lacks cam_K, cam_R_w2c or cam_t_w2c", picture->id);
	} else if (!is_rotation(r)) {
		verify_problems_add(scene->problems, VERIFY_BOP_POSE, scene->camera_path,
		                    "picture %" PRIu64 ": cam_R_w2c is no rotation", picture->id);
	}
	if (next_file(&scene->depths, picture->id, size)) {
		if (!(rv_json_number(rv_json_get(camera, "depth_scale"), 0) > 0)) {
			verify_problems_add(scene->problems, VERIFY_BOP_JSON, scene->camera_path,
			                    "picture %" PRIu64 " has depth, and no depth_scale", picture->id);
		}
	} else if (rv_json_type(rv_json_get(camera, "depth_scale")) != RV_JSON_NONE) {
		verify_problems_add(scene->problems, VERIFY_BOP_FILE, scene->camera_path,
		                    "picture %" PRIu64 " has depth_scale, and no file of depth", picture->id);
	}
}

/* The next key of a list is the picture's. */
static bool next_key(struct list *keys, uint64_t id)
{
	const bool is_next = keys->at < keys->n && strtoull(keys->parts[keys->at].text, NULL, 10) == id;
	keys->at += is_next;
	return is_next;
}

/* The picture whose member is at hand. */
static int check_picture(struct scene *scene, const char *key, struct rv_json camera, bool is_test, struct rv_err *err)
{
	struct picture picture = { .id = strtoull(key, NULL, 10) };
	const struct rv_json gt = rv_json_get(scene->gt, key), info = rv_json_get(scene->info, key);
	const size_t n = rv_json_len(gt);
	uint64_t size[2] = { 0, 0 };
	const size_t file = scene->images.at;
	if (!next_file(&scene->images, picture.id, size)) {
		verify_problems_add(scene->problems, VERIFY_BOP_FILE, scene->camera_path,
		                    "picture %" PRIu64 " has no file in rgb, or not in its place", picture.id);
		verify_census_unread(scene->bop->context->census, FORMAT_ID_bop);
		return 0;
	}
	picture.width = size[0];
	picture.height = size[1];
	if (scene->is_shard && !next_key(&scene->keys, picture.id)) {
		verify_problems_add(scene->problems, VERIFY_BOP_SHARD, scene->camera_path,
		                    "picture %" PRIu64 " is not in key_to_shard.json", picture.id);
	}
	check_camera(scene, &picture, camera);
	if (rv_json_type(gt) != RV_JSON_ARRAY || rv_json_len(info) != n) {
		verify_problems_add(scene->problems, VERIFY_BOP_FILE, scene->gt_path,
		                    "picture %" PRIu64 " has no list of objects, or another number of infos",
		                    picture.id);
	} else {
		uint64_t *const objects = rv_alloc_zero(n + 1, sizeof(*objects));
		for (size_t i = 0; i < n; i++) {
			check_thing(scene, &picture, i, rv_json_at(gt, i), rv_json_at(info, i), &objects[i]);
		}
		if (is_test) {
			check_targets(scene, &picture, objects, n);
		}
		free(objects);
	}
	const char *const text = scene->images.parts[file].text;
	return tell(scene, camera, strrchr(text, ' ') + 1, err);
}

/* ---- a scene ----------------------------------------------------------------------------------------------------- */

static int check_pictures(struct scene *scene, bool is_test, struct rv_err *err)
{
	int status = 0;
	for (int i = rv_json_iter(scene->camera); rv_json_iter_ok(scene->camera, i) && status == 0;
	     i = rv_json_next(scene->camera, i)) {
		status = check_picture(scene, rv_json_iter_key(scene->camera, i), rv_json_iter_value(scene->camera, i),
		                       is_test, err);
	}
	const struct list *const lists[] = { &scene->images,  &scene->depths,  &scene->masks,
		                             &scene->visible, &scene->targets, &scene->keys };
	static const enum verify_check checks[] = { VERIFY_BOP_FILE, VERIFY_BOP_FILE,   VERIFY_BOP_FILE,
		                                    VERIFY_BOP_FILE, VERIFY_BOP_TARGET, VERIFY_BOP_SHARD };
	for (size_t i = 0; i < RV_COUNTOF(lists) && status == 0; i++) {
		if (lists[i]->at < lists[i]->n) {
			verify_problems_add(scene->problems, checks[i], lists[i]->parts[lists[i]->at].path,
			                    "there is no entry for it");
		}
	}
	return status;
}

static bool parse(struct scene *scene, const struct verify_part *part, struct rv_json *json)
{
	struct rv_err wrong = RV_ERR_INIT;
	if (rv_json_parse(part->text, strlen(part->text), json, &wrong) < 0) {
		verify_problems_add_err(scene->problems, VERIFY_BOP_JSON, part->path, &wrong);
		return false;
	}
	return true;
}

int verify_bop_scene(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	static const struct verify_group_kind kinds[] = { { VERIFY_BOP_CAMERA, "scene_camera.json" },
		                                          { VERIFY_BOP_GT, "scene_gt.json" },
		                                          { VERIFY_BOP_INFOS, "scene_gt_info.json" },
		                                          { 0, NULL } };
	struct verify_bop *const bop = state;
	struct scene scene = { .bop = bop,
		               .problems = bop->problems,
		               .images = list_of(parts, n, VERIFY_BOP_IMAGE),
		               .depths = list_of(parts, n, VERIFY_BOP_DEPTH),
		               .masks = list_of(parts, n, VERIFY_BOP_MASKS),
		               .visible = list_of(parts, n, VERIFY_BOP_VISIBLE),
		               .targets = list_of(parts, n, VERIFY_BOP_TARGETS),
		               .keys = list_of(parts, n, VERIFY_BOP_KEYS) };
	const struct verify_part *const camera = verify_group_find(parts, n, VERIFY_BOP_CAMERA),
	                                *const gt = verify_group_find(parts, n, VERIFY_BOP_GT),
	                                *const info = verify_group_find(parts, n, VERIFY_BOP_INFOS);
	int status = 0;
	if (verify_group_is_whole(parts, n, kinds, VERIFY_BOP_FILE, bop->problems) &&
	    parse(&scene, camera, &scene.camera) && parse(&scene, gt, &scene.gt) && parse(&scene, info, &scene.info)) {
		scene.is_shard = strcmp(camera->path, gt->path) == 0;
		scene.camera_path = camera->path;
		scene.gt_path = gt->path;
		scene.info_path = info->path;
		status = check_pictures(&scene, strncmp(key, "test/", 5) == 0, err);
	} else {
		verify_census_unread(bop->context->census, FORMAT_ID_bop);
	}
	rv_json_release(&scene.camera);
	rv_json_release(&scene.gt);
	rv_json_release(&scene.info);
	return status;
}

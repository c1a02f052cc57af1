/* SPDX-License-Identifier: MIT */
/* The scene in one picture: see scene.h. */
#include "verify/scene.h"

#include <math.h>
#include <string.h>

static uint64_t index_of(struct rv_json object)
{
	uint64_t index = 0;
	(void)rv_json_u64(rv_json_get(object, "index"), 1, RV_INDEX_MAX, &index);
	return index;
}

static struct verify_things take_things(struct rv_json objects, struct rv_arena *arena)
{
	const size_t n = rv_json_len(objects);
	struct verify_things things = { .len = 0 };
	for (size_t i = 0; i < n; i++) {
		things.len = RV_MAX(things.len, index_of(rv_json_at(objects, i)) + 1);
	}
	things.items = rv_arena_alloc(arena, things.len + 1, sizeof(*things.items));
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i);
		things.items[index_of(object)] = object;
	}
	return things;
}

/* Of what an orthographic camera has in the place of K. */
static void read_parallel(struct rv_json projection, struct verify_camera *camera)
{
	const struct rv_json scale = rv_json_get(projection, "scale"), center = rv_json_get(projection, "center");
	camera->fl_x = rv_json_number(rv_json_at(scale, 0), NAN);
	camera->fl_y = rv_json_number(rv_json_at(scale, 1), NAN);
	camera->cx = rv_json_number(rv_json_at(center, 0), NAN);
	camera->cy = rv_json_number(rv_json_at(center, 1), NAN);
}

void verify_scene_read(struct verify_scene *scene, const struct rv_picture *picture, struct rv_arena *arena)
{
	const struct rv_json none = RV_JSON_INIT, json = picture->sample->json;
	const char *const type = rv_json_string(rv_json_get(picture->camera, "type"), NULL);
	*scene = (struct verify_scene) { .is_records_camera = !picture->has_own_camera,
		                         .is_view = picture->view != NULL };
	const struct verify_camera *const camera = &scene->camera;
	double sum = 0;
	scene->is_pinhole = verify_camera_read(picture, &scene->camera) && (!type || strcmp(type, "PERSP") == 0);
	scene->is_parallel = type && strcmp(type, "ORTHO") == 0;
	if (scene->is_parallel) {
		read_parallel(rv_json_get(picture->camera, "projection"), &scene->camera);
	}
	for (size_t i = 0; i < 12; i++) {
		sum += camera->matrix[i / 4][i % 4];
	}
	scene->has_pixels = (scene->is_pinhole || scene->is_parallel) && isfinite(sum + camera->cx + camera->cy) &&
	                    camera->fl_x > 0 && camera->fl_y > 0;
	scene->is_pinhole &= scene->has_pixels;
	scene->near_m = rv_json_number(rv_json_at(rv_json_get(picture->camera, "clip"), 0), 0);
	scene->view = take_things(picture->view ? rv_json_get(picture->state, "objects") : none, arena);
	scene->frame = take_things(rv_json_get(picture->moved, "objects"), arena);
	scene->record = take_things(rv_json_get(json, "objects"), arena);
}

static struct rv_json member_of(const struct verify_things *things, uint32_t index, const char *member)
{
	const struct rv_json none = RV_JSON_INIT;
	return index < things->len ? rv_json_get(things->items[index], member) : none;
}

struct rv_json verify_scene_get(const struct verify_scene *scene, uint32_t index, const char *member,
                                enum rv_json_type type, bool *is_seen)
{
	const struct rv_json view = member_of(&scene->view, index, member),
	                     frame = member_of(&scene->frame, index, member),
	                     record = member_of(&scene->record, index, member);
	if (rv_json_type(view) == type) {
		*is_seen = true;
		return view;
	}
	if (rv_json_type(frame) == type) {
		*is_seen = !scene->is_view;
		return frame;
	}
	*is_seen = scene->is_records_camera;
	return record;
}

bool verify_scene_pose(const struct verify_scene *scene, uint32_t index, double columns[4][3])
{
	bool is_seen, is_whole = true;
	const struct rv_json rows = verify_scene_get(scene, index, "matrix_world", RV_JSON_ARRAY, &is_seen);
	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < 3; k++) {
			columns[i][k] = rv_json_number(rv_json_at(rv_json_at(rows, k), i), NAN);
			is_whole &= isfinite(columns[i][k]);
		}
	}
	return is_whole;
}

static double volume(const double a[3], const double b[3], const double c[3])
{
	return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
	       a[2] * (b[0] * c[1] - b[1] * c[0]);
}

bool verify_scene_carry(const double from[4][3], const double to[4][3], const double world[3], double then[3])
{
	const double all = volume(from[0], from[1], from[2]);
	double away[3];
	for (size_t i = 0; i < 3; i++) {
		away[i] = world[i] - from[3][i];
		then[i] = to[3][i];
	}
	for (size_t axis = 0; axis < 3; axis++) { /* how far along each axis of the object: Cramer's rule */
		const double part = volume(away, from[(axis + 1) % 3], from[(axis + 2) % 3]) / all;
		for (size_t i = 0; i < 3; i++) {
			then[i] += part * to[axis][i];
		}
	}
	return all != 0 && isfinite(then[0] + then[1] + then[2]);
}

bool verify_scene_lacks(const struct verify_scene *scene, uint32_t index)
{
	const struct rv_json own = member_of(&scene->frame, index, "visible");
	return rv_json_type(rv_json_type(own) != RV_JSON_NONE ? own : member_of(&scene->record, index, "visible")) ==
	       RV_JSON_FALSE;
}

bool verify_scene_moves_by_pose(struct rv_json object)
{
	return !rv_json_true(rv_json_get(object, "deforms")) &&
	       rv_json_type(rv_json_get(object, "box3d")) != RV_JSON_NULL;
}

bool *verify_scene_still(const struct verify_scene *here, const struct verify_scene *there,
                         const struct rv_sample *sample, struct rv_arena *arena)
{
	bool *const is_still = rv_arena_alloc(arena, RV_INDEX_MAX + 1, sizeof(*is_still));
	for (size_t i = 0; i < sample->n_objects; i++) {
		const uint32_t index = sample->objects[i].index;
		bool is_seen;
		const struct rv_json pose = verify_scene_get(here, index, "matrix_world", RV_JSON_ARRAY, &is_seen),
		                     other = verify_scene_get(there, index, "matrix_world", RV_JSON_ARRAY, &is_seen);
		is_still[index] = rv_json_type(pose) == RV_JSON_ARRAY && rv_json_equal(pose, other) &&
		                  verify_scene_moves_by_pose(sample->objects[i].json);
	}
	is_still[0] = false;
	return is_still;
}

bool *verify_scene_deforms(const struct rv_sample *sample, struct rv_arena *arena)
{
	bool *const deforms = rv_arena_alloc(arena, RV_INDEX_MAX + 1, sizeof(*deforms));
	for (size_t i = 0; i < sample->n_objects; i++) {
		deforms[sample->objects[i].index] = rv_json_true(rv_json_get(sample->objects[i].json, "deforms"));
	}
	return deforms;
}

void verify_scene_see(const struct verify_scene *scene, const double world[3], double seen[3])
{
	for (size_t axis = 0; axis < 3; axis++) {
		double along = 0;
		for (size_t i = 0; i < 3; i++) {
			along += (world[i] - scene->camera.matrix[i][3]) * scene->camera.matrix[i][axis];
		}
		seen[axis] = axis == 0 ? along : -along;
	}
}

bool verify_scene_pixel(const struct verify_scene *scene, const double seen[3], double pixel[2])
{
	const double away_m = scene->is_parallel ? 1 : seen[2];
	pixel[0] = scene->camera.fl_x * seen[0] / away_m + scene->camera.cx;
	pixel[1] = scene->camera.fl_y * seen[1] / away_m + scene->camera.cy;
	return seen[2] > 0;
}

void verify_scene_place(const struct verify_scene *scene, const double pixel[2], double depth_m, double world[3])
{
	const double away_m = scene->is_parallel ? 1 : depth_m;
	const double right = (pixel[0] - scene->camera.cx) / scene->camera.fl_x * away_m,
	             down = (pixel[1] - scene->camera.cy) / scene->camera.fl_y * away_m;
	for (size_t i = 0; i < 3; i++) {
		const double *const row = scene->camera.matrix[i];
		world[i] = row[3] + row[0] * right - row[1] * down - row[2] * depth_m;
	}
}

bool verify_scene_point(struct rv_json numbers, double point[3])
{
	for (size_t i = 0; i < 3; i++) {
		point[i] = rv_json_number(rv_json_at(numbers, i), NAN);
	}
	return isfinite(point[0] + point[1] + point[2]);
}

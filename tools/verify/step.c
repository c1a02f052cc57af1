/* SPDX-License-Identifier: MIT */
/* Where points are in another picture. */
#include "verify/step.h"

#include <math.h>

/* An object's axes and place in both pictures: columns of its matrices. */
struct verify_mover {
	bool is_known;
	double from[4][3], to[4][3];
};

static bool read_columns(const struct verify_scene *scene, uint32_t index, double columns[4][3])
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

bool verify_step_init(struct verify_step *step, struct verify_picture *picture, const struct rv_picture *other)
{
	const struct rv_sample *const sample = picture->picture->sample;
	*step = (struct verify_step) { .picture = picture };
	if (!other || !picture->depth || !picture->index) {
		return false;
	}
	verify_scene_read(&step->here, picture->picture, &picture->arena);
	verify_scene_read(&step->there, other, &picture->arena);
	step->movers = rv_arena_alloc(&picture->arena, RV_INDEX_MAX + 1, sizeof(*step->movers));
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_object *const object = &sample->objects[i];
		struct verify_mover *const mover = &step->movers[object->index];
		mover->is_known = object->index > 0 && !rv_json_true(rv_json_get(object->json, "deforms")) &&
		                  !verify_scene_lacks(&step->there, object->index) &&
		                  read_columns(&step->here, object->index, mover->from) &&
		                  read_columns(&step->there, object->index, mover->to);
	}
	return step->here.has_pixels && step->there.has_pixels;
}

static double volume(const double a[3], const double b[3], const double c[3])
{
	return a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
	       a[2] * (b[0] * c[1] - b[1] * c[0]);
}

bool verify_step_carry(const struct verify_step *step, uint32_t index, const double world[3], double then[3])
{
	const struct verify_mover *const mover = &step->movers[index];
	double away[3];
	if (!mover->is_known) {
		return false;
	}
	for (size_t i = 0; i < 3; i++) {
		away[i] = world[i] - mover->from[3][i];
		then[i] = mover->to[3][i];
	}
	const double all = volume(mover->from[0], mover->from[1], mover->from[2]);
	for (size_t axis = 0; axis < 3; axis++) { /* how far along each axis of the object: Cramer's rule */
		const double part = volume(away, mover->from[(axis + 1) % 3], mover->from[(axis + 2) % 3]) / all;
		for (size_t i = 0; i < 3; i++) {
			then[i] += part * mover->to[axis][i];
		}
	}
	return all != 0 && isfinite(then[0] + then[1] + then[2]);
}

bool verify_step_at(const struct verify_step *step, size_t at, double world[3], double then[3])
{
	const struct verify_picture *const picture = step->picture;
	const double depth = (double)picture->depth->f32[at];
	const double pixel[] = { (double)(at % picture->width) + 0.5, (double)(at / picture->width) + 0.5 };
	if (!(depth < (double)RV_DEPTH_SEEN_MAX)) {
		return false;
	}
	verify_scene_place(&step->here, pixel, depth, world);
	return verify_step_carry(step, picture->index->u16[at], world, then);
}

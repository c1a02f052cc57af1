/* SPDX-License-Identifier: MIT */
/* Where points are in another picture. */
#include "verify/step.h"

#include <math.h>

/* An object's axes and place in both pictures: columns of its matrices. */
struct verify_mover {
	bool is_known;
	double from[4][3], to[4][3];
};

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
		mover->is_known = object->index > 0 && verify_scene_moves_by_pose(object->json) &&
		                  !verify_scene_lacks(&step->there, object->index) &&
		                  verify_scene_pose(&step->here, object->index, mover->from) &&
		                  verify_scene_pose(&step->there, object->index, mover->to);
	}
	return step->here.has_pixels && step->there.has_pixels;
}

bool verify_step_carry(const struct verify_step *step, uint32_t index, const double world[3], double then[3])
{
	const struct verify_mover *const mover = &step->movers[index];
	return mover->is_known && verify_scene_carry(mover->from, mover->to, world, then);
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

/* SPDX-License-Identifier: MIT */
/* Points that rv-blend has followed. */
#include "mask/products/track_points.h"

#include "mask/products/poses.h"

/* ---- from the record ------------------------------------------------------------------------------------------- */

bool mask_track_points_are_there(const struct rv_sample *sample)
{
	return mask_arrays_path(sample, RV_ROLE_TRACK_POINTS) && rv_json_len(rv_json_get(sample->json, "tracks")) > 0;
}

const struct mask_track_source *mask_track_points_take(const struct mask_request *request, struct rv_arena *arena,
                                                       struct rv_err *err)
{
	const struct rv_json objects = rv_json_get(request->sample.json, "tracks");
	struct mask_track_source *const source = rv_arena_alloc(arena, 1, sizeof(*source));
	source->path = mask_arrays_path(&request->sample, RV_ROLE_TRACK_POINTS);
	for (size_t i = 0; source->path && i < rv_json_len(objects); i++) {
		uint64_t points;
		if (!rv_json_u64(rv_json_get(rv_json_at(objects, i), "points"), 1, RV_TRACKS_MAX, &points)) {
			rv_fail(err, RV_E_BAD_RECORD, "field 'tracks[%zu].points' must be an integer in 1..%d", i,
			        RV_TRACKS_MAX);
			return NULL;
		}
		source->n += points;
	}
	return source;
}

/* Where points are follows from what was rendered; where they are seen from the cameras, too. */
void mask_track_points_key(const struct mask_request *request, const struct mask_track_source *source,
                           struct rv_json_out *out)
{
	rv_json_put_u64(out, NULL, source->n);
	for (size_t i = 0; source->path && i < request->sample.n_pictures; i++) {
		rv_json_put_u64(out, NULL, request->sample.pictures[i].frame);
		mask_poses_key_camera(request->sample.pictures[i].camera, out);
	}
}

/* ---- the worker's file ----------------------------------------------------------------------------------------- */

static const struct mask_track_file *load(const struct mask_job *job, const struct mask_track_source *source,
                                          struct rv_err *err)
{
	struct mask_track_file *const file = rv_arena_alloc(job->arena, 1, sizeof(*file));
	const struct mask_arrays *const arrays = &file->arrays;
	struct mask_track_points *const points = &file->points;
	const size_t shape[] = { job->view->n_pictures, source->n, 3 };
	*points = (struct mask_track_points) { .n = source->n, .n_frames = job->view->n_pictures };
	return mask_arrays_load(job, source->path, &file->arrays, err) < 0 ||
	                       mask_arrays_get(arrays, "object", RV_NUMBER_I32, 1, &shape[1], &points->object, err) <
	                               0 ||
	                       mask_arrays_get(arrays, "world", RV_NUMBER_F64, 3, shape, &points->world, err) < 0 ||
	                       mask_arrays_get(arrays, "normal", RV_NUMBER_F32, 3, shape, &points->normal, err) < 0
	               ? NULL
	               : file;
}

int mask_track_points_survey(struct mask_job *job, const struct mask_track_source *source, void **found,
                             struct rv_err *err)
{
	if (!*found) {
		*found = (void *)(uintptr_t)load(job, source, err);
	}
	return *found ? 0 : -1;
}

const struct mask_track_file *mask_track_points_file(const struct mask_job *job, const struct mask_track_source *source,
                                                     struct rv_err *err)
{
	const struct mask_track_file *const file = job->surveyed ? mask_surveyed(job) : NULL;
	return file ? file : load(job, source, err);
}

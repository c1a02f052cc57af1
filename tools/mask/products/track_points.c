/* SPDX-License-Identifier: MIT */
/* Points that rv-blend has followed. */
#include "mask/products/track_points.h"

#include "mask/products/poses.h"

#define POINTS_BYTES_MAX ((size_t)4 << 30)

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* The worker's file, or NULL. */
static const char *find_file(const struct rv_sample *sample)
{
	for (size_t i = 0; i < sample->n_files; i++) {
		const struct rv_file *const file = &sample->files[i];
		if (rv_role_is(file->role, RV_ROLE_TRACK_POINTS) && !file->view && file->n_paths == 1) {
			return file->paths[0];
		}
	}
	return NULL;
}

bool mask_track_points_are_there(const struct rv_sample *sample)
{
	return find_file(sample) && rv_json_len(rv_json_get(sample->json, "tracks")) > 0;
}

const struct mask_track_source *mask_track_points_take(const struct mask_request *request, struct rv_arena *arena,
                                                       struct rv_err *err)
{
	const struct rv_json objects = rv_json_get(request->sample.json, "tracks");
	struct mask_track_source *const source = rv_arena_alloc(arena, 1, sizeof(*source));
	source->path = find_file(&request->sample);
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

/* Puts an array of these sides in its place. */
static int find_array(const struct rv_npz *npz, const char *name, enum rv_number number, size_t n_dims,
                      const size_t shape[], struct rv_array *array, struct rv_err *err)
{
	const struct rv_array *const found = rv_npz_find(npz, name);
	if (!found || !rv_array_is(found, number, n_dims, shape)) {
		return rv_fail(err, RV_E_BAD_FILE, "it has no array '%s' of the shape that the record says", name);
	}
	*array = *found;
	return 0;
}

static int parse(struct mask_track_file *file, const struct mask_job *job, size_t n, const void *bytes, size_t len,
                 struct rv_err *err)
{
	struct mask_track_points *const points = &file->points;
	const size_t shape[] = { job->view->n_pictures, n, 3 };
	*points = (struct mask_track_points) { .n = n, .n_frames = job->view->n_pictures };
	return rv_npz_parse(bytes, len, job->arena, &file->npz, err) < 0 ||
	                       find_array(&file->npz, "object", RV_NUMBER_I32, 1, &shape[1], &points->object, err) <
	                               0 ||
	                       find_array(&file->npz, "world", RV_NUMBER_F64, 3, shape, &points->world, err) < 0 ||
	                       find_array(&file->npz, "normal", RV_NUMBER_F32, 3, shape, &points->normal, err) < 0
	               ? -1
	               : 0;
}

static const struct mask_track_file *load(const struct mask_job *job, const struct mask_track_source *source,
                                          struct rv_err *err)
{
	struct rv_source opened = RV_SOURCE_INIT;
	if (mask_open(job->request, source->path, &opened, err) < 0) {
		return NULL;
	}
	struct mask_track_file *const file = rv_arena_alloc(job->arena, 1, sizeof(*file));
	int status = opened.len < POINTS_BYTES_MAX ? 0 : rv_fail(err, RV_E_LIMIT, "it has 4 GiB or more");
	void *const bytes = status < 0 ? NULL : rv_arena_alloc(job->arena, opened.len + 1, 1);
	status = status < 0 || rv_source_read(&opened, 0, bytes, opened.len, err) < 0 ||
	                         parse(file, job, source->n, bytes, opened.len, err) < 0
	                 ? rv_fail_prefix(err, "'%s'", opened.name)
	                 : 0;
	rv_source_close(&opened);
	return status < 0 ? NULL : file;
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

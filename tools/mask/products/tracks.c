/* SPDX-License-Identifier: MIT */
/* Tracks: where points of surfaces are in each picture of a view, and whether they are seen. */
#include "mask/pixels/tracks.h"

#include <string.h>

#include "mask/job.h"
#include "mask/products/poses.h"
#include "npz.h"

#define POINTS_BYTES_MAX ((size_t)4 << 30)

/* ---- from the record ------------------------------------------------------------------------------------------- */

struct data {
	size_t n; /* points */
	const char *path;
};

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

static bool is_possible(const struct mask_view *view)
{
	const struct rv_sample *const sample = view->pictures[0].sample;
	return find_file(sample) && rv_json_len(rv_json_get(sample->json, "tracks")) > 0;
}

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	const struct rv_json objects = rv_json_get(request->sample.json, "tracks");
	struct data *const own = rv_arena_alloc(arena, 1, sizeof(*own));
	own->path = find_file(&request->sample);
	for (size_t i = 0; own->path && i < rv_json_len(objects); i++) {
		uint64_t points;
		if (!rv_json_u64(rv_json_get(rv_json_at(objects, i), "points"), 1, RV_TRACKS_MAX, &points)) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'tracks[%zu].points' must be an integer in 1..%d",
			               i, RV_TRACKS_MAX);
		}
		own->n += points;
	}
	*data = own;
	return 0;
}

/* Where points are follows from what was rendered; where they are seen from the cameras, too. */
static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const own = data;
	rv_json_put_u64(out, NULL, own->n);
	for (size_t i = 0; own->path && i < request->sample.n_pictures; i++) {
		rv_json_put_u64(out, NULL, request->sample.pictures[i].frame);
		mask_poses_key_camera(request->sample.pictures[i].camera, out);
	}
}

/* ---- the worker's file ----------------------------------------------------------------------------------------- */

struct file {
	struct rv_npz npz;
	struct mask_points points;
};

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

static int parse(struct file *file, const struct mask_job *job, const void *bytes, size_t len, struct rv_err *err)
{
	const struct data *const own = mask_data(job);
	struct mask_points *const points = &file->points;
	const size_t shape[] = { job->view->n_pictures, own->n, 3 };
	*points = (struct mask_points) { .n = own->n, .n_frames = job->view->n_pictures };
	return rv_npz_parse(bytes, len, job->arena, &file->npz, err) < 0 ||
	                       find_array(&file->npz, "object", RV_NUMBER_I32, 1, &shape[1], &points->object, err) <
	                               0 ||
	                       find_array(&file->npz, "world", RV_NUMBER_F64, 3, shape, &points->world, err) < 0 ||
	                       find_array(&file->npz, "normal", RV_NUMBER_F32, 3, shape, &points->normal, err) < 0
	               ? -1
	               : 0;
}

/* Into job->arena. */
static const struct file *load(const struct mask_job *job, struct rv_err *err)
{
	const struct data *const own = mask_data(job);
	struct rv_source source = RV_SOURCE_INIT;
	if (mask_open(job->request, own->path, &source, err) < 0) {
		return NULL;
	}
	struct file *const file = rv_arena_alloc(job->arena, 1, sizeof(*file));
	int status = source.len < POINTS_BYTES_MAX ? 0 : rv_fail(err, RV_E_LIMIT, "it has 4 GiB or more");
	void *const bytes = status < 0 ? NULL : rv_arena_alloc(job->arena, source.len + 1, 1);
	status = status < 0 || rv_source_read(&source, 0, bytes, source.len, err) < 0 ||
	                         parse(file, job, bytes, source.len, err) < 0
	                 ? rv_fail_prefix(err, "'%s'", source.name)
	                 : 0;
	rv_source_close(&source);
	return status < 0 ? NULL : file;
}

/* It is read once for all pictures. */
static int survey(struct mask_job *job, void **found, struct rv_err *err)
{
	if (!*found) {
		*found = (void *)(uintptr_t)load(job, err);
	}
	return *found ? 0 : -1;
}

/* ---- pictures -------------------------------------------------------------------------------------------------- */

static size_t collects(const void *data)
{
	const struct data *const own = data;
	return own->n * 5 * sizeof(float) + (own->n + sizeof(float) - 1) / sizeof(float) * sizeof(float);
}

static struct mask_track track_of(const struct mask_job *job, const struct rv_picture *picture, size_t n)
{
	float *const numbers = mask_collected(job, picture);
	return (struct mask_track) { .xy = numbers,
		                     .camera = numbers + 2 * n,
		                     .is_seen = (uint8_t *)(numbers + 5 * n) };
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct file *const file = mask_surveyed(job) ? mask_surveyed(job) : load(job, err);
	struct rv_camera camera;
	if (!file) {
		return -1;
	}
	rv_camera_read(&camera, job->picture->camera);
	const struct mask_track track = track_of(job, job->picture, file->points.n);
	mask_tracks_see(&file->points, job->picture->frame_number, &camera, mask_planes(job, MASK_ROLE(DEPTH)),
	                mask_planes(job, MASK_ROLE(INDEX)), &track);
	return 0;
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

/* What all frames have of one kind, one after the other. */
static void *join(const struct mask_job *job, size_t n, size_t item, const void *(*part)(const struct mask_track *))
{
	const size_t bytes = n * item;
	unsigned char *const all = rv_arena_alloc(job->arena, job->view->n_pictures + 1, bytes);
	for (size_t i = 0; i < job->view->n_pictures; i++) {
		const struct mask_track track = track_of(job, &job->view->pictures[i], n);
		memcpy(all + i * bytes, part(&track), bytes);
	}
	return all;
}

static const void *xy_of(const struct mask_track *track)
{
	return track->xy;
}

static const void *camera_of(const struct mask_track *track)
{
	return track->camera;
}

static const void *seen_of(const struct mask_track *track)
{
	return track->is_seen;
}

/* The first and the last frame in which each point is seen; -1: none. */
static void find_spans(const struct mask_job *job, size_t n, int32_t *first, int32_t *last)
{
	memset(first, 0xff, n * sizeof(*first));
	memset(last, 0xff, n * sizeof(*last));
	for (size_t i = 0; i < job->view->n_pictures; i++) {
		const struct mask_track track = track_of(job, &job->view->pictures[i], n);
		for (size_t k = 0; k < n; k++) {
			if (track.is_seen[k]) {
				first[k] = first[k] < 0 ? (int32_t)i : first[k];
				last[k] = (int32_t)i;
			}
		}
	}
}

static int put_file(struct mask_job *job, const struct file *file, struct rv_err *err)
{
	const size_t n = file->points.n, n_frames = job->view->n_pictures;
	int32_t *const first = rv_arena_alloc(job->arena, n + 1, sizeof(*first)),
	               *const last = rv_arena_alloc(job->arena, n + 1, sizeof(*last)),
	               *const frames = rv_arena_alloc(job->arena, n_frames + 1, sizeof(*frames));
	for (size_t i = 0; i < n_frames; i++) {
		frames[i] = (int32_t)job->view->pictures[i].frame;
	}
	find_spans(job, n, first, last);
	const enum rv_number whole = RV_NUMBER_I32, real = RV_NUMBER_F32;
	const float *const xy = join(job, n, 2 * sizeof(*xy), xy_of), *const seen_from =
	                                                                      join(job, n, 3 * sizeof(*xy), camera_of);
	const uint8_t *const visible = join(job, n, 1, seen_of);
	const struct rv_npz_member made[] = {
		{ "first_seen", { .number = whole, .n_dims = 1, .shape = { n }, .numbers = first } },
		{ "frame", { .number = whole, .n_dims = 1, .shape = { n_frames }, .numbers = frames } },
		{ "last_seen", { .number = whole, .n_dims = 1, .shape = { n }, .numbers = last } },
		{ "object", file->points.object },
		{ "visible", { .number = RV_NUMBER_BOOL, .n_dims = 2, .shape = { n_frames, n }, .numbers = visible } },
		{ "xy", { .number = real, .n_dims = 3, .shape = { n_frames, n, 2 }, .numbers = xy } },
		{ "xyz_camera", { .number = real, .n_dims = 3, .shape = { n_frames, n, 3 }, .numbers = seen_from } },
		{ "xyz_world", file->points.world },
	};
	struct rv_npz_member members[RV_COUNTOF(made) + 3];
	struct rv_npz npz = { .members = members };
	static const char *const copied[] = { "barycentric", "corners", "face" };
	for (size_t i = 0; i < RV_COUNTOF(copied); i++) { /* where on the surface, as the worker says */
		const struct rv_array *const array = rv_npz_find(&file->npz, copied[i]);
		if (array) {
			members[npz.len++] = (struct rv_npz_member) { .name = copied[i], .array = *array };
		}
	}
	memcpy(&members[npz.len], made, sizeof(made));
	npz.len += RV_COUNTOF(made);
	struct rv_str bytes = RV_STR_INIT;
	const int status = rv_npz_put(&npz, &bytes, err) < 0 ? -1 : mask_put_bytes(job, MASK_ROLE(TRACKS), &bytes, err);
	rv_str_release(&bytes);
	return status;
}

static int finish(struct mask_job *job, struct rv_err *err)
{
	const struct file *file = job->surveyed ? mask_surveyed(job) : NULL;
	file = file ? file : load(job, err);
	return file ? put_file(job, file, err) : -1;
}

static const struct mask_role roles[] = { { .id = RV_ROLE_TRACKS }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_tracks = {
	.name = "tracks",
	.summary = "points of surfaces through the frames, where rv-blend has followed some",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.is_possible = is_possible,
	.take = take,
	.key = key,
	.survey = survey,
	.make = make,
	.collects = collects,
	.finish = finish,
};

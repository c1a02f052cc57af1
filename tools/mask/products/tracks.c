/* SPDX-License-Identifier: MIT */
/* Tracks: where points of surfaces are in each picture of a view, and whether they are seen. */
#include <string.h>

#include "mask/products/track_points.h"

static bool is_possible(const struct mask_view *view)
{
	return mask_track_points_are_there(view->pictures[0].sample);
}

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	*data = mask_track_points_take(request, arena, err);
	return *data ? 0 : -1;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	mask_track_points_key(request, data, out);
}

static int survey(struct mask_job *job, void **found, struct rv_err *err)
{
	return mask_track_points_survey(job, mask_data(job), found, err);
}

/* ---- pictures -------------------------------------------------------------------------------------------------- */

static size_t collects(const void *data)
{
	const struct mask_track_source *const own = data;
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
	const struct mask_track_file *const file = mask_track_points_file(job, mask_data(job), err);
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

static int put_file(struct mask_job *job, const struct mask_track_file *file, struct rv_err *err)
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
		const struct rv_array *const array = rv_npz_find(&file->arrays.npz, copied[i]);
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
	const struct mask_track_file *const file = mask_track_points_file(job, mask_data(job), err);
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
	.version = 2,
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

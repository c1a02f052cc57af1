/* SPDX-License-Identifier: MIT */
/* TAPVid-3D: a file of arrays for each sequence and each of its views, made when the sample is prepared. */
#include "format/tracks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "npz.h"
#include "sink/camera.h"
#include "sink/sink.h"
#include "video.h"

#define FILE_BYTES_MAX ((size_t)4 << 30)

struct tracks {
	const struct sink_target *target;
	struct rv_str *files; /* of each camera of the sample at hand */
	size_t n_files;
	struct rv_str path;
};

static int tracks_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct tracks *const tracks = state;
	tracks->target = target;
	rv_str_init(&tracks->path);
	return 0;
}

static void release_files(struct tracks *tracks)
{
	for (size_t i = 0; i < tracks->n_files; i++) {
		rv_str_release(&tracks->files[i]);
	}
	free(tracks->files);
	tracks->files = NULL;
	tracks->n_files = 0;
}

static void tracks_release(void *state)
{
	struct tracks *const tracks = state;
	release_files(tracks);
	rv_str_release(&tracks->path);
}

/* ---- what a clip is made of ------------------------------------------------------------------------------------ */

/* The pictures of a camera and its file of tracks. */
struct clip {
	struct sink_sample *sample;
	struct sink_picture *pictures;
	size_t n_frames, n, n_all; /* frames, points that are taken, points of the file */
	const size_t *points;      /* those that are taken */
	const struct rv_array *object, *first, *visible, *xy, *camera;
};

static const char *find_file(const struct rv_sample *sample, const char *view)
{
	for (size_t i = 0; i < sample->n_files; i++) {
		const struct rv_file *const file = &sample->files[i];
		const bool is_views = view ? file->view && strcmp(file->view, view) == 0 : !file->view;
		if (rv_role_is(file->role, RV_ROLE_TRACKS) && is_views && file->n_paths == 1) {
			return file->paths[0];
		}
	}
	return NULL;
}

static int take_arrays(struct clip *clip, const struct rv_npz *npz, struct rv_err *err)
{
	clip->object = rv_npz_find(npz, "object");
	clip->n_all = clip->object ? rv_array_len(clip->object) : 0;
	const struct {
		const char *name;
		const struct rv_array **array;
		enum rv_number number;
		size_t n_dims, shape[3];
	} rows[] = {
		{ "object", &clip->object, RV_NUMBER_I32, 1, { clip->n_all } },
		{ "first_seen", &clip->first, RV_NUMBER_I32, 1, { clip->n_all } },
		{ "visible", &clip->visible, RV_NUMBER_BOOL, 2, { clip->n_frames, clip->n_all } },
		{ "xy", &clip->xy, RV_NUMBER_F32, 3, { clip->n_frames, clip->n_all, 2 } },
		{ "xyz_camera", &clip->camera, RV_NUMBER_F32, 3, { clip->n_frames, clip->n_all, 3 } },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		*rows[i].array = rv_npz_find(npz, rows[i].name);
		if (!*rows[i].array || !rv_array_is(*rows[i].array, rows[i].number, rows[i].n_dims, rows[i].shape)) {
			return rv_fail(err, RV_E_BAD_FILE, "it has no array '%s' of its shape", rows[i].name);
		}
	}
	return 0;
}

/* Those that are seen once, and known in every frame. */
static void choose_points(struct clip *clip)
{
	size_t *const points = rv_arena_alloc(&clip->sample->arena, clip->n_all + 1, sizeof(*points));
	for (size_t i = 0; i < clip->n_all; i++) {
		const double first = rv_array_at(clip->first, i);
		bool is_known = first >= 0 && first < (double)clip->n_frames;
		for (size_t k = 0; is_known && k < clip->n_frames; k++) {
			is_known = isfinite(rv_array_at(clip->camera, (k * clip->n_all + i) * 3));
		}
		if (is_known) {
			points[clip->n++] = i;
		}
	}
	clip->points = points;
}

/* Its file of tracks, into the sample's arena. */
static int load(struct clip *clip, struct rv_err *err)
{
	const char *const view = clip->pictures[0].picture->view;
	const char *const path = find_file(clip->sample->sample, view);
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_npz npz;
	if (!path) {
		return rv_fail(
		        err, RV_E_BAD_RECORD,
		        "format tracks needs field 'files.tracks': give rv-blend --tracks N, and let rv-mask make "
		        "the label tracks");
	}
	if (sink_sample_open(clip->sample, path, &source, err) < 0) {
		return -1;
	}
	int status = source.len < FILE_BYTES_MAX ? 0 : rv_fail(err, RV_E_LIMIT, "it has 4 GiB or more");
	if (status == 0) {
		void *const bytes = rv_arena_alloc(&clip->sample->arena, source.len + 1, 1);
		status = rv_source_read(&source, 0, bytes, source.len, err) < 0 ||
		                         rv_npz_parse(bytes, source.len, &clip->sample->arena, &npz, err) < 0
		                 ? -1
		                 : take_arrays(clip, &npz, err);
	}
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", source.name);
	}
	rv_source_close(&source);
	return status;
}

/* ---- its arrays ------------------------------------------------------------------------------------------------ */

/* A frame as a JPEG file: as it is, or encoded. */
static int put_jpeg(struct clip *clip, const char *file, struct rv_str *jpeg, struct rv_err *err)
{
	const char *const extension = sink_extension(file);
	if (strcasecmp(extension, "jpg") == 0 || strcasecmp(extension, "jpeg") == 0) {
		struct rv_source source = RV_SOURCE_INIT;
		const int status = sink_sample_open(clip->sample, file, &source, err) < 0
		                           ? -1
		                           : rv_source_load(&source, FILE_BYTES_MAX, jpeg, err);
		rv_source_close(&source);
		return status;
	}
	struct rv_image image = RV_IMAGE_INIT;
	const int status = sink_sample_read_picture(clip->sample, file, &image, err) < 0
	                           ? -1
	                           : rv_jpeg_encode(&image, (int)format_tracks_options.quality, jpeg, err);
	rv_image_release(&image);
	return status;
}

/* As texts of one length, in the arena: a JPEG file does not end in zeros, which readers of NumPy cut off. */
static int make_images(struct clip *clip, struct rv_array *array, struct rv_err *err)
{
	struct rv_str *const jpegs = rv_arena_alloc(&clip->sample->arena, clip->n_frames + 1, sizeof(*jpegs));
	size_t longest = 1;
	int status = 0;
	for (size_t i = 0; status == 0 && i < clip->n_frames; i++) {
		rv_str_init(&jpegs[i]);
		status = put_jpeg(clip, rv_picture_file(clip->pictures[i].picture, RV_ROLE_IMAGE), &jpegs[i], err);
		longest = RV_MAX(longest, jpegs[i].len);
	}
	if (status == 0) {
		char *const all = rv_arena_alloc(&clip->sample->arena, clip->n_frames, longest);
		for (size_t i = 0; i < clip->n_frames; i++) {
			memcpy(all + i * longest, jpegs[i].ptr, jpegs[i].len);
		}
		*array = (struct rv_array) { .number = RV_NUMBER_BYTES,
			                     .item_bytes = longest,
			                     .n_dims = 1,
			                     .shape = { clip->n_frames },
			                     .numbers = all };
	}
	for (size_t i = 0; i < clip->n_frames; i++) {
		rv_str_release(&jpegs[i]);
	}
	return status;
}

/* The points that are taken, of an array of T x N x `width`. */
static struct rv_array select_points(const struct clip *clip, const struct rv_array *from, size_t width)
{
	const size_t bytes = rv_array_item(from) * width;
	unsigned char *const all = rv_arena_alloc(&clip->sample->arena, clip->n_frames * clip->n + 1, bytes);
	for (size_t k = 0; k < clip->n_frames; k++) {
		for (size_t i = 0; i < clip->n; i++) {
			const unsigned char *const numbers = from->numbers;
			memcpy(all + (k * clip->n + i) * bytes, numbers + (k * clip->n_all + clip->points[i]) * bytes,
			       bytes);
		}
	}
	return (struct rv_array) { .number = from->number,
		                   .n_dims = width > 1 ? 3 : 2,
		                   .shape = { clip->n_frames, clip->n, width },
		                   .numbers = all };
}

/* Where each point is when it is first seen. */
static struct rv_array make_queries(const struct clip *clip)
{
	float *const queries = rv_arena_alloc(&clip->sample->arena, 3 * clip->n + 1, sizeof(*queries));
	for (size_t i = 0; i < clip->n; i++) {
		const size_t point = clip->points[i], t = (size_t)rv_array_at(clip->first, point);
		for (size_t k = 0; k < 2; k++) {
			queries[3 * i + k] = (float)rv_array_at(clip->xy, (t * clip->n_all + point) * 2 + k);
		}
		queries[3 * i + 2] = (float)t;
	}
	return (struct rv_array) { .number = RV_NUMBER_F32, .n_dims = 2, .shape = { clip->n, 3 }, .numbers = queries };
}

/* Which points they are: of the sample's file, and on which object. */
static struct rv_array make_numbers(const struct clip *clip, bool is_object)
{
	int32_t *const numbers = rv_arena_alloc(&clip->sample->arena, clip->n + 1, sizeof(*numbers));
	for (size_t i = 0; i < clip->n; i++) {
		const size_t point = clip->points[i];
		numbers[i] = is_object ? (int32_t)rv_array_at(clip->object, point) : (int32_t)point;
	}
	return (struct rv_array) { .number = RV_NUMBER_I32, .n_dims = 1, .shape = { clip->n }, .numbers = numbers };
}

/* World to camera, OpenCV's axes: of an inverted pose the rows for y and z change their sign. */
static void invert(const double pose[4][4], double out[4][4])
{
	static const double signs[] = { 1, -1, -1 };
	memset(out, 0, sizeof(double[4][4]));
	out[3][3] = 1;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			out[i][k] = signs[i] * pose[k][i];
			out[i][3] -= signs[i] * pose[k][i] * pose[k][3];
		}
	}
}

/* The intrinsics, which are one set for all frames, and the poses. *moves: they are not all the same. */
static int make_cameras(struct clip *clip, struct rv_array *intrinsics, struct rv_array *poses, bool *moves,
                        struct rv_err *err)
{
	double(*const all)[4][4] = rv_arena_alloc(&clip->sample->arena, clip->n_frames, sizeof(*all));
	double *const numbers = rv_arena_alloc(&clip->sample->arena, 4, sizeof(*numbers));
	struct sink_camera first = { 0 }, camera;
	*moves = false;
	for (size_t i = 0; i < clip->n_frames; i++) {
		if (sink_camera_read(clip->sample, &clip->pictures[i], &format_tracks, &camera, err) < 0) {
			return -1;
		}
		first = i == 0 ? camera : first;
		if (!sink_camera_same_intrinsics(&first, &camera)) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "format tracks has one set of intrinsics for a clip, but frame %" PRIu64
			               " has other ones than the first",
			               clip->pictures[i].picture->frame);
		}
		invert(camera.pose, all[i]);
		*moves |= memcmp(camera.pose, first.pose, sizeof(first.pose)) != 0;
	}
	memcpy(numbers, (const double[]) { first.fl_x, first.fl_y, first.cx, first.cy }, 4 * sizeof(*numbers));
	*intrinsics = (struct rv_array) { .number = RV_NUMBER_F64, .n_dims = 1, .shape = { 4 }, .numbers = numbers };
	*poses = (struct rv_array) {
		.number = RV_NUMBER_F64, .n_dims = 3, .shape = { clip->n_frames, 4, 4 }, .numbers = all
	};
	return 0;
}

static int make_file(struct clip *clip, struct rv_str *file, struct rv_err *err)
{
	struct rv_array images, intrinsics, poses;
	bool moves;
	if (load(clip, err) < 0 || make_cameras(clip, &intrinsics, &poses, &moves, err) < 0 ||
	    make_images(clip, &images, err) < 0) {
		return -1;
	}
	choose_points(clip);
	const struct rv_npz_member members[] = {
		{ "extrinsics_w2c", poses }, /* first: it may be left out */
		{ "fx_fy_cx_cy", intrinsics },
		{ "images_jpeg_bytes", images },
		{ "queries_xyt", make_queries(clip) },
		{ "rv_object", make_numbers(clip, true) },
		{ "rv_point", make_numbers(clip, false) },
		{ "rv_tracks_xy", select_points(clip, clip->xy, 2) },
		{ "tracks_XYZ", select_points(clip, clip->camera, 3) },
		{ "visibility", select_points(clip, clip->visible, 1) },
	};
	const struct rv_npz npz = { .members = members + (moves ? 0 : 1),
		                    .len = RV_COUNTOF(members) - (moves ? 0 : 1) };
	return rv_npz_put(&npz, file, err);
}

/* ---- samples --------------------------------------------------------------------------------------------------- */

static int tracks_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct tracks *const tracks = state;
	const size_t n_frames = sample->sample->n_frames;
	release_files(tracks);
	tracks->files = rv_alloc_zero(sample->n_pictures / n_frames + 1, sizeof(*tracks->files));
	for (size_t i = 0; i < sample->n_pictures; i += n_frames) {
		struct clip clip = { .sample = sample, .pictures = &sample->pictures[i], .n_frames = n_frames };
		struct rv_str *const file = &tracks->files[tracks->n_files++];
		rv_str_init(file);
		if (make_file(&clip, file, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

static int tracks_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct tracks *const tracks = state;
	int status = 0;
	for (size_t i = 0; status == 0 && i < tracks->n_files; i++) {
		const struct rv_picture *const first = sample->pictures[i * sample->sample->n_frames].picture;
		const struct rv_str *const file = &tracks->files[i];
		sink_picture_path(first, &format_tracks, "clip", "", "", &tracks->path);
		status = sink_dataset_write(tracks->target->dataset, tracks->path.ptr, file->ptr, file->len, err);
	}
	release_files(tracks);
	return status;
}

static int tracks_finish(void *state RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	return 0;
}

const struct sink_class sink_tracks = {
	.format = &format_tracks,
	.state_bytes = sizeof(struct tracks),
	.open = tracks_open,
	.prepare = tracks_prepare,
	.add = tracks_add,
	.finish = tracks_finish,
	.release = tracks_release,
};

/* SPDX-License-Identifier: MIT */
/* Tracks: each point is on its object, moves as that does, is where the camera sees it, and visible only where the maps
 * have its object. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "npz.h"
#include "verify/step.h"

#define BYTES_MAX ((size_t)4 << 30)
#define NEAR_PX 0.01
#define NEAR 1e-4   /* of the largest number of those that are compared, at least of 1 */
#define BEFORE 0.98 /* of a point's depth: what is nearer is before it, not beside it on its own surface */

struct tracks {
	const char *name;
	size_t n, n_frames, frame; /* points, frames, which of them the picture is */
	const struct rv_array *object, *visible, *xy, *camera, *world, *first, *last, *numbers;
};

/* The file of the picture's view; NULL: there is none. */
static const struct rv_file *find_file(const struct rv_picture *picture)
{
	const struct rv_sample *const sample = picture->sample;
	for (size_t i = 0; i < sample->n_files; i++) {
		const struct rv_file *const file = &sample->files[i];
		const bool is_views =
		        picture->view ? file->view && strcmp(file->view, picture->view) == 0 : !file->view;
		if (rv_role_is(file->role, RV_ROLE_TRACKS) && is_views && file->n_paths == 1) {
			return file;
		}
	}
	return NULL;
}

/* ---- the file ---- */

static bool take_arrays(const struct rv_npz *npz, struct tracks *tracks, const char **lacks)
{
	const size_t n = tracks->n, n_frames = tracks->n_frames;
	const struct {
		const char *name;
		const struct rv_array **array;
		enum rv_number number;
		size_t n_dims, shape[3];
	} rows[] = {
		{ "object", &tracks->object, RV_NUMBER_I32, 1, { n } },
		{ "visible", &tracks->visible, RV_NUMBER_BOOL, 2, { n_frames, n } },
		{ "xy", &tracks->xy, RV_NUMBER_F32, 3, { n_frames, n, 2 } },
		{ "xyz_camera", &tracks->camera, RV_NUMBER_F32, 3, { n_frames, n, 3 } },
		{ "xyz_world", &tracks->world, RV_NUMBER_F64, 3, { n_frames, n, 3 } },
		{ "first_seen", &tracks->first, RV_NUMBER_I32, 1, { n } },
		{ "last_seen", &tracks->last, RV_NUMBER_I32, 1, { n } },
		{ "frame", &tracks->numbers, RV_NUMBER_I32, 1, { n_frames } },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		*rows[i].array = rv_npz_find(npz, rows[i].name);
		if (!*rows[i].array || !rv_array_is(*rows[i].array, rows[i].number, rows[i].n_dims, rows[i].shape)) {
			*lacks = rows[i].name;
			return false;
		}
	}
	return true;
}

/* In the picture's arena. False, and a problem with the first picture of a view, where it is none. */
static bool load(struct verify_picture *picture, const struct rv_file *file, struct tracks *tracks)
{
	struct verify_files *const files = picture->files;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str name = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_npz npz;
	const char *lacks = NULL;
	files->name(files, file, 0, &name);
	tracks->name = rv_arena_strndup(&picture->arena, name.ptr, name.len);
	rv_str_release(&name);
	if (files->open(files, file, 0, &source, &err) < 0) {
		return false; /* is told when the sample's files are looked at */
	}
	void *const bytes = source.len < BYTES_MAX ? rv_arena_alloc(&picture->arena, source.len + 1, 1) : NULL;
	const bool is_npz = bytes && rv_source_read(&source, 0, bytes, source.len, &err) == 0 &&
	                    rv_npz_parse(bytes, source.len, &picture->arena, &npz, &err) == 0;
	const bool is_whole = is_npz && take_arrays(&npz, tracks, &lacks);
	if (!is_whole && tracks->frame == 0) {
		verify_problems_add(picture->problems, VERIFY_TRACKS_FORM, tracks->name, "%s%s",
		                    lacks ? "it has no array of the type and shape of " : "",
		                    lacks   ? lacks
		                    : bytes ? err.text
		                            : "it has 4 GiB or more");
	}
	rv_source_close(&source);
	return is_whole;
}

/* How many points the record has. */
static size_t count_points(const struct rv_sample *sample)
{
	const struct rv_json objects = rv_json_get(sample->json, "tracks");
	uint64_t n = 0, points;
	for (size_t i = 0; i < rv_json_len(objects); i++) {
		n += rv_json_u64(rv_json_get(rv_json_at(objects, i), "points"), 1, RV_TRACKS_MAX, &points) ? points : 0;
	}
	return n;
}

/* ---- once for a view ---- */

static void check_objects(struct verify_picture *picture, const struct tracks *tracks)
{
	const struct rv_json objects = rv_json_get(picture->picture->sample->json, "tracks");
	size_t at = 0;
	for (size_t i = 0; i < rv_json_len(objects); i++) {
		const struct rv_json row = rv_json_at(objects, i);
		uint64_t index = 0, points = 0;
		(void)rv_json_u64(rv_json_get(row, "index"), 1, RV_INDEX_MAX, &index);
		(void)rv_json_u64(rv_json_get(row, "points"), 1, RV_TRACKS_MAX, &points);
		for (uint64_t k = 0; k < points; k++, at++) {
			if (rv_array_at(tracks->object, at) != (double)index) {
				verify_problems_add(picture->problems, VERIFY_TRACKS_OBJECT, tracks->name,
				                    "point %zu is on object %g, the record says %" PRIu64, at,
				                    rv_array_at(tracks->object, at), index);
				return;
			}
		}
	}
	if (at != rv_array_len(tracks->object)) {
		verify_problems_add(picture->problems, VERIFY_TRACKS_OBJECT, tracks->name,
		                    "it has %zu points, the record says %zu", rv_array_len(tracks->object), at);
	}
}

static void check_spans(struct verify_picture *picture, const struct tracks *tracks)
{
	for (size_t i = 0; i < tracks->n; i++) {
		double first = -1, last = -1;
		for (size_t k = 0; k < tracks->n_frames; k++) {
			if (rv_array_at(tracks->visible, k * tracks->n + i) != 0) {
				first = first < 0 ? (double)k : first;
				last = (double)k;
			}
		}
		if (rv_array_at(tracks->first, i) != first || rv_array_at(tracks->last, i) != last) {
			verify_problems_add(picture->problems, VERIFY_TRACKS_SPAN, tracks->name,
			                    "point %zu is visible from frame %g to %g, the file says %g to %g", i,
			                    first, last, rv_array_at(tracks->first, i), rv_array_at(tracks->last, i));
			return;
		}
	}
}

/* ---- of each picture ---- */

static void get(const struct rv_array *array, const struct tracks *tracks, size_t frame, size_t point, double numbers[],
                size_t n)
{
	for (size_t k = 0; k < n; k++) {
		numbers[k] = rv_array_at(array, (frame * tracks->n + point) * n + k);
	}
}

static bool is_near(const double a[], const double b[], size_t n, double limit)
{
	double largest = 1, off = 0;
	for (size_t k = 0; k < n; k++) {
		largest = fmax(largest, fmax(fabs(a[k]), fabs(b[k])));
		off = fmax(off, fabs(a[k] - b[k]));
	}
	return isfinite(off) && off <= limit * largest;
}

/* True when all around the pixel is nearer than the point, or the pixel is of another object. */
static bool is_covered(const struct verify_picture *picture, const double pixel[2], double depth_m, double object)
{
	const int64_t x = (int64_t)pixel[0], y = (int64_t)pixel[1];
	double farthest = 0;
	for (int64_t at = 0; at < 9; at++) {
		const int64_t i = x + at % 3 - 1, k = y + at / 3 - 1;
		if (i >= 0 && i < picture->width && k >= 0 && k < picture->height) {
			farthest = fmax(farthest, (double)picture->depth->f32[k * picture->width + i]);
		}
	}
	return farthest < BEFORE * depth_m || picture->index->u16[y * picture->width + x] != object;
}

/* What is wrong with a point; NULL: nothing. */
static const char *check_point(const struct verify_picture *picture, const struct tracks *tracks,
                               const struct verify_scene *scene, size_t point, enum verify_check *check)
{
	double world[3], camera[3], xy[2], seen[3], pixel[2];
	get(tracks->world, tracks, tracks->frame, point, world, 3);
	get(tracks->camera, tracks, tracks->frame, point, camera, 3);
	get(tracks->xy, tracks, tracks->frame, point, xy, 2);
	const bool is_visible = rv_array_at(tracks->visible, tracks->frame * tracks->n + point) != 0;
	verify_scene_see(scene, world, seen);
	const bool is_before = verify_scene_pixel(scene, seen, pixel);
	*check = VERIFY_TRACKS_PLACE;
	if (isnan(world[0]) ? !isnan(camera[0]) : !is_near(camera, seen, 3, NEAR)) {
		return "is not in xyz_camera where xyz_world has it";
	}
	if (is_before ? !is_near(xy, pixel, 2, NEAR_PX / picture->width) && !is_near(xy, pixel, 2, NEAR)
	              : !isnan(xy[0])) {
		return "is not in xy where the camera sees it";
	}
	*check = VERIFY_TRACKS_SEEN;
	if (!is_visible || !picture->depth || !picture->index) {
		return NULL;
	}
	if (!(is_before && xy[0] >= 0 && xy[0] < picture->width && xy[1] >= 0 && xy[1] < picture->height)) {
		return "is visible, but out of the picture";
	}
	return is_covered(picture, xy, seen[2], rv_array_at(tracks->object, point))
	               ? "is visible, but something else is there, or before it"
	               : NULL;
}

static void check_points(struct verify_picture *picture, const struct tracks *tracks)
{
	struct verify_scene scene;
	verify_scene_read(&scene, picture->picture, &picture->arena);
	for (size_t i = 0; scene.has_pixels && i < tracks->n; i++) {
		enum verify_check check;
		const char *const wrong = check_point(picture, tracks, &scene, i, &check);
		if (wrong) {
			verify_problems_add(picture->problems, check, tracks->name, "in frame %zu point %zu %s",
			                    tracks->frame, i, wrong);
			return;
		}
	}
}

static void check_motion(struct verify_picture *picture, const struct tracks *tracks)
{
	const struct rv_picture *const first = picture->picture - tracks->frame;
	struct verify_step step;
	if (tracks->frame == 0 || !verify_step_init(&step, picture, first)) {
		return;
	}
	for (size_t i = 0; i < tracks->n; i++) {
		double world[3], then[3], start[3];
		const double index = rv_array_at(tracks->object, i);
		get(tracks->world, tracks, tracks->frame, i, world, 3);
		get(tracks->world, tracks, 0, i, start, 3);
		if (index >= 0 && index <= RV_INDEX_MAX && !isnan(world[0]) &&
		    verify_step_carry(&step, (uint32_t)index, world, then) && !is_near(then, start, 3, NEAR)) {
			verify_problems_add(picture->problems, VERIFY_TRACKS_MOTION, tracks->name,
			                    "in frame %zu point %zu is not where its object takes it", tracks->frame,
			                    i);
			return;
		}
	}
}

static void check(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	const struct rv_file *const file = find_file(what);
	struct tracks tracks = { .n = count_points(what->sample),
		                 .n_frames = what->sample->n_frames,
		                 .frame = what->frame_number };
	if (!file || !picture->files->has(picture->files, file) || !load(picture, file, &tracks)) {
		return;
	}
	if (tracks.frame == 0) {
		check_objects(picture, &tracks);
		check_spans(picture, &tracks);
	}
	if (rv_array_at(tracks.numbers, tracks.frame) != (double)what->frame) {
		verify_problems_add(picture->problems, VERIFY_TRACKS_FORM, tracks.name, "frame %zu is called %g",
		                    tracks.frame, rv_array_at(tracks.numbers, tracks.frame));
	}
	check_points(picture, &tracks);
	check_motion(picture, &tracks);
}

const struct verify_label verify_picture_tracks = { .whole = check };

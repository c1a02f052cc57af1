/* SPDX-License-Identifier: MIT */
/* The pictures of a record: one, or those of a sequence, with the camera of each. */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "json.h"
#include "mask/request.h"
#include "vocabulary.h"

#define FRAME_NAME_MAX 64

static char *path_in(const struct mask_request *request, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", request->dir.ptr, name);
	return rv_str_detach(&path);
}

/* The rotation of the camera: false when there is none that could be used. */
static bool take_camera(struct rv_json camera, double axes[3][3])
{
	const struct rv_json matrix = rv_json_get(camera, "matrix_world");
	double found[3][3];
	for (size_t row = 0; row < 3; row++) {
		for (size_t column = 0; column < 3; column++) {
			const struct rv_json value = rv_json_at(rv_json_at(matrix, row), column);
			if (rv_json_type(value) != RV_JSON_NUMBER) {
				return false;
			}
			found[row][column] = rv_json_number(value, 0);
		}
	}
	memcpy(axes, found, sizeof(found));
	return true;
}

/* "000001" of "passes/000001.exr": it becomes the name of files. */
static int take_name(struct mask_frame *frame, const char *path, struct rv_err *err)
{
	const char *const base = rv_path_base(path), *const dot = strrchr(base, '.');
	const size_t len = dot ? (size_t)(dot - base) : 0;
	const size_t good = strspn(base, "0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
	if (len < 1 || len > FRAME_NAME_MAX || good != len || strcmp(dot, ".exr") != 0) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'files.passes': '%s' must be named by 1..%d of [A-Za-z0-9_-] and .exr", path,
		               FRAME_NAME_MAX);
	}
	struct rv_str name = RV_STR_INIT;
	rv_str_append(&name, base, len);
	frame->name = rv_str_detach(&name);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No two frames may have the same files. */
static int check_names(const struct mask_request *request, struct rv_err *err)
{
	const char **const names = rv_alloc_zero(request->n_frames + 1, sizeof(*names));
	int status = 0;
	for (size_t i = 0; i < request->n_frames; i++) {
		names[i] = request->frames[i].name;
	}
	qsort(names, request->n_frames, sizeof(*names), by_name);
	for (size_t i = 1; status == 0 && i < request->n_frames; i++) {
		if (strcmp(names[i - 1], names[i]) == 0) {
			status =
			        rv_fail(err, RV_E_BAD_RECORD, "field 'files.passes': two are named '%s.exr'", names[i]);
		}
	}
	free(names);
	return status;
}

static bool is_png(const char *name)
{
	const size_t len = strlen(name);
	return len > 4 && strcmp(name + len - 4, ".png") == 0;
}

/* One of `files.passes` and of `files.image`. */
static int take_frame(struct mask_request *request, struct mask_frame *frame, struct rv_json passes,
                      struct rv_json image, struct rv_err *err)
{
	const char *const name = rv_json_string(passes, NULL), *const picture = rv_json_string(image, NULL);
	if (!name || !rv_path_is_inside(name)) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'files.passes': %s%s%s is not a path below the sample",
		               name ? "'" : "", name ? name : "a value", name ? "'" : "");
	}
	frame->passes = path_in(request, name);
	if (picture && !rv_path_is_inside(picture)) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'files.image': '%s' is not a path below the sample",
		               picture);
	}
	if (picture && is_png(picture)) {
		frame->image = path_in(request, picture);
	}
	if (!request->is_sequence) {
		frame->name = rv_strdup("");
		return 0;
	}
	return take_name(frame, name, err);
}

int mask_request_frames(struct mask_request *request, struct rv_json json, struct rv_err *err)
{
	const struct rv_json files = rv_json_get(json, "files"), frames = rv_json_get(json, "frames");
	const struct rv_json passes = rv_json_get(files, "passes"), image = rv_json_get(files, "image");
	const size_t n = rv_json_len(passes);
	double axes[3][3] = { { 0 } };
	const bool has_camera = take_camera(rv_json_get(json, "camera"), axes);
	request->is_sequence = rv_json_type(passes) == RV_JSON_ARRAY;
	if (request->is_sequence && (n < 1 || n > RV_FILES_MAX)) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'files.passes' must have 1..%d paths", RV_FILES_MAX);
	}
	if (request->is_sequence && (rv_json_type(frames) != RV_JSON_ARRAY || rv_json_len(frames) != n)) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'frames' must be an array of %zu, as 'files.passes'", n);
	}
	if (request->is_sequence && rv_json_type(image) != RV_JSON_NONE && rv_json_len(image) != n) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'files.image' must be an array of %zu, as 'files.passes'",
		               n);
	}
	request->n_frames = request->is_sequence ? n : 1;
	request->frames = rv_alloc_zero(request->n_frames, sizeof(*request->frames));
	for (size_t i = 0; i < request->n_frames; i++) {
		struct mask_frame *const frame = &request->frames[i];
		const struct rv_json entry = rv_json_at(frames, i);
		if (request->is_sequence && rv_json_type(entry) != RV_JSON_OBJECT) {
			return rv_fail(err, RV_E_BAD_RECORD, "field 'frames[%zu]' must be an object", i);
		}
		memcpy(frame->camera, axes, sizeof(axes));
		if (request->is_sequence) {
			frame->has_own_camera = rv_json_type(rv_json_get(entry, "camera")) == RV_JSON_OBJECT;
			mask_bounds_take(&frame->bounds, rv_json_get(entry, "objects"));
		}
		frame->has_camera =
		        (request->is_sequence && take_camera(rv_json_get(entry, "camera"), frame->camera)) ||
		        has_camera;
		if (take_frame(request, frame, request->is_sequence ? rv_json_at(passes, i) : passes,
		               request->is_sequence ? rv_json_at(image, i) : image, err) < 0) {
			return -1;
		}
	}
	return request->is_sequence ? check_names(request, err) : 0;
}

/* SPDX-License-Identifier: MIT */
/* Which files are which picture's. */
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "sample_private.h"

#define FRAME_NAME_MAX 64

/* Adds `n_paths` of a role's files, from `first` on, to a list, the sample's or a picture's. */
static void add_file(const struct rv_file *files, size_t *n, const struct rv_file *all, size_t first, size_t n_paths)
{
	struct rv_file *const file = (struct rv_file *)(uintptr_t)&files[(*n)++];
	*file = *all;
	file->paths += first;
	file->n_paths = n_paths;
	file->number += all->number < 0 ? 0 : (int64_t)first;
}

static int by_role(const void *a, const void *b)
{
	return strcmp(((const struct rv_file *)a)->role, ((const struct rv_file *)b)->role);
}

static int by_role_and_view(const void *a, const void *b)
{
	const char *const left = ((const struct rv_file *)a)->view, *const right = ((const struct rv_file *)b)->view;
	const int order = by_role(a, b);
	return order != 0 ? order : strcmp(left ? left : "", right ? right : "");
}

/* The paths of a role, those that are none left out; NULL, and a flaw, when it is neither a path nor a list of them. */
static const char **take_paths(struct rv_sample *sample, struct rv_json value, const char *field, size_t *n)
{
	const bool is_array = rv_json_type(value) == RV_JSON_ARRAY;
	const size_t len = is_array ? rv_json_len(value) : 1;
	*n = 0;
	if (len > RV_FILES_MAX) {
		rv_sample_flaw(sample, RV_FLAW_FILES, field, "has %zu files, allowed at most %d", len, RV_FILES_MAX);
		return NULL;
	}
	const char **const paths = rv_arena_alloc(&sample->arena, len + 1, sizeof(*paths));
	for (size_t i = 0; i < len; i++) {
		size_t path_len;
		const char *const path = rv_json_string(is_array ? rv_json_at(value, i) : value, &path_len);
		if (path && strlen(path) == path_len && rv_path_is_inside(path)) {
			paths[(*n)++] = path;
		} else {
			rv_sample_flaw(sample, RV_FLAW_FILES, field,
			               "must be a path below the sample's directory, or an array of them%s%s%s",
			               path ? ", not '" : "", path ? path : "", path ? "'" : "");
		}
	}
	return paths;
}

/* Whether a picture's folder holds a path: "instances/000007/00002.png" is of the frame 000007. */
static bool is_in_frame(const char *path, const char *frame)
{
	const char *const base = rv_path_base(path);
	const size_t len = strlen(frame);
	return (size_t)(base - path) > len + 1 && base[-2 - (ptrdiff_t)len] == '/' &&
	       memcmp(base - 1 - len, frame, len) == 0;
}

/* The files of a folder follow each other frame by frame. */
static void share_folder(struct rv_sample *sample, struct rv_picture *pictures, const struct rv_file *all,
                         const char *field)
{
	const size_t n = all->n_paths;
	size_t at = 0;
	for (size_t i = 0; i < sample->n_frames; i++) {
		const size_t first = at;
		while (at < n && (!sample->is_sequence || is_in_frame(all->paths[at], pictures[i].frame_name))) {
			at++;
		}
		add_file(pictures[i].files, &pictures[i].n_files, all, first, at - first);
	}
	if (at < n) {
		rv_sample_flaw(sample, RV_FLAW_FILES, field,
		               "has '%s', which is of none of the frames, or not in their order", all->paths[at]);
	}
}

static void share(struct rv_sample *sample, struct rv_picture *pictures, const char *view, const char *role,
                  struct rv_json value, const char *field)
{
	const struct rv_role *const row = rv_role_find(role);
	const bool is_array = rv_json_type(value) == RV_JSON_ARRAY;
	size_t n = 0;
	const char *const *const paths = take_paths(sample, value, field, &n);
	if (!paths || (!is_array && n == 0)) {
		return;
	}
	const struct rv_file all = {
		.role = role, .row = row, .view = view, .paths = paths, .n_paths = n, .number = is_array ? 0 : -1
	};
	const bool is_samples =
	        row ? row->kind == RV_FILE_BLEND || row->kind == RV_FILE_NPZ : sample->is_sequence && !is_array;
	if (is_samples) {
		add_file(sample->files, &sample->n_files, &all, 0, n);
	} else if (row && row->kind == RV_FILE_FOLDER) {
		share_folder(sample, pictures, &all, field);
	} else if (!sample->is_sequence) {
		add_file(pictures->files, &pictures->n_files, &all, 0, n);
	} else if (!is_array || n != sample->n_frames) {
		rv_sample_flaw(sample, RV_FLAW_FILES, field, "has %zu file%s, but the sample has %zu frame%s", n,
		               RV_PLURAL(n), sample->n_frames, RV_PLURAL(sample->n_frames));
		add_file(sample->files, &sample->n_files, &all, 0, n);
	} else {
		for (size_t i = 0; i < n; i++) {
			add_file(pictures[i].files, &pictures[i].n_files, &all, i, 1);
		}
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* They become names of files: no two may be alike. */
static void check_names(struct rv_sample *sample, const struct rv_picture *pictures, const char *field)
{
	static const char chars[] = "0123456789-_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	const char **const names = rv_arena_alloc(&sample->arena, sample->n_frames + 1, sizeof(*names));
	for (size_t i = 0; i < sample->n_frames; i++) {
		const size_t len = strlen(pictures[i].frame_name);
		names[i] = pictures[i].frame_name;
		if (len > FRAME_NAME_MAX || strspn(names[i], chars) != len) {
			rv_sample_flaw(sample, RV_FLAW_FILES, field,
			               "has a frame called '%.*s', allowed are 1..%d of [A-Za-z0-9_-]", FRAME_NAME_MAX,
			               names[i], FRAME_NAME_MAX);
			return;
		}
	}
	if (sample->n_frames > 1) {
		qsort(names, sample->n_frames, sizeof(*names), by_name);
	}
	for (size_t i = 1; i < sample->n_frames; i++) {
		if (strcmp(names[i - 1], names[i]) == 0) {
			rv_sample_flaw(sample, RV_FLAW_FILES, field, "has two frames called '%s'", names[i]);
			return;
		}
	}
}

/* Frames are called as the first role with a file for each calls them: "000007" of "passes/000007.exr". */
static void name_frames(struct rv_sample *sample, struct rv_picture *pictures, struct rv_json files, const char *field)
{
	static const enum rv_role_id first[] = { RV_ROLE_PASSES, RV_ROLE_INDEX, RV_ROLE_IMAGE };
	struct rv_json list = RV_JSON_INIT;
	for (size_t i = 0; i < RV_COUNTOF(first) && rv_json_type(list) != RV_JSON_ARRAY; i++) {
		list = rv_json_get(files, rv_roles[first[i]].name);
	}
	for (size_t i = 0; i < sample->n_frames; i++) {
		const char *const path = rv_json_string(rv_json_at(list, i), NULL);
		const char *const base = path ? rv_path_base(path) : "";
		const size_t len = strcspn(base, ".");
		pictures[i].frame_name = len > 0 ? rv_arena_strndup(&sample->arena, base, len)
		                                 : rv_arena_printf(&sample->arena, "%06zu", (size_t)pictures[i].frame);
	}
	check_names(sample, pictures, field);
}

void rv_sample_take_files(struct rv_sample *sample, struct rv_picture *pictures, const char *view, struct rv_json files,
                          const char *field)
{
	const size_t n_roles = rv_json_len(files);
	if (rv_json_type(files) != RV_JSON_OBJECT) {
		rv_sample_flaw(sample, RV_FLAW_FILES, field, "must be an object of roles and paths");
		return;
	}
	if (sample->is_sequence) {
		name_frames(sample, pictures, files, field);
	}
	for (size_t i = 0; i < sample->n_frames; i++) {
		pictures[i].files = rv_arena_alloc(&sample->arena, n_roles + 1, sizeof(struct rv_file));
		pictures[i].files_field = field;
	}
	/* Those of several cameras are one list. */
	struct rv_file *const more = rv_arena_alloc(&sample->arena, sample->n_files + n_roles + 1, sizeof(*more));
	if (sample->n_files > 0) {
		memcpy(more, sample->files, sample->n_files * sizeof(*more));
	}
	sample->files = more;
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		const char *const role = rv_json_iter_key(files, i);
		const struct rv_json value = rv_json_iter_value(files, i);
		if (rv_json_type(value) == RV_JSON_NULL) {
			continue;
		}
		if (rv_role_may_be_name(role)) {
			share(sample, pictures, view, role, value,
			      rv_arena_printf(&sample->arena, "%s.%s", field, role));
		} else {
			rv_sample_flaw(sample, RV_FLAW_FILES, field,
			               "has a role '%.*s', allowed are 1..%d bytes without '/' and control characters",
			               RV_NAME_MAX, role, RV_NAME_MAX);
		}
	}
	for (size_t i = 0; i < sample->n_frames; i++) {
		if (pictures[i].n_files > 1) {
			qsort((void *)(uintptr_t)pictures[i].files, pictures[i].n_files, sizeof(struct rv_file),
			      by_role);
		}
	}
	if (sample->n_files > 1) {
		qsort(more, sample->n_files, sizeof(*more), by_role_and_view);
	}
}

const struct rv_file *rv_picture_files(const struct rv_picture *picture, const char *role)
{
	const struct rv_file key = { .role = role };
	return picture->n_files == 0 ? NULL : bsearch(&key, picture->files, picture->n_files, sizeof(key), by_role);
}

const char *rv_picture_file(const struct rv_picture *picture, enum rv_role_id role)
{
	const struct rv_file *const file = rv_picture_files(picture, rv_roles[role].name);
	return file && file->n_paths == 1 ? file->paths[0] : NULL;
}

/* SPDX-License-Identifier: MIT */
/* Labels into a sample's directory. */
#include "mask/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "diag.h"
#include "file.h"
#include "mask/apply.h"

static const char *join(struct rv_str *path, const char *dir, const char *name)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dir, name);
	return path->ptr;
}

int mask_commit_begin(struct mask_commit *commit, const struct mask_plan *plan, struct rv_err *err)
{
	const char *const dir = plan->request->sample.dir;
	*commit = (struct mask_commit) {
		.plan = plan, .dir_fd = -1, .work = RV_WORKDIR_INIT, .made = RV_STR_INIT, .arena = RV_ARENA_INIT
	};
	mask_files_init(&commit->files, NULL);
	if (plan->is_done) {
		return 0;
	}
	commit->dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (commit->dir_fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", dir);
	}
	rv_atomic_sweep(dir);
	if (plan->makes_files && rv_workdir_open(&commit->work, dir, RV_MASK_WORK, err) < 0) {
		return -1;
	}
	commit->files.root = commit->work.path;
	return 0;
}

void mask_commit_release(struct mask_commit *commit)
{
	rv_workdir_close(&commit->work);
	if (commit->dir_fd >= 0) {
		close(commit->dir_fd);
	}
	mask_files_release(&commit->files);
	rv_str_release(&commit->made);
	rv_arena_release(&commit->arena);
}

/* ---- what there is in the end ---------------------------------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct mask_listed *)a)->path, ((const struct mask_listed *)b)->path);
}

static const struct mask_listed *find(const struct mask_listed *list, size_t n, const char *path)
{
	const struct mask_listed key = { .path = path };
	return n == 0 ? NULL : bsearch(&key, list, n, sizeof(key), by_path);
}

static struct mask_listed listed(const struct mask_file *file, size_t product)
{
	return (struct mask_listed) {
		.path = file->path, .bytes = file->bytes, .sha256 = file->sha256, .product = product
	};
}

/* What stays of the old files, and all new ones. */
static void find_labels(struct mask_commit *commit)
{
	const struct mask_state *const state = commit->plan->state;
	const struct mask_files *const files = &commit->files;
	commit->labels = rv_arena_alloc(&commit->arena, state->n_files + files->len + 1, sizeof(*commit->labels));
	for (size_t i = 0; i < state->n_files; i++) {
		if (mask_plan_keeps(commit->plan, &state->files[i])) {
			commit->labels[commit->n_labels++] = state->files[i];
		}
	}
	for (size_t i = 0; i < files->len; i++) {
		commit->labels[commit->n_labels++] = listed(&files->items[i], files->items[i].product);
	}
	if (commit->n_labels > 1) {
		qsort(commit->labels, commit->n_labels, sizeof(*commit->labels), by_path);
	}
}

/* Those of this run, else those that the marker told. */
static void find_annotations(struct mask_commit *commit)
{
	const size_t n = commit->plan->request->sample.n_pictures;
	commit->annotations = commit->plan->state->annotations;
	if (commit->plan->makes_annotations) {
		struct rv_span *const spans = rv_arena_alloc(&commit->arena, n, sizeof(*spans));
		size_t at = 0;
		for (size_t i = 0; i < n; i++) {
			(void)rv_scan_next_element(commit->made.ptr, commit->made.len, &at, &spans[i]);
		}
		commit->annotations = spans;
	}
}

/* Files that the marker lists and that are no labels any more, sorted by path. */
static struct mask_listed *find_old(struct mask_commit *commit, size_t *n)
{
	const struct mask_state *const state = commit->plan->state;
	struct mask_listed *const old = rv_arena_alloc(&commit->arena, state->n_files + 1, sizeof(*old));
	*n = 0;
	for (size_t i = 0; i < state->n_files; i++) {
		const bool is_twice = *n > 0 && strcmp(old[*n - 1].path, state->files[i].path) == 0;
		if (!is_twice && !find(commit->labels, commit->n_labels, state->files[i].path)) {
			old[(*n)++] = state->files[i];
		}
	}
	return old;
}

/* ---- markers --------------------------------------------------------------------------------------------------- */

/* While files are put in their places: labels that are valid and not written over; every other file of ours. */
static int write_first(struct mask_commit *commit, const struct mask_listed *old, size_t n_old, struct rv_err *err)
{
	const struct mask_state *const state = commit->plan->state;
	const struct mask_files *const files = &commit->files;
	struct mask_listed *const labels = rv_arena_alloc(&commit->arena, state->n_files + 1, sizeof(*labels));
	struct mask_listed *const others = rv_arena_alloc(&commit->arena, n_old + files->len + 1, sizeof(*others));
	struct mask_marker marker = { .has_product = state->is_valid, .labels = labels, .others = others };
	for (size_t i = 0; i < state->n_files; i++) {
		const struct mask_listed *const file = &state->files[i];
		const bool stays = mask_plan_keeps(commit->plan, file) || find(old, n_old, file->path);
		if (file->product != MASK_NO_PRODUCT && file->is_there && stays) {
			labels[marker.n_labels++] = *file;
		}
	}
	for (size_t i = 0; i < n_old; i++) {
		if (!find(labels, marker.n_labels, old[i].path)) {
			others[marker.n_others++] = old[i];
		}
	}
	for (size_t i = 0; i < files->len; i++) {
		others[marker.n_others++] = listed(&files->items[i], MASK_NO_PRODUCT);
	}
	return mask_marker_write(&marker, commit->plan->request, err);
}

/* Of what is valid now; `old` is still to be removed. */
static int write_marker(const struct mask_commit *commit, const struct mask_listed *old, size_t n_old,
                        struct rv_err *err)
{
	const struct mask_marker marker = { .has_product = commit->plan->request->is_wanted,
		                            .labels = commit->labels,
		                            .n_labels = commit->n_labels,
		                            .others = old,
		                            .n_others = n_old,
		                            .annotations = commit->annotations };
	return mask_marker_write(&marker, commit->plan->request, err);
}

/* ---- files in their places ------------------------------------------------------------------------------------- */

static int put_file(const struct mask_commit *commit, int folder_fd, const char *path, struct rv_err *err)
{
	struct rv_str from = RV_STR_INIT;
	int status = renameat(AT_FDCWD, join(&from, commit->work.path, path), folder_fd, rv_path_base(path));
	if (status < 0) {
		status = rv_fail_errno(err, "cannot put '%s/%s' in its place", commit->plan->request->sample.dir, path);
	}
	rv_str_release(&from);
	return status;
}

/* What a file of ours lies in is a link, or no directory. */
static int fail_folder(const char *dir, const char *path, const char *what, struct rv_err *err)
{
	const int len = (int)RV_MAX(rv_path_base(path) - path - 1, 0);
	return errno == ELOOP || errno == ENOTDIR
	               ? rv_fail(err, RV_E_IO, "'%s/%.*s' is no directory of this sample: nothing is %s there", dir,
	                         len, path, what)
	               : rv_fail_errno(err, "'%s/%s' cannot be %s", dir, path, what);
}

static bool is_beside(const char *a, const char *b)
{
	const size_t len = (size_t)(rv_path_base(a) - a);
	return len == (size_t)(rv_path_base(b) - b) && strncmp(a, b, len) == 0;
}

static int put_in_place(const struct mask_commit *commit, struct rv_err *err)
{
	int status = 0, folder_fd = -1;
	for (size_t i = 0; status == 0 && i < commit->files.len; i++) {
		const char *const path = commit->files.items[i].path;
		if (folder_fd < 0 || !is_beside(path, commit->files.items[i - 1].path)) {
			if (folder_fd >= 0) {
				close(folder_fd);
			}
			folder_fd = rv_make_parent(commit->dir_fd, path);
		}
		status = folder_fd < 0 ? fail_folder(commit->plan->request->sample.dir, path, "written", err)
		                       : put_file(commit, folder_fd, path, err);
	}
	if (folder_fd >= 0) {
		close(folder_fd);
	}
	return status;
}

/* Removes a file below the sample's directory, and the folders that it leaves empty. */
static int remove_file(const char *dir, int dir_fd, const char *path, struct rv_err *err)
{
	return rv_remove_beneath(dir_fd, path) < 0 ? fail_folder(dir, path, "removed", err) : 0;
}

static int remove_old(const struct mask_commit *commit, const struct mask_listed *old, size_t n, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < n; i++) {
		status = remove_file(commit->plan->request->sample.dir, commit->dir_fd, old[i].path, err);
	}
	return status;
}

/* Another run may have been given the sample: then nothing of it is touched any more. */
static int check_lock(const struct mask_request *request, struct rv_err *err)
{
	struct rv_str shown = RV_STR_INIT;
	rv_str_printf(&shown, "'%s'", request->sample.dir);
	const int status = request->lock.fd < 0 ? 0 : rv_lock_check(&request->lock, shown.ptr, err);
	rv_str_release(&shown);
	return status;
}

/* Up to the last marker. */
static int put_files(struct mask_commit *commit, struct rv_err *err)
{
	size_t n_old;
	const struct mask_listed *const old = find_old(commit, &n_old);
	if (check_lock(commit->plan->request, err) < 0) {
		return -1;
	}
	if (commit->files.len > 0 && (write_first(commit, old, n_old, err) < 0 || put_in_place(commit, err) < 0 ||
	                              (n_old > 0 && write_marker(commit, old, n_old, err) < 0))) {
		return -1;
	}
	rv_workdir_close(&commit->work);
	return remove_old(commit, old, n_old, err);
}

/* ---- the end --------------------------------------------------------------------------------------------------- */

/* Writes _meta.json unless it holds these bytes already. */
static int write_meta(const char *dir, const struct rv_record *record, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT, old = RV_STR_INIT;
	rv_record_stored(record, &text);
	join(&path, dir, RV_META_NAME);
	const bool same = rv_file_read(path.ptr, RV_LINE_MAX + 1, &old, NULL) == 0 && old.len == text.len &&
	                  memcmp(old.ptr, text.ptr, old.len) == 0;
	const int status = same ? 0 : rv_file_write(path.ptr, text.ptr, text.len, err);
	rv_str_release(&path);
	rv_str_release(&text);
	rv_str_release(&old);
	return status;
}

/* A path, or an array of them, of what was rendered for labels alone. */
static int remove_renders_of(const char *dir, int dir_fd, struct rv_json paths, struct rv_err *err)
{
	static const char folder[] = RV_RENDERS_FOLDER "/";
	const bool is_array = rv_json_type(paths) == RV_JSON_ARRAY;
	int status = 0;
	for (size_t i = 0; status == 0 && i < (is_array ? rv_json_len(paths) : 1); i++) {
		const char *const path = rv_json_string(is_array ? rv_json_at(paths, i) : paths, NULL);
		if (path && strncmp(path, folder, strlen(folder)) == 0 && rv_path_is_inside(path)) {
			status = remove_file(dir, dir_fd, path, err);
		}
	}
	return status;
}

static int remove_renders(const struct rv_sample *sample, int dir_fd, struct rv_err *err)
{
	const struct rv_json renders = rv_json_get(sample->json, "renders");
	int status = 0;
	for (int i = rv_json_iter(renders); status == 0 && rv_json_iter_ok(renders, i); i = rv_json_next(renders, i)) {
		const struct rv_json files = rv_json_get(rv_json_iter_value(renders, i), "files");
		for (int k = rv_json_iter(files); status == 0 && rv_json_iter_ok(files, k);
		     k = rv_json_next(files, k)) {
			status = remove_renders_of(sample->dir, dir_fd, rv_json_iter_value(files, k), err);
		}
	}
	return status;
}

/* The files, and of a sequence the folder that they leave empty. */
static int remove_passes(const struct mask_request *request, struct rv_err *err)
{
	const struct rv_sample *const sample = &request->sample;
	const int dir_fd = open(sample->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = dir_fd < 0 ? rv_fail_errno(err, "cannot open '%s'", sample->dir) : 0;
	for (size_t i = 0; status == 0 && i < sample->n_pictures * RV_HAND_OVERS; i++) {
		const struct rv_picture *const picture = &sample->pictures[i / RV_HAND_OVERS];
		const char *const path = rv_picture_file(picture, rv_hand_overs[i % RV_HAND_OVERS]);
		status = path ? remove_file(sample->dir, dir_fd, path, err) : 0;
	}
	status = status == 0 ? remove_renders(sample, dir_fd, err) : status;
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	return status;
}

/* What was asked for is there. */
static void forget_again(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	unlink(join(&path, dir, RV_AGAIN_NAME));
	rv_str_release(&path);
}

int mask_commit_end(struct mask_commit *commit, struct rv_record *record, struct rv_err *err)
{
	const struct mask_request *const request = commit->plan->request;
	find_labels(commit);
	find_annotations(commit);
	if (mask_apply(request, commit->annotations, commit->labels, commit->n_labels, record, err) < 0) {
		return -1;
	}
	if ((!commit->plan->is_done && put_files(commit, err) < 0) ||
	    write_meta(request->sample.dir, record, err) < 0 ||
	    (!commit->plan->is_done && write_marker(commit, NULL, 0, err) < 0)) {
		return -1;
	}
	forget_again(request->sample.dir);
	return request->settings->keeps_passes ? 0 : remove_passes(request, err);
}

bool mask_commit_ask_again(const struct mask_request *request)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_json_out out;
	struct rv_err err = RV_ERR_INIT;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", 1);
	rv_json_put_string(&out, "tool", "rv-mask");
	mask_settings_put(request->settings, &out, "options");
	rv_json_close(&out, '}');
	rv_str_putc(&text, '\n');
	const bool is_asked =
	        rv_file_write(join(&path, request->sample.dir, RV_AGAIN_NAME), text.ptr, text.len, &err) == 0;
	if (!is_asked) {
		rv_warn("%s", err.text);
	}
	rv_str_release(&path);
	rv_str_release(&text);
	return is_asked;
}

/* SPDX-License-Identifier: MIT */
/* Tasks and their candidates: see tasks.h. */
#include "verify/score/tasks.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "format/vbvr.h"
#include "verify/score/clip.h"

#define DIGITS "0123456789"

void verify_score_tasks_release(struct verify_score_tasks *tasks)
{
	for (size_t i = 0; i < tasks->len; i++) {
		struct verify_score_task *const task = &tasks->items[i];
		for (size_t k = 0; k < task->n_candidates; k++) {
			free(task->candidates[k]);
		}
		free(task->candidates);
		free(task->key);
		free(task->name);
		free(task->domain);
		free(task->folder);
		free(task->video);
	}
	free(tasks->items);
	free(tasks->stranger);
	*tasks = (struct verify_score_tasks)VERIFY_SCORE_TASKS_INIT;
}

/* The part of a path before its last slash, or "". Caller frees. */
static char *parent_of(const char *path)
{
	const size_t len = (size_t)(rv_path_base(path) - path);
	return rv_strndup(path, len > 0 ? len - 1 : 0);
}

/* The name of a file without what it ends in. Caller frees. */
static char *stem_of(const char *path)
{
	const char *const name = rv_path_base(path), *const dot = strrchr(name, '.');
	return rv_strndup(name, dot ? (size_t)(dot - name) : strlen(name));
}

static char *join(const char *dir, const char *path)
{
	struct rv_str joined = RV_STR_INIT;
	rv_str_printf(&joined, "%s/%s", dir, path);
	return rv_str_detach(&joined);
}

/* ---- tasks ---- */

static void add_task(struct verify_score_tasks *tasks, const char *dataset, const char *path)
{
	static const char ending[] = "_task";
	char *const key = parent_of(path), *const above = parent_of(key);
	const char *const name = rv_path_base(above), *const slash = strchr(key, '/');
	const size_t len = strlen(name), ending_len = sizeof(ending) - 1;
	const bool is_template = len > ending_len && strcmp(name + len - ending_len, ending) == 0;
	RV_GROW(tasks->items, tasks->len, tasks->cap);
	struct verify_score_task *const task = &tasks->items[tasks->len++];
	*task = (struct verify_score_task) {
		.key = key, .id = rv_path_base(key), .folder = join(dataset, key), .video = join(dataset, path)
	};
	task->name = rv_strndup(name, is_template ? len - ending_len : len);
	task->domain = rv_strndup(key, slash && !is_template ? (size_t)(slash - key) : 0);
	free(above);
}

static int find_tasks(struct verify_score_tasks *tasks, const char *dataset, struct rv_err *err)
{
	char **paths;
	size_t n;
	if (rv_tree_files(dataset, &paths, &n, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		char *const stem = stem_of(paths[i]);
		if (strcmp(stem, FORMAT_VBVR_VIDEO) == 0 && verify_score_clip_is(paths[i]) && strchr(paths[i], '/')) {
			add_task(tasks, dataset, paths[i]);
		}
		free(stem);
	}
	rv_names_free(paths, n);
	return tasks->len > 0
	               ? 0
	               : rv_fail(err, RV_E_USAGE, "'%s' has no folder with a " FORMAT_VBVR_VIDEO ".mp4", dataset);
}

/* ---- candidates ---- */

static int compare_ids(const void *a, const void *b)
{
	const struct verify_score_task *const *const left = a, *const *const right = b;
	const int order = strcmp((*left)->id, (*right)->id);
	return order != 0 ? order : strcmp((*left)->key, (*right)->key);
}

/* Whether one of the folders of a path is the one above the task, with or without "_task". */
static bool is_below(const char *path, const struct verify_score_task *task)
{
	char *const above = parent_of(task->key);
	const char *const names[] = { rv_path_base(above), task->name };
	bool found = false;
	for (const char *part = path, *slash; (slash = strchr(part, '/')) != NULL; part = slash + 1) {
		for (size_t i = 0; i < RV_COUNTOF(names); i++) {
			const size_t len = strlen(names[i]);
			found = found || ((size_t)(slash - part) == len && strncmp(part, names[i], len) == 0);
		}
	}
	free(above);
	return found;
}

/* The task of that id that a candidate at `path` is for, or NULL. */
static struct verify_score_task *find_id(struct verify_score_task *const *by_id, size_t n, const char *id,
                                         const char *path)
{
	size_t low = 0, high = n;
	struct verify_score_task *only = NULL;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (strcmp(by_id[middle]->id, id) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	for (size_t i = low; i < n && strcmp(by_id[i]->id, id) == 0; i++) {
		if (is_below(path, by_id[i])) {
			return by_id[i];
		}
		only = i == low ? by_id[i] : NULL;
	}
	return only;
}

static struct verify_score_task *find_task(struct verify_score_task *const *by_id, size_t n, const char *path)
{
	char *const stem = stem_of(path), *const folder = parent_of(path);
	struct verify_score_task *task = find_id(by_id, n, stem, path);
	char *const line = strrchr(stem, '_');
	if (!task && strcmp(stem, "first_video") != 0 && strcmp(stem, "last_video") != 0) {
		task = find_id(by_id, n, rv_path_base(folder), path);
	}
	if (!task && line && line[1] && line[1 + strspn(line + 1, DIGITS)] == '\0') {
		*line = '\0';
		task = find_id(by_id, n, stem, path);
	}
	free(stem);
	free(folder);
	return task;
}

static void add_candidate(struct verify_score_tasks *tasks, struct verify_score_task *task, const char *dir,
                          const char *path)
{
	if (task) {
		RV_GROW(task->candidates, task->n_candidates, task->cap_candidates);
		task->candidates[task->n_candidates++] = join(dir, path);
	} else if (tasks->n_strangers++ == 0) {
		tasks->stranger = join(dir, path);
	}
}

static int find_candidates(struct verify_score_tasks *tasks, const char *dir, struct rv_err *err)
{
	char **paths;
	size_t n;
	if (rv_tree_files(dir, &paths, &n, err) < 0) {
		return -1;
	}
	struct verify_score_task **const by_id = rv_alloc_zero(tasks->len, sizeof(struct verify_score_task *));
	for (size_t i = 0; i < tasks->len; i++) {
		by_id[i] = &tasks->items[i];
	}
	qsort(by_id, tasks->len, sizeof(*by_id), compare_ids);
	for (size_t i = 0; i < n; i++) {
		if (verify_score_clip_is(paths[i])) {
			add_candidate(tasks, find_task(by_id, tasks->len, paths[i]), dir, paths[i]);
		}
	}
	free(by_id);
	rv_names_free(paths, n);
	return 0;
}

int verify_score_tasks_find(struct verify_score_tasks *tasks, const char *dataset, const char *candidates,
                            struct rv_err *err)
{
	int status = find_tasks(tasks, dataset, err);
	if (status == 0) {
		status = find_candidates(tasks, candidates, err);
	}
	if (status < 0) {
		verify_score_tasks_release(tasks);
	}
	return status;
}

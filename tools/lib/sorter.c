/* SPDX-License-Identifier: MIT */
/* External merge sort of lines. */
#include "sorter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "str.h"

#define RUN_BYTES ((size_t)8 << 20)
/* Open at once; beyond it a run that holds all of them takes their place. */
#define RUNS_MAX 64

struct rv_sorter {
	const char *dir;
	size_t run_bytes;
	struct rv_str text; /* lines of the present run, each with its newline */
	size_t *starts;     /* offsets in `text` */
	size_t n_lines, cap_lines;
	char **runs; /* paths of sorted files */
	size_t n_runs, cap_runs;
	size_t n_files; /* for their names */
};

/* A run being read. */
struct source {
	FILE *file;
	char *line;
	size_t cap;
	ssize_t len; /* -1 at the end */
};

struct rv_sorter *rv_sorter_new(const char *dir, size_t run_bytes)
{
	struct rv_sorter *sorter = rv_alloc_zero(1, sizeof(*sorter));
	sorter->dir = dir;
	sorter->run_bytes = run_bytes ? run_bytes : RUN_BYTES;
	rv_str_init(&sorter->text);
	return sorter;
}

static void forget_runs(struct rv_sorter *sorter)
{
	for (size_t i = 0; i < sorter->n_runs; i++) {
		unlink(sorter->runs[i]);
		free(sorter->runs[i]);
	}
	sorter->n_runs = 0;
}

void rv_sorter_free(struct rv_sorter *sorter)
{
	if (sorter) {
		forget_runs(sorter);
		free(sorter->runs);
		free(sorter->starts);
		rv_str_release(&sorter->text);
		free(sorter);
	}
}

/* Newlines sort before everything that a line holds, so comparing with them is comparing without. */
static int compare_lines(const char *a, size_t a_len, const char *b, size_t b_len)
{
	int order = memcmp(a, b, RV_MIN(a_len, b_len));
	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static int compare_starts(const void *a, const void *b, void *context)
{
	const struct rv_sorter *sorter = context;
	const char *left = sorter->text.ptr + *(const size_t *)a;
	const char *right = sorter->text.ptr + *(const size_t *)b;
	return compare_lines(left, strcspn(left, "\n") + 1, right, strcspn(right, "\n") + 1);
}

/* A new file in `dir`, open for writing; its path becomes the last run. */
static FILE *new_run(struct rv_sorter *sorter, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/lines-%06zu", sorter->dir, sorter->n_files++);
	RV_GROW(sorter->runs, sorter->n_runs, sorter->cap_runs);
	sorter->runs[sorter->n_runs++] = rv_str_detach(&path);
	const char *name = sorter->runs[sorter->n_runs - 1];
	FILE *file = fopen(name, "wxe");
	if (!file) {
		rv_fail_errno(err, "cannot create '%s'", name);
	}
	return file;
}

static int put_line(void *to, const void *line, size_t len, struct rv_err *err)
{
	return fwrite(line, 1, len, to) == len ? 0 : rv_fail_errno(err, "cannot write a temporary file");
}

static int close_run(FILE *file, struct rv_err *err)
{
	return fclose(file) == 0 ? 0 : rv_fail_errno(err, "cannot write a temporary file");
}

static void sort_run(struct rv_sorter *sorter)
{
	if (sorter->n_lines > 1) {
		qsort_r(sorter->starts, sorter->n_lines, sizeof(*sorter->starts), compare_starts, sorter);
	}
}

static int take_run(struct rv_sorter *sorter, rv_sorter_fn *take, void *to, struct rv_err *err)
{
	sort_run(sorter);
	for (size_t i = 0; i < sorter->n_lines; i++) {
		const char *line = sorter->text.ptr + sorter->starts[i];
		if (take(to, line, strcspn(line, "\n") + 1, err) < 0) {
			return -1;
		}
	}
	sorter->n_lines = 0;
	rv_str_clear(&sorter->text);
	return 0;
}

static int next_line(struct source *source, struct rv_err *err)
{
	errno = 0;
	source->len = getline(&source->line, &source->cap, source->file);
	if (source->len < 0 && ferror(source->file)) {
		return rv_fail_errno(err, "cannot read a temporary file");
	}
	return 0;
}

static int merge_runs(struct rv_sorter *sorter, size_t n, rv_sorter_fn *take, void *to, struct rv_err *err)
{
	int result = -1;
	struct source *sources = rv_alloc_zero(n, sizeof(*sources));
	for (size_t i = 0; i < n; i++) {
		sources[i].file = fopen(sorter->runs[i], "re");
		if (!sources[i].file) {
			rv_fail_errno(err, "cannot open '%s'", sorter->runs[i]);
			goto out;
		}
		if (next_line(&sources[i], err) < 0) {
			goto out;
		}
	}
	for (;;) {
		struct source *least = NULL;
		for (size_t i = 0; i < n; i++) {
			struct source *source = &sources[i];
			if (source->len >= 0 && (!least || compare_lines(source->line, (size_t)source->len, least->line,
			                                                 (size_t)least->len) < 0)) {
				least = source;
			}
		}
		if (!least) {
			break;
		}
		if (take(to, least->line, (size_t)least->len, err) < 0 || next_line(least, err) < 0) {
			goto out;
		}
	}
	result = 0;
out:
	for (size_t i = 0; i < n; i++) {
		if (sources[i].file) {
			fclose(sources[i].file);
		}
		free(sources[i].line);
	}
	free(sources);
	return result;
}

/* Makes one run of all that there are. */
static int fold_runs(struct rv_sorter *sorter, struct rv_err *err)
{
	FILE *file = new_run(sorter, err);
	if (!file) {
		return -1;
	}
	size_t last = sorter->n_runs - 1;
	if (merge_runs(sorter, last, put_line, file, err) < 0) {
		fclose(file);
		return -1;
	}
	char *merged = sorter->runs[last];
	sorter->n_runs = last;
	forget_runs(sorter);
	sorter->runs[sorter->n_runs++] = merged;
	return close_run(file, err);
}

static int spill(struct rv_sorter *sorter, struct rv_err *err)
{
	FILE *file = new_run(sorter, err);
	if (!file) {
		return -1;
	}
	if (take_run(sorter, put_line, file, err) < 0) {
		fclose(file);
		return -1;
	}
	if (close_run(file, err) < 0) {
		return -1;
	}
	return sorter->n_runs >= RUNS_MAX ? fold_runs(sorter, err) : 0;
}

int rv_sorter_add(struct rv_sorter *sorter, const char *line, size_t len, struct rv_err *err)
{
	if (sorter->text.len > 0 && sorter->text.len + len >= sorter->run_bytes && spill(sorter, err) < 0) {
		return -1;
	}
	RV_GROW(sorter->starts, sorter->n_lines, sorter->cap_lines);
	sorter->starts[sorter->n_lines++] = sorter->text.len;
	rv_str_append(&sorter->text, line, len);
	rv_str_putc(&sorter->text, '\n');
	return 0;
}

int rv_sorter_merge(struct rv_sorter *sorter, rv_sorter_fn *take, void *to, struct rv_err *err)
{
	if (sorter->n_runs == 0) {
		return take_run(sorter, take, to, err);
	}
	if (sorter->n_lines > 0 && spill(sorter, err) < 0) {
		return -1;
	}
	return merge_runs(sorter, sorter->n_runs, take, to, err);
}

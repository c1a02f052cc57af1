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

/* A sorted file that is being read. */
struct run {
	FILE *file;
	char *line;
	size_t cap;
	ssize_t len; /* with the newline; -1 at the end */
};

struct rv_sorter {
	const char *dir;
	size_t run_bytes;
	struct rv_str text; /* lines that are in no file, each with its newline */
	size_t *starts;     /* offsets in `text` */
	size_t n_lines, cap_lines;
	size_t next; /* of `starts`, to be handed out when there is no file */
	struct run runs[RUNS_MAX];
	size_t n_runs;
	struct run *taken; /* the one whose line was handed out */
	bool merging;
};

struct rv_sorter *rv_sorter_new(const char *dir, size_t run_bytes)
{
	struct rv_sorter *const sorter = rv_alloc_zero(1, sizeof(*sorter));
	const char *const temporary = getenv("TMPDIR");
	sorter->dir = dir ? dir : temporary && *temporary ? temporary : "/tmp";
	sorter->run_bytes = run_bytes ? run_bytes : RUN_BYTES;
	rv_str_init(&sorter->text);
	return sorter;
}

static void forget_runs(struct rv_sorter *sorter)
{
	for (size_t i = 0; i < sorter->n_runs; i++) {
		fclose(sorter->runs[i].file);
		free(sorter->runs[i].line);
	}
	sorter->n_runs = 0;
}

void rv_sorter_free(struct rv_sorter *sorter)
{
	if (sorter) {
		forget_runs(sorter);
		free(sorter->starts);
		rv_str_release(&sorter->text);
		free(sorter);
	}
}

/* ---- lines in memory ---- */

/* Newlines sort before everything that a line holds, so comparing with them is comparing without. */
static int compare_lines(const char *a, size_t a_len, const char *b, size_t b_len)
{
	const int order = memcmp(a, b, RV_MIN(a_len, b_len));
	return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

static size_t line_len(const char *line)
{
	return (size_t)((const char *)rawmemchr(line, '\n') - line) + 1;
}

static int compare_starts(const void *a, const void *b, void *context)
{
	const struct rv_sorter *const sorter = context;
	const char *const left = sorter->text.ptr + *(const size_t *)a;
	const char *const right = sorter->text.ptr + *(const size_t *)b;
	return compare_lines(left, line_len(left), right, line_len(right));
}

static void sort_lines(struct rv_sorter *sorter)
{
	if (sorter->n_lines > 1) {
		qsort_r(sorter->starts, sorter->n_lines, sizeof(*sorter->starts), compare_starts, sorter);
	}
}

/* ---- files ---- */

/* A file without a name. */
static FILE *new_file(const struct rv_sorter *sorter, struct rv_err *err)
{
	int fd = open(sorter->dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		struct rv_str path = RV_STR_INIT;
		rv_str_printf(&path, "%s/.rv-lines-XXXXXX", sorter->dir);
		fd = mkostemp(path.ptr, O_CLOEXEC);
		if (fd >= 0) {
			unlink(path.ptr);
		}
		rv_str_release(&path);
	}
	FILE *const file = fd < 0 ? NULL : fdopen(fd, "w+");
	if (!file) {
		rv_fail_errno(err, "cannot create a temporary file in '%s'", sorter->dir);
	}
	return file;
}

static int write_line(FILE *file, const char *line, size_t len, struct rv_err *err)
{
	return fwrite(line, 1, len, file) == len ? 0 : rv_fail_errno(err, "cannot write a temporary file");
}

static int read_line(struct run *run, struct rv_err *err)
{
	errno = 0;
	run->len = getline(&run->line, &run->cap, run->file);
	if (run->len < 0 && ferror(run->file)) {
		return rv_fail_errno(err, "cannot read a temporary file");
	}
	return 0;
}

/* All runs from their first lines on. */
static int start_reading(struct rv_sorter *sorter, struct rv_err *err)
{
	for (size_t i = 0; i < sorter->n_runs; i++) {
		if (fflush(sorter->runs[i].file) != 0 || fseek(sorter->runs[i].file, 0, SEEK_SET) != 0) {
			return rv_fail_errno(err, "cannot write a temporary file");
		}
		if (read_line(&sorter->runs[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* The run whose line is next, NULL at the end of all. */
static struct run *least_run(struct rv_sorter *sorter)
{
	struct run *least = NULL;
	for (size_t i = 0; i < sorter->n_runs; i++) {
		struct run *const run = &sorter->runs[i];
		if (run->len >= 0 &&
		    (!least || compare_lines(run->line, (size_t)run->len, least->line, (size_t)least->len) < 0)) {
			least = run;
		}
	}
	return least;
}

static int copy_runs(struct rv_sorter *sorter, FILE *file, struct rv_err *err)
{
	struct run *run;
	if (start_reading(sorter, err) < 0) {
		return -1;
	}
	while ((run = least_run(sorter))) {
		if (write_line(file, run->line, (size_t)run->len, err) < 0 || read_line(run, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Makes one run of all that there are. */
static int fold_runs(struct rv_sorter *sorter, struct rv_err *err)
{
	FILE *const file = new_file(sorter, err);
	if (!file) {
		return -1;
	}
	if (copy_runs(sorter, file, err) < 0) {
		fclose(file);
		return -1;
	}
	forget_runs(sorter);
	sorter->runs[sorter->n_runs++] = (struct run) { .file = file };
	return 0;
}

/* The lines in memory become a run. */
static int spill(struct rv_sorter *sorter, struct rv_err *err)
{
	if (sorter->n_runs == RUNS_MAX && fold_runs(sorter, err) < 0) {
		return -1;
	}
	FILE *const file = new_file(sorter, err);
	if (!file) {
		return -1;
	}
	sorter->runs[sorter->n_runs++] = (struct run) { .file = file };
	sort_lines(sorter);
	for (size_t i = 0; i < sorter->n_lines; i++) {
		const char *const line = sorter->text.ptr + sorter->starts[i];
		if (write_line(file, line, line_len(line), err) < 0) {
			return -1;
		}
	}
	sorter->n_lines = 0;
	rv_str_clear(&sorter->text);
	return 0;
}

/* ---- interface ---- */

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

static int start_merging(struct rv_sorter *sorter, struct rv_err *err)
{
	sorter->merging = true;
	if (sorter->n_runs == 0) {
		sort_lines(sorter);
		return 0;
	}
	return sorter->n_lines > 0 && spill(sorter, err) < 0 ? -1 : start_reading(sorter, err);
}

int rv_sorter_next(struct rv_sorter *sorter, struct rv_span *line, struct rv_err *err)
{
	if (!sorter->merging && start_merging(sorter, err) < 0) {
		return -1;
	}
	if (sorter->n_runs == 0) {
		if (sorter->next == sorter->n_lines) {
			return 0;
		}
		const char *const start = sorter->text.ptr + sorter->starts[sorter->next++];
		*line = (struct rv_span) { .ptr = start, .len = line_len(start) - 1 };
		return 1;
	}
	if (sorter->taken && read_line(sorter->taken, err) < 0) {
		return -1;
	}
	sorter->taken = least_run(sorter);
	if (!sorter->taken) {
		return 0;
	}
	*line = (struct rv_span) { .ptr = sorter->taken->line, .len = (size_t)sorter->taken->len - 1 };
	return 1;
}

int rv_sorter_merge(struct rv_sorter *sorter, rv_sorter_fn *take, void *to, struct rv_err *err)
{
	struct rv_span line;
	int got;
	while ((got = rv_sorter_next(sorter, &line, err)) > 0) {
		if (take(to, line.ptr, line.len + 1, err) < 0) {
			return -1;
		}
	}
	return got;
}

/* SPDX-License-Identifier: MIT */
/* A tree of one format that anybody made: see foreign.h. */
#include "verify/foreign.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "input.h"
#include "progress.h"
#include "taskq.h"
#include "tree.h"
#include "verify/format.h"
#include "verify/quality.h"

#define ITEMS_PER_THREAD 4

struct check {
	int dir_fd;
	const struct format *format;
	const struct verify_class *class;
	verify_dataset_tell_fn *tell;
	void *tell_context;
	struct verify_dataset_report *report;
	struct verify_context context;
	void *state;
	bool is_there;   /* any file of the format */
	bool has_failed; /* the environment */
	struct rv_err err;
};

struct item {
	char *path;
	bool is_file, is_claimed;
	uint64_t n_bytes;
	struct verify_item item;
	struct verify_problems problems;
	int status;
	struct rv_err err;
};

/* The first few of each check. */
static void tell_all(struct check *check, struct verify_problems *problems)
{
	struct verify_dataset_report *const report = check->report;
	uint64_t n_told[VERIFY_CHECKS] = { 0 };
	for (size_t i = 0; i < problems->len; i++) {
		const enum verify_check what = problems->items[i].check;
		if (report->n_of[what] + n_told[what] < VERIFY_PROBLEMS_FEW) {
			n_told[what]++;
			check->tell(&problems->items[i], check->tell_context);
		}
	}
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		report->n_of[i] += problems->n_of[i];
	}
	report->n_problems += problems->n_found;
	report->n_bad += problems->n_bad;
	verify_problems_release(problems);
}

/* ---- a file ------------------------------------------------------------------------------------------------------ */

/* True when readers look at the file, as what item->item.row says. */
static bool claim(const struct check *check, struct item *item)
{
	const enum verify_kind kind = verify_decode_kind(item->path);
	const bool is_picture = kind == VERIFY_KIND_PNG || kind == VERIFY_KIND_STILL;
	for (const struct format_path *row = check->format->foreign; row->name; row++) {
		if ((is_picture || !strstr(row->layout, "{ext}")) &&
		    format_match(row->layout, item->path, &item->item.place)) {
			item->item.row = row;
			return true;
		}
	}
	return false;
}

/* On any thread. */
static void work(void *item_, void *check_)
{
	struct item *const item = item_;
	struct check *const check = check_;
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_err err = RV_ERR_INIT;
	item->item = (struct verify_item) {
		.path = item->path, .sha256 = "", .source = &source, .problems = &item->problems
	};
	item->is_claimed = item->is_file && claim(check, item);
	if (!item->is_claimed) {
		verify_problems_add(&item->problems, VERIFY_DATASET_UNCLAIMED, item->path,
		                    item->is_file ? "readers of %s do not look at it" : "it is no regular file",
		                    check->format->title);
		return;
	}
	if (rv_source_open_beneath(&source, check->dir_fd, item->path, &err) < 0) {
		verify_problems_add_unopened(&item->problems, item->path, &err);
		item->is_claimed = false;
		return;
	}
	item->n_bytes = source.len;
	verify_item_ask(&item->item, &check->context, check->context.pictured);
	if (check->class->file) {
		item->status = check->class->file(check->state, &item->item, &item->err);
	} else {
		verify_item_decode(&item->item);
	}
	rv_source_close(&source);
}

/* In order, one at a time. */
static void emit(void *item_, void *check_)
{
	struct item *const item = item_;
	struct check *const check = check_;
	check->report->n_files++;
	check->report->n_bytes += item->n_bytes;
	check->is_there |= item->is_claimed;
	if (item->is_claimed && item->status == 0 && check->class->take) {
		item->status = check->class->take(check->state, &item->item, &item->err);
	}
	if (item->status < 0 && !check->has_failed) {
		check->has_failed = true;
		check->err = item->err;
	}
	check->report->n_bad_files += item->problems.n_bad > 0;
	tell_all(check, &item->problems);
	rv_progress_update(&(const struct rv_progress_counts) { .done = check->report->n_files,
	                                                        .failed = check->report->n_bad_files });
	free(item->path);
	free(item);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static int check_files(struct check *check, size_t n_threads, struct rv_err *err)
{
	struct rv_tree *const tree = rv_tree_open(check->dir_fd, NULL, err);
	struct rv_tree_entry found;
	int got = tree ? 1 : -1;
	struct rv_taskq *const queue = rv_taskq_new(n_threads, n_threads * ITEMS_PER_THREAD, work, emit, check);
	while (got > 0 && (got = rv_tree_next(tree, &found, err)) > 0) {
		struct item *const item = rv_alloc_zero(1, sizeof(*item));
		item->path = rv_strdup(found.path);
		item->is_file = found.is_file;
		rv_taskq_push(queue, item);
	}
	rv_taskq_finish(queue);
	rv_tree_close(tree);
	if (got == 0 && check->has_failed) {
		*err = check->err;
		return -1;
	}
	return got;
}

static int check_all(struct check *check, size_t n_threads, struct rv_err *err)
{
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	const struct verify_class *const class = check->class;
	check->state = class->open ? class->open(&check->context) : &check->context;
	int status = check_files(check, n_threads, err);
	if (status == 0 && !check->is_there) {
		verify_problems_add(&problems, VERIFY_DATASET_FORMAT, ".", "readers of %s find nothing here",
		                    check->format->title);
	} else if (status == 0 && class->end) {
		status = class->end(check->state, &problems, err);
	}
	if (status == 0 && check->context.rules->quality) {
		status = verify_quality_end(check->context.rules->quality, &problems, err);
	}
	check->report->n_bad_files += problems.n_bad;
	tell_all(check, &problems);
	if (class->free) {
		class->free(check->state);
	}
	return status;
}

enum format_id verify_foreign_find(const char *name, struct rv_err *err)
{
	const size_t found = format_find(name);
	if (found == SIZE_MAX) {
		format_unknown(name, err);
		return FORMAT_IDS;
	}
	if (!format_all[found]->foreign) {
		struct rv_str names = RV_STR_INIT;
		for (size_t i = 0; i < format_count; i++) {
			if (format_all[i]->foreign) {
				rv_str_printf(&names, "%s%s", names.len > 0 ? ", " : "", format_all[i]->name);
			}
		}
		rv_fail(err, RV_E_USAGE, "no tree of the format '%s' can be looked at without its manifest: %s can",
		        name, names.ptr);
		rv_str_release(&names);
		return FORMAT_IDS;
	}
	return (enum format_id)found;
}

int verify_foreign_check(const char *dir, enum format_id format, const struct verify_dataset_rules *rules,
                         verify_dataset_tell_fn *tell, void *context, struct verify_dataset_report *report,
                         struct rv_err *err)
{
	struct check check = { .dir_fd = open(dir, O_DIRECTORY | O_CLOEXEC),
		               .format = format_all[format],
		               .class = verify_classes[format],
		               .tell = tell,
		               .tell_context = context,
		               .report = report };
	*report = (struct verify_dataset_report) { .format = check.format->name };
	if (check.dir_fd < 0) {
		return errno == ENOENT || errno == ENOTDIR ? rv_fail(err, RV_E_USAGE, "'%s' is no directory", dir)
		                                           : rv_fail_errno(err, "cannot open '%s'", dir);
	}
	if (rv_input_is_dataset(dir) && faccessat(check.dir_fd, check.format->name, F_OK, 0) == 0) {
		close(check.dir_fd);
		return rv_fail(err, RV_E_USAGE, "'%s' is a dataset of rv, did you mean '%s/%s'?", dir, dir,
		               check.format->name);
	}
	check.context = (struct verify_context) {
		.rules = &rules->sample, .is_foreign = true, .pictured = format, .dir_fd = check.dir_fd
	};
	const int status = check_all(&check, rules->n_threads, err);
	close(check.dir_fd);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* Batches of files on their way to the threads that make them. */
#include "sink/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "taskq.h"

#define BATCH_FILES 64
#define BATCH_BYTES (4 * SINK_FILES_BYTES_MAX)
#define WAITING_BATCHES 6 /* for the threads, at most */
#define THREADS 2         /* a file system has more to do for a sample than its reader */

/* Where the texts of a file are in the batch's bytes. */
struct wanted {
	size_t path;       /* with a NUL behind it */
	size_t from;       /* of a link: so is this */
	size_t bytes, len; /* of others */
	bool is_link;
};

struct batch {
	struct wanted items[BATCH_FILES];
	size_t n_items;
	struct rv_str texts;
	/* Of make_batch. */
	struct rv_str path, from; /* of the item that is being made */
	bool has_failed;
	struct rv_err err;
};

struct sink_files {
	char *tree;
	bool has_threads;
	struct rv_taskq *queue;                    /* of the threads, or NULL */
	struct batch batches[WAITING_BATCHES + 1]; /* used in turn; the one that is being filled is at `at` */
	size_t at;
	/* Of end_batch, until all batches are through. */
	atomic_bool has_failed;
	struct rv_err err;
};

struct sink_files *sink_files_new(const char *tree, bool has_threads)
{
	struct sink_files *const files = rv_alloc_zero(1, sizeof(*files));
	files->tree = rv_strdup(tree);
	files->has_threads = has_threads;
	for (size_t i = 0; i < RV_COUNTOF(files->batches); i++) {
		rv_str_init(&files->batches[i].texts);
		rv_str_init(&files->batches[i].path);
		rv_str_init(&files->batches[i].from);
	}
	return files;
}

void sink_files_free(struct sink_files *files)
{
	if (!files) {
		return;
	}
	if (files->queue) {
		rv_taskq_finish(files->queue);
	}
	for (size_t i = 0; i < RV_COUNTOF(files->batches); i++) {
		rv_str_release(&files->batches[i].texts);
		rv_str_release(&files->batches[i].path);
		rv_str_release(&files->batches[i].from);
	}
	free(files->tree);
	free(files);
}

/* ---- making ---- */

static int write_file(const char *path, const void *bytes, size_t len, struct rv_err *err)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot create '%s'", path);
	}
	int status = rv_write_all(fd, bytes, len) < 0 ? rv_fail_errno(err, "cannot write '%s'", path) : 0;
	if (close(fd) < 0 && status == 0) {
		status = rv_fail_errno(err, "cannot write '%s'", path);
	}
	return status;
}

/* A file system may have no links, or no more of one file. */
static int link_file(const char *from, const char *path, struct rv_err *err)
{
	if (link(from, path) == 0) {
		return 0;
	}
	return errno == EEXIST ? rv_fail_errno(err, "cannot create '%s'", path) : rv_copy_file(from, path, err);
}

static void set_path(struct rv_str *path, const char *tree, const char *relative)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", tree, relative);
}

static int make(struct batch *batch, const struct wanted *wanted, const char *tree, struct rv_err *err)
{
	const char *const texts = batch->texts.ptr;
	set_path(&batch->path, tree, texts + wanted->path);
	if (!wanted->is_link) {
		return write_file(batch->path.ptr, texts + wanted->bytes, wanted->len, err);
	}
	set_path(&batch->from, tree, texts + wanted->from);
	return link_file(batch->from.ptr, batch->path.ptr, err);
}

/* An rv_taskq_fn. */
static void make_batch(void *item, void *context)
{
	struct batch *const batch = item;
	const struct sink_files *const files = context;
	for (size_t i = 0; i < batch->n_items && !batch->has_failed; i++) {
		batch->has_failed = make(batch, &batch->items[i], files->tree, &batch->err) < 0;
	}
}

/* The other one, called batch after batch: the first error is the one that is told. */
static void end_batch(void *item, void *context)
{
	const struct batch *const batch = item;
	struct sink_files *const files = context;
	if (batch->has_failed && !atomic_load(&files->has_failed)) {
		files->err = batch->err;
		atomic_store(&files->has_failed, true);
	}
}

/* ---- asking ---- */

static int result(const struct sink_files *files, struct rv_err *err)
{
	return atomic_load(&files->has_failed) ? rv_fail(err, files->err.code, "%s", files->err.text) : 0;
}

/* Sends the present batch on its way; the next is free then. */
static int send_batch(struct sink_files *files, struct rv_err *err)
{
	struct batch *batch = &files->batches[files->at];
	if (files->has_threads) {
		if (!files->queue) {
			files->queue = rv_taskq_new(THREADS, WAITING_BATCHES, make_batch, end_batch, files);
		}
		rv_taskq_push(files->queue, batch);
		files->at = (files->at + 1) % RV_COUNTOF(files->batches);
		batch = &files->batches[files->at];
	} else {
		make_batch(batch, files);
		end_batch(batch, files);
	}
	batch->n_items = 0;
	batch->has_failed = false;
	rv_str_clear(&batch->texts);
	return result(files, err);
}

static size_t keep(struct rv_str *texts, const void *bytes, size_t len)
{
	const size_t at = texts->len;
	rv_str_append(texts, bytes, len);
	return at;
}

static int add(struct sink_files *files, const struct wanted *wanted, struct rv_err *err)
{
	struct batch *const batch = &files->batches[files->at];
	batch->items[batch->n_items++] = *wanted;
	return batch->n_items == BATCH_FILES || batch->texts.len >= BATCH_BYTES ? send_batch(files, err) : 0;
}

int sink_files_write(struct sink_files *files, const char *relative, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_str *const texts = &files->batches[files->at].texts;
	const struct wanted wanted = { .path = keep(texts, relative, strlen(relative) + 1),
		                       .bytes = keep(texts, bytes, len),
		                       .len = len };
	return add(files, &wanted, err);
}

int sink_files_link(struct sink_files *files, const char *from, const char *relative, struct rv_err *err)
{
	struct rv_str *const texts = &files->batches[files->at].texts;
	const struct wanted wanted = { .path = keep(texts, relative, strlen(relative) + 1),
		                       .from = keep(texts, from, strlen(from) + 1),
		                       .is_link = true };
	return add(files, &wanted, err);
}

int sink_files_finish(struct sink_files *files, struct rv_err *err)
{
	if (files->batches[files->at].n_items > 0) {
		(void)send_batch(files, err);
	}
	if (files->queue) {
		rv_taskq_finish(files->queue);
		files->queue = NULL;
	}
	return result(files, err);
}

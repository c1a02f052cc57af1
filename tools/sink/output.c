/* SPDX-License-Identifier: MIT */
/* Blocks on their way into a file and its digest. */
#include "sink/output.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "taskq.h"

#define BLOCK_BYTES ((size_t)256 << 10)
#define WAITING_BLOCKS 4               /* for the file's own thread, at most */
#define DISK_BYTES ((uint64_t)8 << 20) /* that the disk is set to work on at a time */

struct block {
	size_t len;
	char bytes[BLOCK_BYTES];
};

struct sink_output {
	char *path;
	int fd;                /* -1: not made yet */
	struct rv_source like; /* all that was written so far is its beginning; closed: there is none */
	char *like_bytes;
	bool has_thread;        /* of its own, as soon as a block is full */
	struct rv_taskq *queue; /* of that thread, or NULL */
	struct block *blocks;   /* used in turn; the one that is being filled is at `at` */
	size_t n_blocks, at;
	/* Of put_block, until all blocks are through. */
	struct rv_hash *hash;
	uint64_t n_bytes, n_begun; /* written; of these, on their way to the disk */
	atomic_bool has_failed;
	struct rv_err err;
};

static int create(struct sink_output *output, struct rv_err *err)
{
	output->fd = open(output->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	return output->fd < 0 ? rv_fail_errno(err, "cannot create '%s'", output->path) : 0;
}

/* An rv_write_fn. */
static int write_bytes(void *output_, const void *bytes, size_t len, struct rv_err *err)
{
	const struct sink_output *const output = output_;
	return rv_write_all(output->fd, bytes, len) < 0 ? rv_fail_errno(err, "cannot write '%s'", output->path) : 0;
}

/* The two differ from here on: what was the same so far is copied. */
static int leave_like(struct sink_output *output, struct rv_err *err)
{
	struct rv_source same = RV_SOURCE_INIT;
	rv_source_open_window(&same, output->like.name, &output->like, 0, output->n_bytes);
	const int status = create(output, err) < 0 ? -1 : rv_source_copy(&same, write_bytes, output, err);
	rv_source_close(&same);
	rv_source_close(&output->like);
	return status;
}

static bool is_like(struct sink_output *output, const struct block *block)
{
	return block->len <= output->like.len - output->n_bytes &&
	       rv_source_read(&output->like, output->n_bytes, output->like_bytes, block->len, NULL) == 0 &&
	       memcmp(output->like_bytes, block->bytes, block->len) == 0;
}

/* Writes a block, or finds it in the other file. */
static int write_block(struct sink_output *output, const struct block *block, struct rv_err *err)
{
	if (output->fd < 0 && is_like(output, block)) {
		return 0;
	}
	return output->fd < 0 && leave_like(output, err) < 0 ? -1 : write_bytes(output, block->bytes, block->len, err);
}

/* An rv_taskq_fn. After an error nothing more is written. */
static void put_block(void *item, void *context)
{
	struct block *const block = item;
	struct sink_output *const output = context;
	if (atomic_load(&output->has_failed)) {
		return;
	}
	if (write_block(output, block, &output->err) < 0) {
		atomic_store(&output->has_failed, true);
		return;
	}
	output->n_bytes += block->len;
	if (output->fd >= 0 && output->n_bytes - output->n_begun >= DISK_BYTES) {
		(void)sync_file_range(output->fd, (off_t)output->n_begun, (off_t)(output->n_bytes - output->n_begun),
		                      SYNC_FILE_RANGE_WRITE);
		output->n_begun = output->n_bytes;
	}
	rv_hash_add(output->hash, block->bytes, block->len);
}

static void forget_block(void *item RV_UNUSED, void *context RV_UNUSED)
{
}

struct sink_output *sink_output_create(const char *path, const char *like, bool has_thread, struct rv_err *err)
{
	struct sink_output *const output = rv_alloc_zero(1, sizeof(*output));
	output->path = rv_strdup(path);
	output->fd = -1;
	output->like = (struct rv_source)RV_SOURCE_INIT;
	output->has_thread = has_thread;
	output->n_blocks = has_thread ? WAITING_BLOCKS + 1 : 1;
	output->blocks = rv_alloc(output->n_blocks * sizeof(*output->blocks));
	output->blocks[0].len = 0;
	output->hash = rv_hash_new();
	if (like && rv_source_open(&output->like, like, NULL) == 0) {
		output->like_bytes = rv_alloc(BLOCK_BYTES);
	} else if (create(output, err) < 0) {
		sink_output_abort(output);
		return NULL;
	}
	return output;
}

static int result(const struct sink_output *output, struct rv_err *err)
{
	return atomic_load(&output->has_failed) ? rv_fail(err, output->err.code, "%s", output->err.text) : 0;
}

/* Sends the present block, which is full, on its way; the next is free then. */
static int send_block(struct sink_output *output, struct rv_err *err)
{
	struct block *const block = &output->blocks[output->at];
	if (!output->has_thread) {
		put_block(block, output);
		block->len = 0;
		return result(output, err);
	}
	if (!output->queue) {
		output->queue = rv_taskq_new(1, WAITING_BLOCKS, put_block, forget_block, output);
	}
	rv_taskq_push(output->queue, block);
	output->at = (output->at + 1) % output->n_blocks;
	output->blocks[output->at].len = 0;
	return result(output, err);
}

/* Writes what is left, on the calling thread, as is all that may still come. */
static int finish_blocks(struct sink_output *output, struct rv_err *err)
{
	struct block *const block = &output->blocks[output->at];
	if (output->queue) {
		rv_taskq_finish(output->queue);
		output->queue = NULL;
	}
	output->has_thread = false;
	put_block(block, output);
	block->len = 0;
	return result(output, err);
}

int sink_output_write(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	struct sink_output *const output = to;
	for (const char *from = bytes; len > 0;) {
		struct block *const block = &output->blocks[output->at];
		const size_t n = RV_MIN(len, BLOCK_BYTES - block->len);
		memcpy(block->bytes + block->len, from, n);
		block->len += n;
		from += n;
		len -= n;
		if (block->len == BLOCK_BYTES && send_block(output, err) < 0) {
			return -1;
		}
	}
	return 0;
}

int sink_output_digest(struct sink_output *output, char sha256[RV_HASH_HEX_LEN + 1], struct rv_err *err)
{
	const int status = finish_blocks(output, err);
	rv_hash_hex(output->hash, sha256);
	return status;
}

const char *sink_output_path(const struct sink_output *output)
{
	return output->path;
}

void sink_output_abort(struct sink_output *output)
{
	if (!output) {
		return;
	}
	if (output->queue) {
		rv_taskq_finish(output->queue);
	}
	if (output->fd >= 0) {
		close(output->fd);
	}
	rv_source_close(&output->like);
	rv_hash_free(output->hash);
	free(output->like_bytes);
	free(output->blocks);
	free(output->path);
	free(output);
}

int sink_output_close(struct sink_output *output, uint64_t *n_bytes, char sha256[RV_HASH_HEX_LEN + 1],
                      struct rv_err *err)
{
	int status = sink_output_digest(output, sha256, err);
	if (status == 0 && output->fd < 0 && output->like.len > output->n_bytes) {
		status = leave_like(output, err);
	}
	const int fd = output->fd;
	output->fd = -1;
	if (fd >= 0 && close(fd) < 0 && status == 0) {
		status = rv_fail_errno(err, "cannot write '%s'", output->path);
	}
	*n_bytes = output->n_bytes;
	sink_output_abort(output);
	return status;
}

/* SPDX-License-Identifier: MIT */
/*
 * A new file, written in order, its digest taken on the way: on the calling thread, or on one of its own, so that the
 * caller can go on with what comes next.
 *
 *	struct sink_output *output = sink_output_create(path, true, err);
 *	if (!output || sink_output_write(output, bytes, len, err) < 0) { sink_output_abort(output); return -1; }
 *	return sink_output_close(output, &n_bytes, sha256, err);
 *
 * The disk is set to work while the file grows, not when it is synced. With a thread, an error is told by one of the
 * next calls, by sink_output_close at the latest.
 */
#ifndef RV_SINK_OUTPUT_H
#define RV_SINK_OUTPUT_H

#include "err.h"
#include "hash.h"

struct sink_output;

/* Fails where there is a file. With `like`, the path of a file that may hold just what is going to be written: nothing
 * is written as long as both are the same, and where they are to the end, no file is made at `path`. The thread is
 * started when there is work for it. */
struct sink_output *sink_output_create(const char *path, const char *like, bool has_thread, struct rv_err *err);
int sink_output_write(void *output, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE; /* an rv_write_fn */
/* The digest of what was written since the file was created or this was called. */
int sink_output_digest(struct sink_output *output, char sha256[RV_HASH_HEX_LEN + 1], struct rv_err *err) RV_MUST_USE;
/* Its size, and what sink_output_digest gives. Frees in every case. */
int sink_output_close(struct sink_output *output, uint64_t *n_bytes, char sha256[RV_HASH_HEX_LEN + 1],
                      struct rv_err *err) RV_MUST_USE;
const char *sink_output_path(const struct sink_output *output);
/* Frees without finishing; NULL is allowed. */
void sink_output_abort(struct sink_output *output);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A command of the user's that takes a finished shard somewhere else, as `rclone copyto {} remote:set/$RV_POST_PATH`.
 *
 * It is run by /bin/sh; {} stands for the file's path, as a word of its own that the shell never looks into. In its
 * environment are
 *
 *	RV_POST_PATH     the file's path in the dataset
 *	RV_POST_BYTES    its size
 *	RV_POST_SHA256   its digest, in hexadecimal digits
 *
 * What it writes to its standard output is dropped, of its standard error the end is in the message when it fails.
 */
#ifndef RV_SINK_POST_H
#define RV_SINK_POST_H

#include "err.h"
#include "hash.h"

struct sink_posted {
	const char *file; /* where it is now, or was: absolute */
	const char *path; /* in the dataset */
	uint64_t n_bytes;
	const char *sha256;
};

/* RV_E_USAGE where {} stands within quotes, which would take away what it means. */
int sink_post_check(const char *option, const char *command, struct rv_err *err) RV_MUST_USE;
/* Runs it to its end. 1: its exit status was 0. 0: it was not, and *err says so with RV_E_IO. -1: it could not be run,
 * or a signal asks to stop (RV_E_CANCELLED). */
int sink_post_run(const char *option, const char *command, const struct sink_posted *posted,
                  struct rv_err *err) RV_MUST_USE;

#endif

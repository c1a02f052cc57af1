/* SPDX-License-Identifier: MIT */
/*
 * Where generators put their files: BASE/_rv_NAME/ID/, one directory per sample.
 *
 * Only directories that rv-gen made are ever touched: each BASE/_rv_NAME holds a file `.rv-gen`, which at the same time
 * carries the lock that tells other runs that it is in use. Several runs may share one (shards of a stream).
 */
#ifndef GEN_WORKPLACE_H
#define GEN_WORKPLACE_H

#include "err.h"
#include "str.h"

enum gen_retain {
	GEN_RETAIN_ALL,  /* files stay */
	GEN_RETAIN_LAST, /* those of earlier runs are removed at the start */
	GEN_RETAIN_NONE, /* and ours at the end */
};

struct gen_workplace {
	char *path; /* BASE/_rv_NAME, absolute */
	int lock_fd;
	enum gen_retain retain;
};
#define GEN_WORKPLACE_INIT { .lock_fd = -1 }

/* Makes or takes it, and empties it when `retain` says so and no other run is in it. */
int gen_workplace_open(struct gen_workplace *place, const char *base, const char *name, enum gen_retain retain,
                       struct rv_err *err) RV_MUST_USE;
/* Makes the sample's directory, empty; *path is its absolute path. Thread-safe for different ids. */
int gen_workplace_sample(const struct gen_workplace *place, const char *id, struct rv_str *path, struct rv_err *err)
	RV_MUST_USE;
/* Removes it when `retain` says so and no other run is in it. */
void gen_workplace_close(struct gen_workplace *place);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Where generators put their files: BASE/_rv_NAME/ID/, one directory per sample.
 *
 * Only directories that we made are ever touched: each BASE/_rv_NAME holds a marker, which at the same time carries the
 * lock that tells other runs that it is in use. Those of rv-gen (`.rv-gen`) have names that the user gives, and several
 * runs may share one (shards of a stream); those of rv-blend (`.rv-blend`) are each of one run.
 */
#ifndef GEN_WORKPLACE_H
#define GEN_WORKPLACE_H

#include <stdbool.h>

#include "err.h"
#include "str.h"

enum gen_retain {
	GEN_RETAIN_ALL,  /* files stay */
	GEN_RETAIN_LAST, /* those of earlier runs are removed at the start */
	GEN_RETAIN_NONE, /* and ours at the end */
};

extern const char *const gen_retain_names[]; /* of an option; NULL-ended */

struct gen_workplace {
	char *path; /* BASE/_rv_NAME, absolute */
	int lock_fd;
	enum gen_retain retain;
	bool is_runs;   /* of this run alone */
	bool made_base; /* BASE was not there */
};
#define GEN_WORKPLACE_INIT \
	{ \
		.lock_fd = -1 \
	}

/* Makes or takes it, and empties it when `retain` says so and no other run is in it. */
int gen_workplace_open(struct gen_workplace *place, const char *base, const char *name, enum gen_retain retain,
                       struct rv_err *err) RV_MUST_USE;
/* Makes one for this run alone, in `base`, whose path starts at `root` unless it is absolute. Unless all stay, those of
 * earlier runs are removed, but for what `all` kept and what is in use. */
int gen_workplace_open_run(struct gen_workplace *place, const char *root, const char *base, enum gen_retain retain,
                           struct rv_err *err) RV_MUST_USE;
/* Makes the sample's directory, empty; *path is its absolute path. Thread-safe for different ids. */
int gen_workplace_sample(const struct gen_workplace *place, const char *id, struct rv_str *path,
                         struct rv_err *err) RV_MUST_USE;
/* Removes it when `retain` says so and no other run is in it. */
void gen_workplace_close(struct gen_workplace *place);
/* As close; one that holds nothing but our markers goes whatever `retain` says. */
void gen_workplace_close_used(struct gen_workplace *place);

#endif

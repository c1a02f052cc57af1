/* SPDX-License-Identifier: MIT */
/*
 * Asks Blender for its version without waiting: it needs most of a second to answer, and a pool has other things to do.
 *
 *	rv_version_ask -> poll rv_version_fd -> rv_version_hear until it is not 0 -> rv_version_stop
 */
#ifndef RV_BLEND_VERSION_H
#define RV_BLEND_VERSION_H

#include "spawn.h"
#include "str.h"

struct rv_version {
	const char *blender; /* borrowed */
	struct rv_child child;
	int fd; /* readable when there is news; -1: none */
	struct rv_str output;
	double deadline_s;
	unsigned int tries;
};
#define RV_VERSION_INIT \
	{ \
		.child = RV_CHILD_INIT, .fd = -1, .output = RV_STR_INIT \
	}

int rv_version_ask(struct rv_version *version, const char *blender, struct rv_err *err) RV_MUST_USE;
/* 1: the number ("3.4.1", as in a worker's hello) is appended to *number. 0: not yet. -1 with RV_E_NO_BLENDER: it does
 * not answer like Blender, or was asked a few times and killed each time. */
int rv_version_hear(struct rv_version *version, struct rv_str *number, struct rv_err *err) RV_MUST_USE;
/* Ends it, answered or not. */
void rv_version_stop(struct rv_version *version);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Asks Blender for its version without waiting: it needs most of a second to answer, and a pool has other things to do.
 *
 *	blend_version_ask -> poll rv_version_fd -> blend_version_hear until it is not 0 -> blend_version_stop
 */
#ifndef RV_BLEND_VERSION_H
#define RV_BLEND_VERSION_H

#include "spawn.h"
#include "str.h"

struct blend_version {
	const char *blender; /* borrowed */
	struct rv_child child;
	int fd; /* readable when there is news; -1: none */
	struct rv_str output;
	double deadline_s;
	unsigned int tries;
};
#define BLEND_VERSION_INIT \
	{ \
		.child = RV_CHILD_INIT, .fd = -1, .output = RV_STR_INIT \
	}

int blend_version_ask(struct blend_version *version, const char *blender, struct rv_err *err) RV_MUST_USE;
/* 1: the number ("3.4.1", as in a worker's hello) is appended to *number. 0: not yet. -1 with RV_E_NO_BLENDER: it does
 * not answer like Blender, or was asked a few times and killed each time. */
int blend_version_hear(struct blend_version *version, struct rv_str *number, struct rv_err *err) RV_MUST_USE;
/* Ends it, answered or not. */
void blend_version_stop(struct blend_version *version);

#endif

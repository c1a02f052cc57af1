/* SPDX-License-Identifier: MIT */
/* What workers warn of, each different text once: a thousand samples say the same. */
#ifndef RV_BLEND_WARNINGS_H
#define RV_BLEND_WARNINGS_H

#include "str.h"

#define BLEND_WARNINGS_MAX 64 /* further ones are not told */

struct blend_warnings {
	uint64_t told[BLEND_WARNINGS_MAX]; /* hashes */
	size_t len;
};

/* Prints those in a worker's reply (its `run.warnings`) that were not printed before. */
void blend_warnings_tell(struct blend_warnings *warnings, const struct rv_str *reply);

#endif

/* SPDX-License-Identifier: MIT */
/* What was told already: a thousand samples warn of the same, and fail for the same reason. */
#ifndef RV_BLEND_TOLD_H
#define RV_BLEND_TOLD_H

#include "err.h"
#include "str.h"

#define BLEND_TOLD_MAX 64 /* different texts that are remembered */

struct blend_told {
	uint64_t texts[BLEND_TOLD_MAX]; /* hashes */
	size_t len;
};

/* Prints the warnings in a worker's reply (its `run.warnings`), each different text once; what there is no room to
 * remember is not printed. */
void blend_told_warnings(struct blend_told *told, const struct rv_str *reply);
/* Whether this error of a sample is to be printed: the first with its text, and all that there is no room for. */
bool blend_told_error(struct blend_told *told, const struct rv_err *err);

#endif

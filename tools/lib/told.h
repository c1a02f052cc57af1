/* SPDX-License-Identifier: MIT */
/* What was told already: a thousand samples warn of the same, and fail for the same reason. */
#ifndef RV_RV_TOLD_H
#define RV_RV_TOLD_H

#include "str.h"

#define RV_TOLD_MAX 64 /* different texts that are remembered */

struct rv_told {
	uint64_t texts[RV_TOLD_MAX]; /* hashes */
	size_t len;
};

/* Prints the warnings in a worker's reply (its `run.warnings`), each different text once; what there is no room to
 * remember is not printed. */
void rv_told_warnings(struct rv_told *told, const struct rv_str *reply);
/* Whether the error of a record is to be printed: the first with its text, and all that there is no room for. */
bool rv_told_error(struct rv_told *told, const char *text);

#endif

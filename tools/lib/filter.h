/* SPDX-License-Identifier: MIT */
/*
 * jq programs on records, through libjq: filter.c is the only file that knows it.
 */
#ifndef RV_FILTER_H
#define RV_FILTER_H

#include "err.h"
#include "record.h"

/* A compiled program; belongs to one thread at a time. */
struct rv_filter;
/* NULL with RV_E_USAGE when the program does not compile. */
struct rv_filter *rv_filter_new(const char *program, struct rv_err *err);
void rv_filter_free(struct rv_filter *filter);
/* *truth: its first output for the record is neither false nor null (no output: false). */
int rv_filter_truth(struct rv_filter *filter, const struct rv_record *record, bool *truth,
                    struct rv_err *err) RV_MUST_USE;
/* Makes the record what the program gives for it. Only what it changed is spliced in, at every level of objects, so
 * that the rest keeps each digit; what it dropped is unset. Fails with RV_E_FILTER when it fails or its first output is
 * no object; the record may then be half changed. */
int rv_filter_edit(struct rv_filter *filter, struct rv_record *record, struct rv_err *err) RV_MUST_USE;

#endif

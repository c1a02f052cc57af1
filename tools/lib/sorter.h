/* SPDX-License-Identifier: MIT */
/*
 * Any number of lines, sorted by bytes, in bounded memory: runs of them are sorted in memory, written to files, and
 * merged at the end.
 */
#ifndef RV_SORTER_H
#define RV_SORTER_H

#include "err.h"

struct rv_sorter;

/* `dir` (borrowed) is a directory for the runs; the caller removes it with what is in it. `run_bytes` is the memory to
 * use before a run is written (0: 8 MiB). */
struct rv_sorter *rv_sorter_new(const char *dir, size_t run_bytes);
void rv_sorter_free(struct rv_sorter *sorter);
/* `line` without a newline, which it must not hold. */
int rv_sorter_add(struct rv_sorter *sorter, const char *line, size_t len, struct rv_err *err) RV_MUST_USE;
/* Hands out every line, its newline included, in order; -1 from `take` ends it. To be called once. */
typedef int rv_sorter_fn(void *to, const void *line, size_t len, struct rv_err *err);
int rv_sorter_merge(struct rv_sorter *sorter, rv_sorter_fn *take, void *to, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Any number of lines, sorted by bytes, in bounded memory: runs of them are sorted in memory, written to files without
 * names, and merged at the end.
 */
#ifndef RV_SORTER_H
#define RV_SORTER_H

#include "err.h"
#include "scan.h"

struct rv_sorter;

/* `dir` (borrowed; NULL: $TMPDIR, else /tmp) lies on the file system that takes the runs; nothing of them is seen in
 * it. `run_bytes` is the memory to use before a run is written (0: 8 MiB). */
struct rv_sorter *rv_sorter_new(const char *dir, size_t run_bytes);
void rv_sorter_free(struct rv_sorter *sorter);
/* `line` without a newline, which it must not hold. */
int rv_sorter_add(struct rv_sorter *sorter, const char *line, size_t len, struct rv_err *err) RV_MUST_USE;
/* 1 with the next line in order, borrowed until the next call; a newline stands behind it, which its length does not
 * count. 0 at the end. After the first call nothing may be added. */
int rv_sorter_next(struct rv_sorter *sorter, struct rv_span *line, struct rv_err *err) RV_MUST_USE;
/* Hands out every line that is left, its newline included; -1 from `take` ends it. */
typedef int rv_sorter_fn(void *to, const void *line, size_t len, struct rv_err *err);
int rv_sorter_merge(struct rv_sorter *sorter, rv_sorter_fn *take, void *to, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The directories of runs, OUT/1, OUT/2, ...: each belongs to one `rv render` at a time.
 *
 * While a run is not complete it holds the hidden file .rv-render.json with the words of the command, so that the run
 * can be resumed.
 */
#ifndef RV_PORCELAIN_RUNDIR_H
#define RV_PORCELAIN_RUNDIR_H

#include "err.h"
#include "lock.h"
#include "porcelain/words.h"

struct porcelain_rundir {
	char *path; /* OUT/N */
	struct rv_lock lock;
	bool is_new;
};
#define PORCELAIN_RUNDIR_INIT \
	{ \
		.lock = RV_LOCK_INIT \
	}

/* Makes OUT/N, N one more than the largest number of a run in OUT, or more where something else is there already. A
 * directory is a run by what is in it: words, a lock, or a summary; samples that a plain pipe left in OUT are none,
 * whatever their ids. Two programs that do it at the same time get different numbers. */
int porcelain_rundir_create(struct porcelain_rundir *run, const char *out, struct rv_err *err) RV_MUST_USE;
/* Opens OUT/N: with N 0 the newest one that holds words. RV_E_BUSY when another works on it for longer than `wait_s`.
 */
int porcelain_rundir_reopen(struct porcelain_rundir *run, const char *out, uint64_t number, double wait_s,
                            struct rv_err *err) RV_MUST_USE;
void porcelain_rundir_close(struct porcelain_rundir *run);

/* The command's words; of a run that is complete there are none, which is an error unless it may grow. Loading fails
 * with RV_E_USAGE for that, and when the run was not made by `rv render`. */
int porcelain_rundir_save(const struct porcelain_rundir *run, const struct porcelain_words *words,
                          struct rv_err *err) RV_MUST_USE;
int porcelain_rundir_load(const struct porcelain_rundir *run, bool may_grow, struct porcelain_words *words,
                          struct rv_err *err) RV_MUST_USE;
/* The run is complete: its words go. */
int porcelain_rundir_complete(const struct porcelain_rundir *run, struct rv_err *err) RV_MUST_USE;
/* Removes a new run in which nothing was made. */
void porcelain_rundir_discard(struct porcelain_rundir *run);

/* The numbers that entries of OUT have for names, as runs do, largest first; free(*numbers). None when OUT is not
 * there. */
int porcelain_rundir_list(const char *out, uint64_t **numbers, size_t *len, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Progress on stderr: a line that is drawn over itself on a terminal (at most 6 times a second), nothing otherwise;
 * with RV_PROGRESS_JSON one object a line once a second and at the end:
 * {"done":…,"of":…,"failed":…,"reused":…,"in_flight":…,"frames":…,"elapsed_s":…}, without `of` where it is not known.
 */
#ifndef RV_PROGRESS_H
#define RV_PROGRESS_H

enum rv_progress_mode { RV_PROGRESS_AUTO, RV_PROGRESS_NONE, RV_PROGRESS_LINE, RV_PROGRESS_JSON };

struct rv_progress_counts {
	uint64_t done, failed, reused, in_flight;
	uint64_t frames; /* of sequences, done so far */
	uint64_t of;     /* how many there are to be; 0: not known */
};

void rv_progress_start(enum rv_progress_mode mode);
void rv_progress_update(const struct rv_progress_counts *counts);
void rv_progress_end(const struct rv_progress_counts *counts);
/* Around what else is written to the terminal: takes the line away and keeps others from drawing it; draws it again.
 * Messages of diag.h need no such call. */
void rv_progress_hide(void);
void rv_progress_show(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Progress on stderr:
 *
 *	rv-blend: starting 2 Blenders, 0:03
 *	rv-blend: 37 of 100 (37%), 12 reused, 1 failed, 2 Blenders, 1.4/s, 0:45 left
 *	rv-blend: 100 of 100 done, 12 reused, 1 failed, in 1:15
 *
 * On a terminal the line is drawn over itself, at most 6 times a second, and cut to the terminal's width. Elsewhere it
 * is a line of its own once a minute, and the last one at the end. With RV_PROGRESS_JSON it is one object a line once a
 * second and at the end: {"done":…,"of":…,"failed":…,"reused":…,"in_flight":…,"frames":…,"elapsed_s":…}, without `of`
 * where it is not known.
 */
#ifndef RV_PROGRESS_H
#define RV_PROGRESS_H

/* AUTO: LINE on a terminal, else PLAIN; NONE with --quiet. */
enum rv_progress_mode { RV_PROGRESS_AUTO, RV_PROGRESS_NONE, RV_PROGRESS_LINE, RV_PROGRESS_PLAIN, RV_PROGRESS_JSON };

struct rv_progress_counts {
	uint64_t done, failed, reused; /* done: all of them, those that failed or are reused, too */
	uint64_t in_flight;
	uint64_t frames;   /* of sequences, done so far */
	uint64_t of;       /* how many there are to be; 0: not known */
	uint64_t blenders; /* that are up */
	uint64_t starting; /* that are not yet */
};

void rv_progress_start(enum rv_progress_mode mode);
void rv_progress_update(const struct rv_progress_counts *counts);
void rv_progress_end(const struct rv_progress_counts *counts);
/* Around what else is written to the terminal: takes the line away and keeps others from drawing it; draws it again.
 * Messages of diag.h need no such call. */
void rv_progress_hide(void);
void rv_progress_show(void);
/* The end without a last line: nobody wants to know. */
void rv_progress_drop(void);

#endif

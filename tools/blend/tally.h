/* SPDX-License-Identifier: MIT */
/*
 * What a run cost, for `rv-blend --summary`: seconds and counts of the whole run, as one JSON object and as a line for
 * people. It is about a run and never part of a dataset.
 */
#ifndef RV_BLEND_TALLY_H
#define RV_BLEND_TALLY_H

#include "options.h"
#include "window.h"

struct blend_tally {
	double began_s;                    /* clock.h */
	double start_s;                    /* that Blenders took until they were ready, added up */
	double build_s, render_s;          /* of all samples: building the scene, its renders */
	uint64_t n_lost;                   /* attempts that ended with their worker */
	uint64_t peak_rss;                 /* of a worker, bytes */
	struct blend_window_counts counts; /* of samples; this and what follows are set at the end */
	uint64_t n_workers;                /* that were started */
	size_t n_places;                   /* that worked at a time */
};

void blend_tally_begin(struct blend_tally *tally);
/* Adds what the `run` of a reply tells. */
void blend_tally_reply(struct blend_tally *tally, const struct rv_str *reply);

/* Sets what is known at the end. */
void blend_tally_counts(struct blend_tally *tally, const struct blend_window_counts *counts, uint64_t n_workers,
                        size_t n_places);

/* --summary and --price. */
extern const struct rv_option blend_tally_options[];

/* With --summary writes the file, an object on a line, and says the same on standard error:
 *	{"rendered":9,"reused":0,"failed":1,"seconds":12.5,"samples_per_hour":2592,"workers":2,"started":3,
 *	 "start_s":4.1,"build_s":0.4,"render_s":18.2,"render_share":0.73,"lost":1,"peak_rss":281018368,
 *	 "price":1.5,"cost_per_1000":0.58}
 * `render_share` is of the time of all places of workers. The last two are there with a price; the last one and the
 * share where samples were rendered. */
int blend_tally_end(const struct blend_tally *tally, struct rv_err *err) RV_MUST_USE;

#endif

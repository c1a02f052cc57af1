/* SPDX-License-Identifier: MIT */
/*
 * The summary of a run, OUT/N/_meta.json: what was asked for, which samples are there, which failed. It is written at
 * the end and appears whole; it holds nothing that differs between two runs of the same command (no path outside the
 * working directory, no date, no number of jobs).
 */
#ifndef RV_PORCELAIN_SUMMARY_H
#define RV_PORCELAIN_SUMMARY_H

#include "record.h"

struct porcelain_summary {
	struct rv_str
	        samples; /* JSON arrays without their brackets, in the order of the stream, which is that of ids */
	struct rv_str failed;
	struct rv_str first;                   /* directory of the first sample that is there; empty: none */
	struct rv_str blender;                 /* its version */
	uint64_t n_samples, n_failed, n_again; /* n_again of those that failed: labels need passes that are gone */
};
#define PORCELAIN_SUMMARY_INIT \
	{ \
		.samples = RV_STR_INIT, .failed = RV_STR_INIT, .first = RV_STR_INIT, .blender = RV_STR_INIT \
	}

/* Counts a record that came out of the pipe; true when the sample is one of n_again. */
bool porcelain_summary_add(struct porcelain_summary *summary, const struct rv_record *record);
/* Writes DIR/_meta.json. `members` is the JSON text of what comes first, `"resolution":[…],"render_params":{…}`. */
int porcelain_summary_write(const struct porcelain_summary *summary, const char *dir, const struct rv_str *members,
                            struct rv_err *err) RV_MUST_USE;
void porcelain_summary_release(struct porcelain_summary *summary);

#endif

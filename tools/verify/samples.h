/* SPDX-License-Identifier: MIT */
/* The samples of standard input, or of directories of samples: each is looked at (directory.h), gets its verdict as the
 * member `verify`, and is passed on. */
#ifndef RV_VERIFY_SAMPLES_H
#define RV_VERIFY_SAMPLES_H

#include "progress.h"
#include "tool.h"
#include "verify/picture.h"
#include "verify/results.h"

/* Of standard input when there are no directories. False when it did not see everything, for which the tool has its
 * status. What all samples together are like (rules->sample.quality) is of no record, and told on stderr.
 * RV_PROGRESS_AUTO is no progress where each record is a line on a terminal. */
struct verify_samples_rules {
	struct verify_rules sample;
	bool drops; /* those that are not ok are to be made again (drop.h) */
	size_t n_jobs;
	enum rv_progress_mode progress;
};
bool verify_samples_check(struct rv_tool *tool, char *const *dirs, size_t n_dirs,
                          const struct verify_samples_rules *rules, struct verify_suite *suite);

#endif

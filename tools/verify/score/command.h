/* SPDX-License-Identifier: MIT */
/* --candidates: scores clips against the truths of a dataset of tasks. */
#ifndef RV_VERIFY_SCORE_COMMAND_H
#define RV_VERIFY_SCORE_COMMAND_H

#include "progress.h"
#include "tool.h"

extern const struct rv_option verify_score_options[];

/* Whether any of them is given. */
bool verify_score_is_wanted(void);
/* Tells the scores, and raises the tool's status: to 1 for a truth that cannot be one, and when the mean is below
 * `min_score`. */
void verify_score_command(struct rv_tool *tool, size_t n_threads, double min_score, enum rv_progress_mode progress);
void verify_score_options_release(void);

#endif

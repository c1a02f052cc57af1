/* SPDX-License-Identifier: MIT */
/*
 * A run over all tasks of a dataset: each of them is a record on standard output, in the order of their folders.
 *
 *	{"id":"ball_00000000","task":"ball","domain":"","difficulty":"easy","eval":{"profile":"rv","score":0.41,
 *	"candidates":[{"path":"answers/ball_00000000.mp4","score":0.41,"dimensions":{...},"clauses":[...]}]}}
 *
 * With a judge a candidate has "judge", what that said, and its score is (1 - judge_weight) of the profile's and
 * judge_weight of the judge's.
 *
 * The id is the name of the task's folder, with the task before it where the folders are a benchmark's. Every task is
 * taken to have as many candidates as the one with the most; one that is missing, or cannot be read, scores 0. A task
 * whose truth cannot be one, or whose judge fails, has an `error` in place of `eval`, and does not count.
 */
#ifndef RV_VERIFY_SCORE_RUN_H
#define RV_VERIFY_SCORE_RUN_H

#include "progress.h"
#include "tool.h"
#include "verify/score/judge.h"

struct verify_score_run {
	const struct verify_score_profile *profile;
	struct verify_score_setup setup;
	struct verify_score_judge *judge; /* NULL: there is none */
	double judge_weight;
	size_t n_threads;
	enum rv_progress_mode progress;
};

/* Fills `results`, one for each task, zeroed before. False when it was cut short. */
bool verify_score_run(struct rv_tool *tool, const struct verify_score_run *run, const struct verify_score_tasks *tasks,
                      struct verify_score_result *results);

#endif

/* SPDX-License-Identifier: MIT */
/* What the candidates of a task came to: a few numbers for each, kept to the end of a run. */
#ifndef RV_VERIFY_SCORE_RESULT_H
#define RV_VERIFY_SCORE_RESULT_H

#include "verify/score/tasks.h"

#define VERIFY_SCORE_PARTS_MAX 8

struct verify_score_attempt {
	const char *path; /* of the candidate, borrowed from the task; NULL: it is missing, and scores 0 */
	char *details;    /* JSON: what else the profile and the judge say; NULL */
	char *problem;    /* why it could not be scored, and scores 0; NULL */
	double total;     /* 0..1 */
	double of[VERIFY_SCORE_PARTS_MAX]; /* its parts, by the profile's names */
};

struct verify_score_result {
	const struct verify_score_task *task;
	char *domain, *difficulty;             /* "" where they are not known */
	bool has_rule;                         /* its metadata have one */
	char *problem;                         /* what is wrong with the truth: the task does not count; NULL */
	struct verify_score_attempt *attempts; /* as many of each task of a run */
	size_t n_attempts;
};

void verify_score_result_release(struct verify_score_result *result);
/* The mean of the attempts. */
double verify_score_result_mean(const struct verify_score_result *result);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What all results come to, and those of each task, domain and difficulty.
 *
 * The score of a group is the mean over its samples, of each of which it is the mean over its candidates. Its interval
 * is a percentile bootstrap: samples are drawn with replacement 1000 times, from a fixed seed, so that the same results
 * give the same interval; 95 % of the means lie within it. pass@k is the chance that at least one of k candidates of a
 * sample, drawn from its n without replacement, scores `pass` or more: 1 - C(n - c, k) / C(n, k), where c do; the mean
 * over the samples. Missing candidates count everywhere, and score 0.
 */
#ifndef RV_VERIFY_SCORE_SUMMARY_H
#define RV_VERIFY_SCORE_SUMMARY_H

#include "verify/score/profile.h"

#define VERIFY_SCORE_KS_MAX 16 /* 1, 2, 4 ... */

struct verify_score_group {
	const char *name; /* borrowed from the results; "" of all */
	size_t n_samples, n_candidates, n_missing, n_unread;
	double mean, low, high;
	double of[VERIFY_SCORE_PARTS_MAX];
	double pass[VERIFY_SCORE_KS_MAX];
};

struct verify_score_groups {
	const char *by; /* "all", "task", "domain", "difficulty" */
	struct verify_score_group *items;
	size_t len;
};

enum { VERIFY_SCORE_BY_ALL, VERIFY_SCORE_BY_TASK, VERIFY_SCORE_BY_DOMAIN, VERIFY_SCORE_BY_DIFFICULTY, VERIFY_SCORE_BY };

struct verify_score_summary {
	const struct verify_score_profile *profile;
	const struct verify_score_result *results; /* borrowed */
	size_t n_results;
	double pass;
	const double *floors;                 /* borrowed, of `rv`, one for each dimension; NULL: not known */
	size_t ks[VERIFY_SCORE_KS_MAX], n_ks; /* the k of pass@k: powers of two, and how many candidates there are */
	struct verify_score_groups groups[VERIFY_SCORE_BY]; /* in the order of their names */
};

void verify_score_summarize(struct verify_score_summary *summary, const struct verify_score_profile *profile,
                            const struct verify_score_result *results, size_t n_results, double pass);
void verify_score_summary_release(struct verify_score_summary *summary);

#endif

/* SPDX-License-Identifier: MIT */
/* Summaries: see summary.h. */
#include "verify/score/summary.h"

#include <string.h>

#include "alloc.h"
#include "rng.h"

#define RESAMPLES 1000
#define OUTSIDE 25 /* of them, below and above the interval */

static const char *name_of(const struct verify_score_result *result, size_t by)
{
	switch (by) {
	case VERIFY_SCORE_BY_TASK:
		return result->task->name;
	case VERIFY_SCORE_BY_DOMAIN:
		return result->domain;
	case VERIFY_SCORE_BY_DIFFICULTY:
		return result->difficulty;
	default:
		return "";
	}
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_doubles(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

/* 1 - C(n - c, k) / C(n, k): the chance that one of k of n is among the c. */
static double pass_at(size_t n, size_t c, size_t k)
{
	double none = 1;
	for (size_t i = 0; i < k; i++) {
		none *= i + c < n ? (double)(n - c - i) / (double)(n - i) : 0;
	}
	return 1 - none;
}

static void find_interval(const double *means, size_t n, struct verify_score_group *group)
{
	double drawn[RESAMPLES];
	struct rv_rng rng;
	rv_rng_init(&rng, 0, "bootstrap");
	for (size_t i = 0; i < RESAMPLES; i++) {
		double sum = 0;
		for (size_t k = 0; k < n; k++) {
			sum += means[rv_rng_below(&rng, n)];
		}
		drawn[i] = sum / (double)n;
	}
	qsort(drawn, RESAMPLES, sizeof(*drawn), compare_doubles);
	group->low = drawn[OUTSIDE];
	group->high = drawn[RESAMPLES - 1 - OUTSIDE];
}

static void add_result(const struct verify_score_summary *summary, const struct verify_score_result *result,
                       struct verify_score_group *group)
{
	size_t n_passed = 0;
	for (size_t i = 0; i < result->n_attempts; i++) {
		const struct verify_score_attempt *const attempt = &result->attempts[i];
		n_passed += attempt->path && !attempt->problem && attempt->total >= summary->pass;
		group->n_missing += !attempt->path;
		group->n_unread += attempt->problem != NULL;
		group->n_candidates += attempt->path != NULL;
		for (size_t k = 0; k < VERIFY_SCORE_PARTS_MAX; k++) {
			group->of[k] += attempt->of[k] / (double)result->n_attempts;
		}
	}
	for (size_t i = 0; i < summary->n_ks; i++) {
		group->pass[i] += pass_at(result->n_attempts, n_passed, summary->ks[i]);
	}
}

/* `means` has room for one of each result. */
static void fill(const struct verify_score_summary *summary, size_t by, double *means, struct verify_score_group *group)
{
	size_t n = 0;
	double sum = 0;
	for (size_t i = 0; i < summary->n_results; i++) {
		const struct verify_score_result *const result = &summary->results[i];
		if (!result->problem && strcmp(name_of(result, by), group->name) == 0) {
			means[n] = verify_score_result_mean(result);
			sum += means[n++];
			add_result(summary, result, group);
		}
	}
	if (n == 0) {
		return;
	}
	group->n_samples = n;
	group->mean = sum / (double)n;
	for (size_t i = 0; i < VERIFY_SCORE_PARTS_MAX; i++) {
		group->of[i] /= (double)n;
	}
	for (size_t i = 0; i < summary->n_ks; i++) {
		group->pass[i] /= (double)n;
	}
	find_interval(means, n, group);
}

static void group_by(struct verify_score_summary *summary, size_t by, const char **names, double *means)
{
	static const char *const titles[VERIFY_SCORE_BY] = { "all", "task", "domain", "difficulty" };
	struct verify_score_groups *const groups = &summary->groups[by];
	for (size_t i = 0; i < summary->n_results; i++) {
		names[i] = name_of(&summary->results[i], by);
	}
	qsort(names, summary->n_results, sizeof(*names), compare_names);
	groups->by = titles[by];
	groups->items = rv_alloc_zero(summary->n_results, sizeof(*groups->items));
	for (size_t i = 0; i < summary->n_results; i++) {
		if (i > 0 && strcmp(names[i], names[i - 1]) == 0) {
			continue;
		}
		groups->items[groups->len].name = names[i];
		fill(summary, by, means, &groups->items[groups->len++]);
	}
}

void verify_score_summarize(struct verify_score_summary *summary, const struct verify_score_profile *profile,
                            const struct verify_score_result *results, size_t n_results, double pass)
{
	const size_t most = n_results > 0 ? results[0].n_attempts : 1;
	const char **const names = rv_alloc_zero(n_results, sizeof(*names));
	double *const means = rv_alloc_zero(n_results, sizeof(*means));
	*summary = (struct verify_score_summary) {
		.profile = profile, .results = results, .n_results = n_results, .pass = pass
	};
	for (size_t k = 1; k < most && summary->n_ks + 1 < VERIFY_SCORE_KS_MAX; k *= 2) {
		summary->ks[summary->n_ks++] = k;
	}
	summary->ks[summary->n_ks++] = most;
	for (size_t by = 0; by < VERIFY_SCORE_BY; by++) {
		group_by(summary, by, names, means);
	}
	free(names);
	free(means);
}

void verify_score_summary_release(struct verify_score_summary *summary)
{
	for (size_t by = 0; by < VERIFY_SCORE_BY; by++) {
		free(summary->groups[by].items);
	}
}

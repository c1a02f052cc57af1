/* SPDX-License-Identifier: MIT */
/*
 * What a whole run found, suite after suite: the records that were looked at, each dataset. Kept as counts and the
 * first few problems of each check, so that memory does not grow with the number of records. At the end it is written
 * as one object of JSON (--summary) or as JUnit's XML (--junit): a suite for each, in it a case for each check that is
 * on, and before them one for whether all units are ok.
 *
 *	struct verify_results results = VERIFY_RESULTS_INIT;
 *	struct verify_suite *suite = verify_results_add(&results, "dataset", "files");
 *	verify_suite_take(suite, "", &problem); ...      from any thread, in any order: what is written is the same
 *	suite->n_units = ...; suite->n_bad = ...;
 *	verify_results_write(&results, "report.xml", verify_results_put_junit, err);
 *	verify_results_release(&results);
 */
#ifndef RV_VERIFY_RESULTS_H
#define RV_VERIFY_RESULTS_H

#include "str.h"
#include "verify/presence.h"
#include "verify/problems.h"

struct verify_suite;

struct verify_results {
	struct verify_suite **suites;
	size_t len, cap;
};
#define VERIFY_RESULTS_INIT \
	{ \
		.suites = NULL \
	}
void verify_results_release(struct verify_results *results);

/* The examples of a check: the first in the order of bytes, whatever was found first. */
struct verify_examples {
	char *texts[VERIFY_PROBLEMS_FEW]; /* "path: message" */
	size_t len;
};

struct verify_suite {
	char *name;
	const char *unit;        /* what is counted: "records", "files" */
	uint64_t n_units, n_bad; /* that were looked at; of them not ok */
	struct verify_presence objects;
	uint64_t n_of[VERIFY_CHECKS];
	struct verify_examples examples[VERIFY_CHECKS];
};

/* `name` is copied, `unit` borrowed. */
struct verify_suite *verify_results_add(struct verify_results *results, const char *name, const char *unit);
/* Adds the examples of a problem; `place` stands before its path, with a slash between ("": nothing does). */
void verify_suite_example(struct verify_suite *suite, const char *place, const struct verify_problem *problem);
/* Adds all that was found at a place: its counts and examples. */
void verify_suite_take(struct verify_suite *suite, const char *place, const struct verify_problems *problems);
/* The share of units that are ok, 0..1; 1 where there is none, 0 where something FATAL was found. */
double verify_suite_score(const struct verify_suite *suite);
/* That of the worst suite. */
double verify_results_score(const struct verify_results *results);

typedef void verify_results_put_fn(const struct verify_results *results, struct rv_str *text);
/* {"ok":...,"score":...,"suites":[{"name":...,"ok":...,"score":...,"records":...,"bad":...,"objects":{"seen":...,
 * "tiny":...,"hidden":...,"outside":...},"checks":{ID:{"severity":...,"found":...,"examples":[...]}}}]}; `ok`: nothing
 * of severity error or fatal; `objects` is left out where no record told of any. */
verify_results_put_fn verify_results_put_json;
/* What is found with severity error or fatal is a failure of its case; what is less stands in the case's output. */
verify_results_put_fn verify_results_put_junit;
int verify_results_write(const struct verify_results *results, const char *path, verify_results_put_fn *put,
                         struct rv_err *err) RV_MUST_USE;

#endif

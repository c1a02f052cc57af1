/* SPDX-License-Identifier: MIT */
/* How what was found is told: lines for people, or JSON. */
#ifndef RV_VERIFY_TELL_H
#define RV_VERIFY_TELL_H

#include "record.h"
#include "verify/dataset.h"
#include "verify/results.h"

/* Appends what a record's `verify` or `error` says, for people: "00000003  ok  9 files, 4 annotations", or what is
 * wrong, one line each. */
void verify_tell_record(const struct rv_record *record, struct rv_str *text);

/* Lines about a dataset, written to standard output; a line of progress is taken from the terminal meanwhile. */
struct verify_teller {
	bool for_people;
	struct verify_suite *suite; /* gets each problem as an example; NULL: nothing does */
	int status;                 /* -1: writing failed, with `err`: RV_E_CANCELLED when the reader has gone */
	struct rv_err err;
};
/* A verify_dataset_tell_fn. */
void verify_tell_problem(const struct verify_problem *problem, void *teller);
/* The last line. */
void verify_tell_verdict(struct verify_teller *teller, const char *dir, const struct verify_dataset_report *report);
/* The checks that are on. */
void verify_tell_checks(struct verify_teller *teller);
/* The limits of --quality, for people alone. */
void verify_tell_limits(struct verify_teller *teller);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A sample against its files and its labels against each other, wherever it lies: what is wrong with its record, then
 * picture after picture (picture.h), then the files that are no picture's.
 */
#ifndef RV_VERIFY_INSPECT_H
#define RV_VERIFY_INSPECT_H

#include "verify/picture.h"

struct verify_counts {
	uint64_t n_files, n_annotations; /* that were looked at */
};
/* Adds to counts and problems. */
void verify_inspect(const struct rv_sample *sample, struct verify_files *files, const struct verify_rules *rules,
                    struct verify_counts *counts, struct verify_problems *problems);

struct verify_report {
	struct verify_counts counts;
	struct verify_problems problems;
};
#define VERIFY_REPORT_INIT \
	{ \
		.problems = VERIFY_PROBLEMS_INIT \
	}
void verify_report_release(struct verify_report *report);
/* True unless a problem is of severity error or fatal. */
bool verify_report_is_ok(const struct verify_report *report);
/* Sets the member `verify` of a record. */
void verify_report_put(const struct verify_report *report, struct rv_record *record);

#endif

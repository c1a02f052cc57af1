/* SPDX-License-Identifier: MIT */
/*
 * What checks found wrong, in the order in which it was found. Every problem is counted; the first VERIFY_PROBLEMS_MAX
 * are kept, and the first VERIFY_PROBLEMS_FEW of each check, so that a broken file cannot fill the memory or a record.
 * A check that is off finds nothing.
 */
#ifndef RV_VERIFY_PROBLEMS_H
#define RV_VERIFY_PROBLEMS_H

#include "err.h"
#include "json.h"
#include "verify/checks.h"

#define VERIFY_PROBLEMS_MAX 100
#define VERIFY_PROBLEMS_FEW 5

struct verify_problem {
	enum verify_check check;
	enum verify_severity severity;
	char *path; /* the file or member that is wrong */
	char *message;
};

struct verify_problems {
	struct verify_problem *items;
	size_t len, cap;
	uint64_t n_found;             /* those that were not kept included */
	uint64_t n_bad;               /* of them, with severity error or fatal */
	uint64_t n_of[VERIFY_CHECKS]; /* of each check */
};
#define VERIFY_PROBLEMS_INIT \
	{ \
		.items = NULL \
	}

void verify_problems_release(struct verify_problems *problems);
void verify_problems_add(struct verify_problems *problems, enum verify_check check, const char *path,
                         const char *format, ...) RV_PRINTF(4, 5);
/* The same with what *err says. */
void verify_problems_add_err(struct verify_problems *problems, enum verify_check check, const char *path,
                             const struct rv_err *err);
/* What *err says of a file that could not be opened, or not be decoded: the check follows from its code. */
void verify_problems_add_unopened(struct verify_problems *problems, const char *path, const struct rv_err *err);
void verify_problems_add_undecoded(struct verify_problems *problems, const char *path, const struct rv_err *err);

/* Writes one as the members "path", "check", "severity" and "message" of an open object. */
void verify_problem_put(const struct verify_problem *problem, struct rv_json_out *out);
/* Appends "path: severity: check: message". */
void verify_problem_describe(const struct verify_problem *problem, struct rv_str *text);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a check found wrong, in the order in which it was found. Every problem is counted; the first VERIFY_PROBLEMS_MAX
 * are kept, so that a broken file cannot fill the memory or a record.
 */
#ifndef RV_VERIFY_PROBLEMS_H
#define RV_VERIFY_PROBLEMS_H

#include "err.h"
#include "json.h"

#define VERIFY_PROBLEMS_MAX 100

struct verify_problem {
	enum rv_err_code code;
	char *subject; /* the file or member that is wrong */
	char *message;
};

struct verify_problems {
	struct verify_problem *items;
	size_t len, cap;
	uint64_t n_found; /* those that were not kept included */
};
#define VERIFY_PROBLEMS_INIT \
	{ \
		.items = NULL \
	}

void verify_problems_release(struct verify_problems *problems);
void verify_problems_add(struct verify_problems *problems, enum rv_err_code code, const char *subject,
                         const char *format, ...) RV_PRINTF(4, 5);
/* The same with what *err says. */
void verify_problems_add_err(struct verify_problems *problems, const char *subject, const struct rv_err *err);
/* Writes one as the members "path", "code" and "message" of an open object. */
void verify_problem_put(const struct verify_problem *problem, struct rv_json_out *out);

#endif

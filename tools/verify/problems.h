/* SPDX-License-Identifier: MIT */
/*
 * What a check found wrong, in the order in which it was found. Every problem is counted; the first RV_PROBLEMS_MAX are
 * kept, so that a broken file cannot fill the memory or a record.
 */
#ifndef RV_VERIFY_PROBLEMS_H
#define RV_VERIFY_PROBLEMS_H

#include "err.h"
#include "json.h"

#define RV_PROBLEMS_MAX 100

struct rv_problem {
	enum rv_err_code code;
	char *subject; /* the file or member that is wrong */
	char *message;
};

struct rv_problems {
	struct rv_problem *items;
	size_t len, cap;
	uint64_t n_found; /* those that were not kept included */
};
#define RV_PROBLEMS_INIT \
	{ \
		.items = NULL \
	}

void rv_problems_release(struct rv_problems *problems);
void rv_problems_add(struct rv_problems *problems, enum rv_err_code code, const char *subject, const char *format, ...)
        RV_PRINTF(4, 5);
/* The same with what *err says. */
void rv_problems_add_err(struct rv_problems *problems, const char *subject, const struct rv_err *err);
/* Writes one as the members "path", "code" and "message" of an open object. */
void rv_problem_put(const struct rv_problem *problem, struct rv_json_out *out);

#endif

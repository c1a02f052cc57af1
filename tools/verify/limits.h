/* SPDX-License-Identifier: MIT */
/* The limits of what --quality finds (limits.def), as the table has them or as the user wants them. */
#ifndef RV_VERIFY_LIMITS_H
#define RV_VERIFY_LIMITS_H

#include "options.h"

enum verify_limit {
#define VERIFY_LIMIT(constant, name, value, lowest, highest, text) VERIFY_LIMIT_##constant,
#include "verify/limits.def"
#undef VERIFY_LIMIT
	VERIFY_LIMITS
};

/* Takes NAME=VALUE for each; fails with RV_E_USAGE. Before any thread. */
int verify_limits_choose(const struct rv_option_list *list, struct rv_err *err) RV_MUST_USE;
double verify_limit(enum verify_limit limit);
/* Appends a line for each: name, value, text. */
void verify_limits_list(struct rv_str *text);

#endif

/* SPDX-License-Identifier: MIT */
/* The list of what is wrong: see problems.h. */
#include "verify/problems.h"

#include "alloc.h"

void rv_problems_release(struct rv_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++) {
		free(problems->items[i].subject);
		free(problems->items[i].message);
	}
	free(problems->items);
	*problems = (struct rv_problems)RV_PROBLEMS_INIT;
}

void rv_problems_add(struct rv_problems *problems, enum rv_err_code code, const char *subject, const char *format, ...)
{
	problems->n_found++;
	if (problems->len == RV_PROBLEMS_MAX) {
		return;
	}
	struct rv_str message = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&message, format, args);
	va_end(args);
	RV_GROW(problems->items, problems->len, problems->cap);
	problems->items[problems->len++] = (struct rv_problem) {
		.code = code,
		.subject = rv_strdup(subject),
		.message = rv_str_detach(&message),
	};
}

void rv_problems_add_err(struct rv_problems *problems, const char *subject, const struct rv_err *err)
{
	rv_problems_add(problems, err->code, subject, "%s", err->text);
}

void rv_problem_put(const struct rv_problem *problem, struct rv_json_out *out)
{
	rv_json_put_string(out, "path", problem->subject);
	rv_json_put_string(out, "code", rv_err_code_text(problem->code));
	rv_json_put_string(out, "message", problem->message);
}

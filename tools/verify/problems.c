/* SPDX-License-Identifier: MIT */
/* The list of what is wrong: see problems.h. */
#include "verify/problems.h"

#include "alloc.h"

void verify_problems_release(struct verify_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++) {
		free(problems->items[i].subject);
		free(problems->items[i].message);
	}
	free(problems->items);
	*problems = (struct verify_problems)VERIFY_PROBLEMS_INIT;
}

void verify_problems_add(struct verify_problems *problems, enum rv_err_code code, const char *subject,
                         const char *format, ...)
{
	problems->n_found++;
	if (problems->len == VERIFY_PROBLEMS_MAX) {
		return;
	}
	struct rv_str message = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&message, format, args);
	va_end(args);
	RV_GROW(problems->items, problems->len, problems->cap);
	problems->items[problems->len++] = (struct verify_problem) {
		.code = code,
		.subject = rv_strdup(subject),
		.message = rv_str_detach(&message),
	};
}

void verify_problems_add_err(struct verify_problems *problems, const char *subject, const struct rv_err *err)
{
	verify_problems_add(problems, err->code, subject, "%s", err->text);
}

void verify_problem_put(const struct verify_problem *problem, struct rv_json_out *out)
{
	rv_json_put_string(out, "path", problem->subject);
	rv_json_put_string(out, "code", rv_err_code_text(problem->code));
	rv_json_put_string(out, "message", problem->message);
}

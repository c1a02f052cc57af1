/* SPDX-License-Identifier: MIT */
/* The list of what is wrong: see problems.h. */
#include "verify/problems.h"

#include "alloc.h"

void verify_problems_release(struct verify_problems *problems)
{
	for (size_t i = 0; i < problems->len; i++) {
		free(problems->items[i].path);
		free(problems->items[i].message);
	}
	free(problems->items);
	*problems = (struct verify_problems)VERIFY_PROBLEMS_INIT;
}

void verify_problems_add(struct verify_problems *problems, enum verify_check check, const char *path,
                         const char *format, ...)
{
	const enum verify_severity severity = verify_check_severity(check);
	if (severity == VERIFY_OFF) {
		return;
	}
	problems->n_found++;
	problems->n_bad += severity >= VERIFY_ERROR;
	if (problems->n_of[check]++ >= VERIFY_PROBLEMS_FEW && problems->len >= VERIFY_PROBLEMS_MAX) {
		return;
	}
	struct rv_str message = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&message, format, args);
	va_end(args);
	RV_GROW(problems->items, problems->len, problems->cap);
	problems->items[problems->len++] = (struct verify_problem) {
		.check = check,
		.severity = severity,
		.path = rv_strdup(path),
		.message = rv_str_detach(&message),
	};
}

void verify_problems_add_err(struct verify_problems *problems, enum verify_check check, const char *path,
                             const struct rv_err *err)
{
	verify_problems_add(problems, check, path, "%s", err->text);
}

static bool is_unread(const struct rv_err *err)
{
	return err->code == RV_E_IO || err->code == RV_E_LIMIT || err->code == RV_E_MEMORY;
}

void verify_problems_add_unopened(struct verify_problems *problems, const char *path, const struct rv_err *err)
{
	if (err->code == RV_E_MISSING_FILE) {
		verify_problems_add(problems, VERIFY_FILE_MISSING, path, "it is not there");
	} else {
		verify_problems_add_err(problems, is_unread(err) ? VERIFY_FILE_UNREAD : VERIFY_FILE_SPECIAL, path, err);
	}
}

void verify_problems_add_undecoded(struct verify_problems *problems, const char *path, const struct rv_err *err)
{
	verify_problems_add_err(problems, is_unread(err) ? VERIFY_FILE_UNREAD : VERIFY_FILE_DECODE, path, err);
}

void verify_problem_put(const struct verify_problem *problem, struct rv_json_out *out)
{
	rv_json_put_string(out, "path", problem->path);
	rv_json_put_string(out, "check", verify_checks[problem->check].id);
	rv_json_put_string(out, "severity", verify_severity_name(problem->severity));
	rv_json_put_string(out, "message", problem->message);
}

void verify_problem_describe(const struct verify_problem *problem, struct rv_str *text)
{
	rv_str_printf(text, "%s: %s: %s: %s", problem->path, verify_severity_name(problem->severity),
	              verify_checks[problem->check].id, problem->message);
}

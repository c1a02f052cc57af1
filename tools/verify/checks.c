/* SPDX-License-Identifier: MIT */
/* The checks by name: see checks.h. */
#include "verify/checks.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "json.h"
#include "parse.h"

const struct verify_check_row verify_checks[VERIFY_CHECKS] = {
#define VERIFY_PICTURE(name)
#define VERIFY_CHECK(constant, id_, severity_, text_) { .id = (id_), .text = (text_), .severity = VERIFY_##severity_ },
#include "verify/checks.def"
#undef VERIFY_CHECK
#undef VERIFY_PICTURE
};

static const char *const severity_names[] = {
	[VERIFY_OFF] = "off",     [VERIFY_INFO] = "info",   [VERIFY_WARN] = "warn",
	[VERIFY_ERROR] = "error", [VERIFY_FATAL] = "fatal",
};

/* What the user wants; 1 + severity, 0: as the table has it. */
static unsigned char chosen[VERIFY_CHECKS];

enum verify_severity verify_check_severity(enum verify_check check)
{
	return chosen[check] > 0 ? (enum verify_severity)(chosen[check] - 1) : verify_checks[check].severity;
}

const char *verify_severity_name(enum verify_severity severity)
{
	return severity_names[severity];
}

/* ---- what the user wants ---- */

static int fail_glob(const char *option, const char *glob, struct rv_err *err)
{
	const char *names[VERIFY_CHECKS + 1];
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		names[i] = verify_checks[i].id;
	}
	names[VERIFY_CHECKS] = NULL;
	const char *const near = rv_nearest_name(glob, names);
	return rv_fail(err, RV_E_USAGE, "%s: there is no check '%s'%s%s%s: --list-checks names them", option, glob,
	               near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

/* Sets is_named of all checks that a list of globs, commas between, names. */
static int match_globs(const char *option, const char *globs, bool is_named[VERIFY_CHECKS], struct rv_err *err)
{
	int status = 0;
	while (status == 0 && globs) {
		const size_t len = strcspn(globs, ",");
		char *const glob = rv_strndup(globs, len);
		bool is_found = false;
		for (size_t i = 0; i < VERIFY_CHECKS; i++) {
			const bool fits = fnmatch(glob, verify_checks[i].id, 0) == 0;
			is_named[i] |= fits;
			is_found |= fits;
		}
		status = is_found ? 0 : fail_glob(option, glob, err);
		globs = globs[len] ? globs + len + 1 : NULL;
		free(glob);
	}
	return status;
}

static void set(enum verify_check check, enum verify_severity severity)
{
	if (verify_checks[check].severity != VERIFY_FATAL) {
		chosen[check] = (unsigned char)(1 + severity);
	}
}

static int choose_severity(const char *text, struct rv_err *err)
{
	const char *const equals = strrchr(text, '=');
	bool is_named[VERIFY_CHECKS] = { false };
	size_t severity = VERIFY_INFO;
	while (equals && severity <= VERIFY_FATAL && strcasecmp(equals + 1, severity_names[severity]) != 0) {
		severity++;
	}
	if (!equals || severity > VERIFY_FATAL) {
		return rv_fail(err, RV_E_USAGE,
		               "--severity: '%s' is not ID=LEVEL, where LEVEL is info, warn, error or fatal", text);
	}
	char *const globs = rv_strndup(text, (size_t)(equals - text));
	const int status = match_globs("--severity", globs, is_named, err);
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		if (is_named[i]) {
			set((enum verify_check)i, (enum verify_severity)severity);
		}
	}
	free(globs);
	return status;
}

int verify_checks_choose(const struct rv_option_list *only, const struct rv_option_list *skip,
                         const struct rv_option_list *severities, struct rv_err *err)
{
	bool is_wanted[VERIFY_CHECKS] = { false }, is_skipped[VERIFY_CHECKS] = { false };
	memset(chosen, 0, sizeof(chosen));
	for (size_t i = 0; i < severities->len; i++) {
		if (choose_severity(severities->items[i], err) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < only->len; i++) {
		if (match_globs("--only", only->items[i], is_wanted, err) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < skip->len; i++) {
		if (match_globs("--skip", skip->items[i], is_skipped, err) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		if ((only->len > 0 && !is_wanted[i]) || is_skipped[i]) {
			set((enum verify_check)i, VERIFY_OFF);
		}
	}
	return 0;
}

void verify_checks_foreign(void)
{
	static const struct {
		enum verify_check check;
		enum verify_severity severity;
	} rows[] = {
#define VERIFY_FOREIGN(constant, severity_) { .check = VERIFY_##constant, .severity = VERIFY_##severity_ },
#include "verify/foreign.def"
#undef VERIFY_FOREIGN
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		if (chosen[rows[i].check] == 0) {
			set(rows[i].check, rows[i].severity);
		}
	}
}

/* ---- the list ---- */

void verify_checks_list(struct rv_str *text)
{
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		const enum verify_severity severity = verify_check_severity((enum verify_check)i);
		if (severity != VERIFY_OFF) {
			rv_str_printf(text, "%-22s %-6s %s\n", verify_checks[i].id, severity_names[severity],
			              verify_checks[i].text);
		}
	}
}

void verify_checks_list_json(struct rv_str *text)
{
	bool is_first = true;
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		const enum verify_severity severity = verify_check_severity((enum verify_check)i);
		struct rv_json_out out;
		if (severity == VERIFY_OFF) {
			continue;
		}
		rv_str_puts(text, is_first ? "[" : ",\n");
		rv_json_out_init(&out, text);
		rv_json_open(&out, NULL, '{');
		rv_json_put_string(&out, "id", verify_checks[i].id);
		rv_json_put_string(&out, "severity", severity_names[severity]);
		rv_json_put_string(&out, "text", verify_checks[i].text);
		rv_json_close(&out, '}');
		is_first = false;
	}
	rv_str_puts(text, is_first ? "[]\n" : "]\n");
}

/* SPDX-License-Identifier: MIT */
/* The limits of --quality: see limits.h. */
#include "verify/limits.h"

#include <string.h>

#include "alloc.h"
#include "parse.h"

static struct {
	const char *name;
	double value, lowest, highest;
	const char *text;
} limits[VERIFY_LIMITS] = {
#define VERIFY_LIMIT(constant, name_, value_, lowest_, highest_, text_) \
	{ .name = (name_), .value = (value_), .lowest = (lowest_), .highest = (highest_), .text = (text_) },
#include "verify/limits.def"
#undef VERIFY_LIMIT
};

static int fail_name(const char *text, struct rv_err *err)
{
	const char *names[VERIFY_LIMITS + 1] = { NULL };
	for (size_t i = 0; i < VERIFY_LIMITS; i++) {
		names[i] = limits[i].name;
	}
	char *const name = rv_strndup(text, strcspn(text, "="));
	const char *const near = rv_nearest_name(name, names);
	free(name);
	return rv_fail(err, RV_E_USAGE, "--limit: '%s' is not NAME=VALUE with a name of --list-limits%s%s%s", text,
	               near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

static int choose(const char *text, struct rv_err *err)
{
	const size_t len = strcspn(text, "=");
	for (size_t i = 0; i < VERIFY_LIMITS && text[len]; i++) {
		if (strlen(limits[i].name) == len && strncmp(limits[i].name, text, len) == 0) {
			const struct rv_option option = { .kind = RV_OPT_DOUBLE,
				                          .value = &limits[i].value,
				                          .min = limits[i].lowest,
				                          .max = limits[i].highest };
			return rv_option_set(&option, "--limit", text + len + 1, err);
		}
	}
	return fail_name(text, err);
}

int verify_limits_choose(const struct rv_option_list *list, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < list->len && status == 0; i++) {
		status = choose(list->items[i], err);
	}
	return status;
}

double verify_limit(enum verify_limit limit)
{
	return limits[limit].value;
}

void verify_limits_list(struct rv_str *text)
{
	for (size_t i = 0; i < VERIFY_LIMITS; i++) {
		rv_str_printf(text, "%-8s %6g  %s\n", limits[i].name, limits[i].value, limits[i].text);
	}
}

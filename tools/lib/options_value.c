/* SPDX-License-Identifier: MIT */
/* Values of options, from texts and as texts. */
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "json.h"
#include "options.h"
#include "parse.h"

/* ---- from texts ---- */

/* The place of a text among the choices. */
static int find_choice(const struct rv_option *option, const char *what, const char *text, size_t len, int *choice,
                       struct rv_err *err)
{
	for (int i = 0; option->choices[i]; i++) {
		if (strlen(option->choices[i]) == len && strncasecmp(option->choices[i], text, len) == 0) {
			*choice = i;
			return 0;
		}
	}
	struct rv_str list = RV_STR_INIT;
	for (size_t i = 0; option->choices[i]; i++) {
		rv_str_printf(&list, "%s%s", i > 0 ? ", " : "", option->choices[i]);
	}
	rv_fail(err, RV_E_USAGE, "%s '%.*s': expected one of %s", what, (int)len, text, list.ptr);
	rv_str_release(&list);
	return -1;
}

static int set_choices(const struct rv_option *option, const char *what, const char *text, struct rv_err *err)
{
	for (;;) {
		const size_t len = strcspn(text, ",");
		int choice;
		if (find_choice(option, what, text, len, &choice, err) < 0) {
			return -1;
		}
		*(unsigned int *)option->value |= 1U << choice;
		if (!text[len]) {
			return 0;
		}
		text += len + 1;
	}
}

/* Without a text it was given alone. */
static int set_switch(const struct rv_option *option, const char *what, const char *text, struct rv_err *err)
{
	const bool on = !text || strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
	if (!on && strcasecmp(text, "false") != 0 && strcmp(text, "0") != 0) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is neither true nor false", what, text);
	}
	*(int *)option->value = on;
	return 0;
}

int rv_option_set(const struct rv_option *option, const char *what, const char *text, struct rv_err *err)
{
	const bool any = option->min == 0 && option->max == 0;
	switch (option->kind) {
	case RV_OPT_FLAG:
		*(bool *)option->value = true;
		return 0;
	case RV_OPT_NO_FLAG:
		*(bool *)option->value = false;
		return 0;
	case RV_OPT_SWITCH:
		return set_switch(option, what, text, err);
	case RV_OPT_COUNT:
		++*(int *)option->value;
		return 0;
	case RV_OPT_STRING:
		*(const char **)option->value = text;
		return 0;
	case RV_OPT_LIST: {
		struct rv_option_list *const list = option->value;
		RV_GROW(list->items, list->len, list->cap);
		list->items[list->len++] = text;
		return 0;
	}
	case RV_OPT_U64:
		return rv_parse_u64(text, what, (uint64_t)option->min, any ? UINT64_MAX : (uint64_t)option->max,
		                    option->value, err);
	case RV_OPT_DOUBLE:
		return rv_parse_double(text, what, any ? -__DBL_MAX__ : option->min, any ? __DBL_MAX__ : option->max,
		                       option->value, err);
	case RV_OPT_SIZE:
		return rv_parse_size(text, what, option->value, err);
	case RV_OPT_SECONDS:
		return rv_parse_seconds(text, what, option->value, err);
	case RV_OPT_CHOICE:
		return find_choice(option, what, text, strlen(text), option->value, err);
	case RV_OPT_CHOICES:
		return set_choices(option, what, text, err);
	default:
		return rv_fail(err, RV_E_USAGE, "%s is no option", what);
	}
}

/* ---- as texts ---- */

static void put_choices(const struct rv_option *option, struct rv_str *text)
{
	const unsigned int chosen = *(const unsigned int *)option->value;
	const char *comma = "";
	for (size_t i = 0; option->choices[i]; i++) {
		if (chosen & 1U << i) {
			rv_str_printf(text, "%s%s", comma, option->choices[i]);
			comma = ",";
		}
	}
}

void rv_option_put(const struct rv_option *option, struct rv_str *text)
{
	switch (option->kind) {
	case RV_OPT_FLAG:
		rv_str_puts(text, *(const bool *)option->value ? "true" : "");
		break;
	case RV_OPT_STRING:
		rv_str_puts(text, *(const char **)option->value ? *(const char **)option->value : "");
		break;
	case RV_OPT_U64:
	case RV_OPT_SIZE:
		rv_str_put_u64(text, *(const uint64_t *)option->value);
		break;
	case RV_OPT_DOUBLE:
		rv_str_double(text, *(const double *)option->value);
		break;
	case RV_OPT_CHOICE:
		rv_str_puts(text, option->choices[*(const int *)option->value]);
		break;
	case RV_OPT_LIST: {
		const struct rv_option_list *const list = option->value;
		for (size_t i = 0; i < list->len; i++) {
			rv_str_printf(text, "%s%s", i > 0 ? "," : "", list->items[i]);
		}
		break;
	}
	case RV_OPT_CHOICES:
		put_choices(option, text);
		break;
	default:
		break;
	}
}

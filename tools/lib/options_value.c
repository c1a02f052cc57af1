/* SPDX-License-Identifier: MIT */
/* Values of options: from texts, and as texts. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
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
	char *const word = rv_strndup(text, len);
	const char *const nearest = rv_nearest_name(word, option->choices);
	for (size_t i = 0; option->choices[i]; i++) {
		rv_str_printf(&list, "%s%s", i > 0 ? ", " : "", option->choices[i]);
	}
	if (nearest) {
		rv_str_printf(&list, "; did you mean '%s'?", nearest);
	}
	rv_fail(err, RV_E_USAGE, "%s '%s': expected one of %s", what, word, list.ptr);
	free(word);
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
		return rv_parse_double(text, what, any ? -DBL_MAX : option->min, any ? DBL_MAX : option->max,
		                       option->value, err);
	case RV_OPT_SIZE:
		return rv_parse_size(text, what, option->value, err);
	case RV_OPT_SECONDS:
		return rv_parse_seconds(text, what, option->value, err);
	case RV_OPT_CHOICE:
		return find_choice(option, what, text, strlen(text), option->value, err);
	case RV_OPT_CHOICES:
		return set_choices(option, what, text, err);
	case RV_OPT_RATIO: {
		struct rv_ratio *const ratio = option->value;
		return rv_parse_ratio(text, what, &ratio->num, &ratio->den, err);
	}
	case RV_OPT_JOBS:
		return rv_parse_jobs(text, what, 0, option->value, err);
	default:
		return rv_fail(err, RV_E_USAGE, "%s is no option", what);
	}
}

void rv_option_list_release(struct rv_option_list *list)
{
	free(list->items);
	*list = (struct rv_option_list) { .items = NULL };
}

/* ---- as texts ---- */

/* In the largest unit that divides it. */
static void put_size(uint64_t bytes, struct rv_str *text)
{
	static const char units[] = "KMGT";
	size_t unit = 0;
	while (bytes > 0 && bytes % 1024 == 0 && units[unit]) {
		bytes /= 1024;
		unit++;
	}
	rv_str_put_u64(text, bytes);
	if (unit > 0) {
		rv_str_putc(text, units[unit - 1]);
	}
}

static void put_seconds(double seconds, struct rv_str *text)
{
	const bool minutes = seconds >= 60 && fmod(seconds, 60) == 0;
	rv_str_double(text, minutes ? seconds / 60 : seconds);
	rv_str_putc(text, minutes ? 'm' : 's');
}

static void put_ratio(struct rv_ratio ratio, struct rv_str *text)
{
	if (ratio.den > 0) {
		rv_str_put_u64(text, ratio.num);
	}
	if (ratio.den > 1) {
		rv_str_printf(text, "/%" PRIu32, ratio.den);
	}
}

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

static void put_double(const struct rv_option *option, struct rv_str *text)
{
	const double value = *(const double *)option->value;
	if (!isfinite(value)) {
		return;
	}
	if (option->kind == RV_OPT_SECONDS) {
		put_seconds(value, text);
	} else {
		rv_str_double(text, value);
	}
}

static void put_whole(const struct rv_option *option, struct rv_str *text)
{
	const uint64_t value = *(const uint64_t *)option->value;
	if (value == UINT64_MAX) {
		return;
	}
	if (option->kind == RV_OPT_SIZE) {
		put_size(value, text);
	} else {
		rv_str_put_u64(text, value);
	}
}

static void put_list(const struct rv_option_list *list, struct rv_str *text)
{
	for (size_t i = 0; i < list->len; i++) {
		rv_str_printf(text, "%s%s", i > 0 ? "," : "", list->items[i]);
	}
}

static void put_jobs(size_t jobs, struct rv_str *text)
{
	if (jobs == 0) {
		rv_str_puts(text, "auto");
	} else {
		rv_str_put_u64(text, jobs);
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
	case RV_OPT_LIST:
		put_list(option->value, text);
		break;
	case RV_OPT_U64:
	case RV_OPT_SIZE:
		put_whole(option, text);
		break;
	case RV_OPT_DOUBLE:
	case RV_OPT_SECONDS:
		put_double(option, text);
		break;
	case RV_OPT_CHOICE:
		rv_str_puts(text, *(const int *)option->value < 0 ? "" : option->choices[*(const int *)option->value]);
		break;
	case RV_OPT_CHOICES:
		put_choices(option, text);
		break;
	case RV_OPT_RATIO:
		put_ratio(*(const struct rv_ratio *)option->value, text);
		break;
	case RV_OPT_JOBS:
		put_jobs(*(const size_t *)option->value, text);
		break;
	default:
		break;
	}
}

void rv_option_text(const struct rv_option *option, struct rv_str *text)
{
	struct rv_str value = RV_STR_INIT;
	rv_str_puts(text, option->help);
	if (option->unset) {
		rv_str_puts(&value, option->unset);
	} else if (option->kind != RV_OPT_FLAG) {
		rv_option_put(option, &value);
	}
	if (value.len > 0) {
		rv_str_printf(text, " (default: %s)", value.ptr);
	}
	rv_str_release(&value);
}

void rv_options_put(const struct rv_option *options, struct rv_json_out *out)
{
	struct rv_str text = RV_STR_INIT;
	rv_json_open(out, "options", '[');
	for (const struct rv_option *o = options; o && o->kind != RV_OPT_END; o++) {
		rv_str_clear(&text);
		rv_option_text(o, &text);
		rv_json_open(out, NULL, '{');
		rv_json_put_string(out, "name", o->name);
		rv_json_put_string(out, "argument", o->argument ? o->argument : "");
		rv_json_put_string(out, "text", text.ptr);
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
	rv_str_release(&text);
}

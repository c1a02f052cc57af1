/* SPDX-License-Identifier: MIT */
/* JSON as Python writes it. */
#include "sink/python_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define PLACES 6
#define FIXED_MIN (-4) /* of ten's powers, those that are written without an exponent */
#define FIXED_MAX 15
#define DIGITS_MAX 17
#define NUMBER_BYTES 400

/* A float with as few digits as tell it from all others. */
static void put_float(double value, struct rv_str *text)
{
	char number[64];
	int digits = 1;
	do {
		snprintf(number, sizeof(number), "%.*e", digits - 1, value);
	} while (strtod(number, NULL) != value && digits++ < DIGITS_MAX);
	const int exponent = (int)strtol(strchr(number, 'e') + 1, NULL, 10);
	if (exponent < FIXED_MIN || exponent > FIXED_MAX) {
		rv_str_puts(text, number);
	} else {
		rv_str_printf(text, "%.*f", RV_MAX(digits - 1 - exponent, 1), value);
	}
}

static int put_number(struct rv_json value, struct rv_str *text, struct rv_err *err)
{
	const struct rv_span span = rv_json_text(value);
	char rounded[NUMBER_BYTES];
	const double number = rv_json_number(value, NAN);
	if (!memchr(span.ptr, '.', span.len) && !memchr(span.ptr, 'e', span.len) && !memchr(span.ptr, 'E', span.len)) {
		const bool is_minus_zero = span.len == 2 && memcmp(span.ptr, "-0", 2) == 0;
		rv_str_append(text, span.ptr + is_minus_zero, span.len - is_minus_zero);
		return 0;
	}
	if (!isfinite(number)) {
		return rv_fail(err, RV_E_BAD_RECORD, "a number is too large");
	}
	snprintf(rounded, sizeof(rounded), "%.*f", PLACES, number);
	put_float(strtod(rounded, NULL), text);
	return 0;
}

struct member {
	const char *key;
	struct rv_json value;
};

static int by_key(const void *left, const void *right)
{
	return strcmp(((const struct member *)left)->key, ((const struct member *)right)->key);
}

static int put_object(struct rv_json object, struct rv_str *text, struct rv_err *err)
{
	struct member *const members = rv_alloc_zero(rv_json_len(object) + 1, sizeof(*members));
	size_t n = 0;
	int status = 0;
	for (int i = rv_json_iter(object); rv_json_iter_ok(object, i); i = rv_json_next(object, i)) {
		const struct member member = { rv_json_iter_key(object, i), rv_json_iter_value(object, i) };
		if (rv_json_type(member.value) != RV_JSON_NULL) {
			members[n++] = member;
		}
	}
	qsort(members, n, sizeof(*members), by_key);
	rv_str_putc(text, '{');
	for (size_t i = 0; i < n && status == 0; i++) {
		rv_str_puts(text, i > 0 ? ", " : "");
		rv_str_json(text, members[i].key, strlen(members[i].key));
		rv_str_puts(text, ": ");
		status = sink_python_json(members[i].value, text, err);
	}
	rv_str_putc(text, '}');
	free(members);
	return status;
}

static int put_array(struct rv_json array, struct rv_str *text, struct rv_err *err)
{
	int status = 0;
	rv_str_putc(text, '[');
	for (size_t i = 0; i < rv_json_len(array) && status == 0; i++) {
		rv_str_puts(text, i > 0 ? ", " : "");
		status = sink_python_json(rv_json_at(array, i), text, err);
	}
	rv_str_putc(text, ']');
	return status;
}

int sink_python_json(struct rv_json value, struct rv_str *text, struct rv_err *err)
{
	size_t len;
	switch (rv_json_type(value)) {
	case RV_JSON_NUMBER:
		return put_number(value, text, err);
	case RV_JSON_OBJECT:
		return put_object(value, text, err);
	case RV_JSON_ARRAY:
		return put_array(value, text, err);
	case RV_JSON_STRING: {
		const char *const bytes = rv_json_string(value, &len);
		rv_str_json(text, bytes, len);
		return 0;
	}
	default:
		rv_str_json_value(text, value);
		return 0;
	}
}

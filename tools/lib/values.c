/* SPDX-License-Identifier: MIT */
/* The values of parameters, counted: see values.h. */
#include "values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define EXPONENT_LEAST (-1022) /* of a width: the least normal number */

static void free_value(struct rv_value *value)
{
	for (size_t i = 0; i < value->n_different; i++) {
		free(value->texts[i].text);
	}
	free(value->name);
	free(value);
}

void rv_values_release(struct rv_values *values)
{
	for (size_t i = 0; i < values->len; i++) {
		free_value(values->items[i]);
	}
	free(values->items);
	*values = (struct rv_values)RV_VALUES_INIT;
}

/* ---- numbers ----------------------------------------------------------------------------------------------------- */

static double start_of(const struct rv_value *value, double number)
{
	return (value->width > 0 ? floor(number / value->width) * value->width : number) + 0.0;
}

static void count_number(struct rv_value *value, double start, uint64_t n)
{
	size_t at = 0;
	while (at < value->n_bins && value->numbers[at].value < start) {
		at++;
	}
	if (at == value->n_bins || value->numbers[at].value > start) {
		memmove(&value->numbers[at + 1], &value->numbers[at], (value->n_bins++ - at) * sizeof(*value->numbers));
		value->numbers[at] = (struct rv_number_count) { .value = start };
	}
	value->numbers[at].n += n;
}

static bool fits(const struct rv_value *value)
{
	return floor(value->greatest / value->width) - floor(value->least / value->width) < RV_VALUES_MAX;
}

/* Makes bins so wide that they hold what is between the least and the greatest. */
static void widen(struct rv_value *value)
{
	struct rv_number_count old[RV_VALUES_MAX + 1];
	const size_t n = value->n_bins;
	int exponent;
	if (value->width > 0 ? fits(value) : n <= RV_VALUES_MAX) {
		return;
	}
	/* The difference of halves is always a number; bins of 1/64 of it, or less, are too narrow. */
	(void)frexp(value->greatest / 2 - value->least / 2, &exponent);
	value->width = ldexp(1, exponent - 7 > EXPONENT_LEAST ? exponent - 7 : EXPONENT_LEAST);
	while (!fits(value)) {
		value->width *= 2;
	}
	memcpy(old, value->numbers, sizeof(old));
	value->n_bins = 0;
	for (size_t i = 0; i < n; i++) {
		count_number(value, start_of(value, old[i].value), old[i].n);
	}
}

static void add_number(struct rv_value *value, double number)
{
	const bool is_first = value->n_numbers == 0;
	value->least = is_first || number < value->least ? number : value->least;
	value->greatest = is_first || number > value->greatest ? number : value->greatest;
	value->n_numbers++;
	if (value->width > 0) {
		widen(value);
		count_number(value, start_of(value, number), 1);
	} else {
		count_number(value, start_of(value, number), 1);
		widen(value);
	}
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static void forget_texts(struct rv_value *value)
{
	for (size_t i = 0; i < value->n_different; i++) {
		free(value->texts[i].text);
	}
	value->n_different = 0;
	value->is_many = true;
}

static void add_text(struct rv_value *value, struct rv_span span)
{
	char text[RV_VALUE_BYTES_MAX + 1] = "";
	size_t at = 0;
	memcpy(text, span.ptr, span.len);
	value->n_texts++;
	if (value->is_many) {
		return;
	}
	while (at < value->n_different && strcmp(value->texts[at].text, text) < 0) {
		at++;
	}
	if (at < value->n_different && strcmp(value->texts[at].text, text) == 0) {
		value->texts[at].n++;
	} else if (value->n_different == RV_VALUES_MAX) {
		forget_texts(value);
	} else {
		memmove(&value->texts[at + 1], &value->texts[at], (value->n_different++ - at) * sizeof(*value->texts));
		value->texts[at] = (struct rv_text_count) { .text = rv_strdup(text), .n = 1 };
	}
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

/* NULL: there are enough of them. */
static struct rv_value *find(struct rv_values *values, const char *name)
{
	size_t at = 0;
	while (at < values->len && strcmp(values->items[at]->name, name) < 0) {
		at++;
	}
	if (at < values->len && strcmp(values->items[at]->name, name) == 0) {
		return values->items[at];
	}
	if (values->len == RV_VALUES_NAMES_MAX) {
		return NULL;
	}
	struct rv_value *const value = rv_alloc_zero(1, sizeof(*value));
	value->name = rv_strdup(name);
	RV_GROW(values->items, values->len, values->cap);
	memmove(&values->items[at + 1], &values->items[at], (values->len++ - at) * sizeof(struct rv_value *));
	values->items[at] = value;
	return value;
}

void rv_values_add(struct rv_values *values, const char *name, struct rv_json json)
{
	const enum rv_json_type type = rv_json_type(json);
	const bool is_number = type == RV_JSON_NUMBER,
	           is_text = type == RV_JSON_STRING || type == RV_JSON_TRUE || type == RV_JSON_FALSE;
	const struct rv_span text = rv_json_text(json);
	const double number = rv_json_number(json, NAN);
	if ((is_number && !isfinite(number)) || (is_text && text.len > RV_VALUE_BYTES_MAX) ||
	    (!is_number && !is_text)) {
		return;
	}
	struct rv_value *const value = find(values, name);
	if (!value) {
		return;
	}
	if (is_number) {
		add_number(value, number);
	} else {
		add_text(value, text);
	}
}

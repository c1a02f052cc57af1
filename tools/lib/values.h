/* SPDX-License-Identifier: MIT */
/*
 * The values that named parameters have over many samples, counted in little memory: numbers, and other values as their
 * JSON text. What comes out does not depend on the order in which they came.
 *
 * Of numbers each is counted by itself while there are RV_VALUES_MAX different ones or fewer. Of more, bins are: each
 * as wide as the least power of two with which RV_VALUES_MAX or fewer hold all, and starting at a multiple of that. Of
 * texts each is counted by itself; of more than RV_VALUES_MAX, none is, and `is_many` says so.
 *
 * Lists, objects and null are not looked at, nor are texts of more than RV_VALUE_BYTES_MAX and names beyond the first
 * RV_VALUES_NAMES_MAX.
 */
#ifndef RV_VALUES_H
#define RV_VALUES_H

#include "json.h"

#define RV_VALUES_MAX 32
#define RV_VALUES_NAMES_MAX 256
#define RV_VALUE_BYTES_MAX 100

struct rv_number_count {
	double value; /* where its bin starts, or itself */
	uint64_t n;
};
struct rv_text_count {
	char *text; /* JSON: "\"near\"", "true" */
	uint64_t n;
};

struct rv_value {
	char *name;
	uint64_t n_numbers, n_texts;
	struct rv_number_count numbers[RV_VALUES_MAX + 1]; /* upwards; bins with nothing in them are not there */
	size_t n_bins;
	double width, least, greatest;             /* of a bin, 0: each stands for itself; of the numbers */
	struct rv_text_count texts[RV_VALUES_MAX]; /* by their bytes */
	size_t n_different;
	bool is_many;
};

struct rv_values {
	struct rv_value **items; /* by name */
	size_t len, cap;
};
#define RV_VALUES_INIT \
	{ \
		.items = NULL \
	}
void rv_values_release(struct rv_values *values);

void rv_values_add(struct rv_values *values, const char *name, struct rv_json value);

#endif

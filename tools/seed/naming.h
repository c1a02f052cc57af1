/* SPDX-License-Identifier: MIT */
/*
 * How ids are made: the FORMAT of `rv-seed --id`. Letters, digits, '-' and '_' stand for themselves; %d and %0Nd are
 * the index, {index} and {seed} the numbers without padding.
 */
#ifndef RV_SEED_NAMING_H
#define RV_SEED_NAMING_H

#include "err.h"
#include "str.h"

#define RV_NAMING_PARTS_MAX 16

struct rv_naming {
	struct {
		enum { RV_NAMING_TEXT, RV_NAMING_INDEX, RV_NAMING_SEED } kind;
		const char *text; /* borrowed */
		size_t len;       /* of the text; the least number of digits otherwise */
	} parts[RV_NAMING_PARTS_MAX];
	size_t n_parts;
	bool has_index, has_seed;
};

/* Fails with RV_E_USAGE unless every index and seed gives an id of 1..RV_ID_MAX allowed characters. */
int rv_naming_parse(struct rv_naming *naming, const char *format, struct rv_err *err) RV_MUST_USE;
/* Writes the id to `to` (room for RV_ID_MAX bytes), returns its length. */
size_t rv_naming_put(const struct rv_naming *naming, uint64_t index, uint64_t seed, char *to);

/* Decimal digits of `value`, at least `width`; returns how many. Room for 20 or `width`. */
size_t rv_put_digits(char *to, uint64_t value, size_t width);

#endif

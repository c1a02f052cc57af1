/* SPDX-License-Identifier: MIT */
/*
 * How ids are made: the FORMAT of `rv-seed --id`. Letters, digits, '-' and '_' stand for themselves; %d and %0Nd are
 * the index, {index} and {seed} the numbers without padding.
 */
#ifndef RV_SEED_NAMING_H
#define RV_SEED_NAMING_H

#include "err.h"
#include "str.h"

#define SEED_NAMING_PARTS_MAX 16

struct seed_naming {
	struct {
		enum { SEED_NAMING_TEXT, SEED_NAMING_INDEX, SEED_NAMING_SEED } kind;
		const char *text; /* borrowed */
		size_t len;       /* of the text; the least number of digits otherwise */
	} parts[SEED_NAMING_PARTS_MAX];
	size_t n_parts;
	bool has_index, has_seed;
};

/* Fails with RV_E_USAGE unless every index and seed gives an id of 1..RV_ID_MAX allowed characters. */
int seed_naming_parse(struct seed_naming *naming, const char *format, struct rv_err *err) RV_MUST_USE;
/* Writes the id to `to` (room for RV_ID_MAX bytes), returns its length. */
size_t seed_naming_put(const struct seed_naming *naming, uint64_t index, uint64_t seed, char *to);

/* Decimal digits of `value`, at least `width`; returns how many. Room for 20 or `width`. */
size_t seed_put_digits(char *to, uint64_t value, size_t width);

#endif

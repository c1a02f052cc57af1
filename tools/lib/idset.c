/* SPDX-License-Identifier: MIT */
/*
 * Ids that were seen. An id that ends in digits belongs to a series (same text before the digits, same number of
 * digits) and is a number there; a series is a sorted list of intervals. What would need too many series or intervals
 * goes into a table of 128-bit hashes.
 */
#include "idset.h"

#include <string.h>

#include "alloc.h"

#define SERIES_MAX 64        /* different forms of ids kept as intervals */
#define INTERVALS_MAX 4096   /* per series: a stream shuffled beyond that is hashed */
#define SERIES_DIGITS_MAX 19 /* every such number fits 64 bits */

struct interval {
	uint64_t first, last; /* both inside */
};

struct series {
	char *prefix;
	size_t prefix_len, digits;
	struct interval *items;
	size_t len, cap;
};

struct hash128 {
	uint64_t a, b; /* both 0: an empty place */
};

struct rv_idset {
	struct series series[SERIES_MAX];
	size_t n_series;
	size_t last_series; /* where the last id belonged */
	struct hash128 *table;
	size_t table_len, table_cap; /* cap: 0 or a power of two */
};

struct rv_idset *rv_idset_new(void)
{
	return rv_alloc_zero(1, sizeof(struct rv_idset));
}

void rv_idset_free(struct rv_idset *set)
{
	if (!set) {
		return;
	}
	for (size_t i = 0; i < set->n_series; i++) {
		free(set->series[i].prefix);
		free(set->series[i].items);
	}
	free(set->table);
	free(set);
}

/* Bijective, every input bit reaches every output bit (the finalizer of MurmurHash3). */
static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xFF51AFD7ED558CCD);
	x ^= x >> 33;
	x *= UINT64_C(0xC4CEB9FE1A85EC53);
	x ^= x >> 33;
	return x;
}

static struct hash128 hash_id(const char *id, size_t len)
{
	struct hash128 hash = { mix(len + 1), mix(~(uint64_t)len) };
	while (len) {
		uint64_t word = 0;
		size_t part = RV_MIN(len, sizeof(word));
		memcpy(&word, id, part);
		id += part;
		len -= part;
		hash.a = mix(hash.a ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		hash.b = mix(hash.b + word * UINT64_C(0xD6E8FEB86659FD93)) + hash.a;
	}
	hash.a |= hash.a == 0 && hash.b == 0;
	return hash;
}

/* The place of `hash` in the table, or the empty one where it belongs. */
static struct hash128 *table_find(const struct rv_idset *set, struct hash128 hash)
{
	for (size_t at = (size_t)hash.a;; at++) {
		struct hash128 *place = &set->table[at & (set->table_cap - 1)];
		if ((place->a == hash.a && place->b == hash.b) || (!place->a && !place->b)) {
			return place;
		}
	}
}

static bool table_has(const struct rv_idset *set, struct hash128 hash)
{
	if (!set->table_len) {
		return false;
	}
	const struct hash128 *place = table_find(set, hash);
	return place->a || place->b;
}

static void table_add(struct rv_idset *set, struct hash128 hash)
{
	if (set->table_len >= set->table_cap / 4 * 3) {
		struct hash128 *old = set->table;
		size_t old_cap = set->table_cap;
		set->table_cap = old_cap ? old_cap * 2 : 1024;
		set->table = rv_alloc_zero(set->table_cap, sizeof(*set->table));
		for (size_t i = 0; i < old_cap; i++) {
			if (old[i].a || old[i].b) {
				*table_find(set, old[i]) = old[i];
			}
		}
		free(old);
	}
	*table_find(set, hash) = hash;
	set->table_len++;
}

/* The series of ids of this form, made when there is room; NULL otherwise. */
static struct series *find_series(struct rv_idset *set, const char *prefix, size_t prefix_len, size_t digits)
{
	for (size_t i = 0; i < set->n_series; i++) {
		size_t at = (set->last_series + i) % set->n_series;
		struct series *series = &set->series[at];
		if (series->digits == digits && series->prefix_len == prefix_len &&
		    memcmp(series->prefix, prefix, prefix_len) == 0) {
			set->last_series = at;
			return series;
		}
	}
	if (set->n_series == SERIES_MAX) {
		return NULL;
	}
	struct series *series = &set->series[set->n_series++];
	series->prefix = rv_strndup(prefix, prefix_len);
	series->prefix_len = prefix_len;
	series->digits = digits;
	return series;
}

/* Index of the first interval that ends at or after `value`. */
static size_t lower_bound(const struct series *series, uint64_t value)
{
	size_t low = 0, high = series->len;
	if (high && series->items[high - 1].last < value) {
		return high; /* a stream in order */
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (series->items[middle].last < value) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

/* Puts `value`, which no interval holds, before interval `at`; false when that needs one more than allowed. */
static bool series_insert(struct series *series, size_t at, uint64_t value)
{
	struct interval *next = at < series->len ? &series->items[at] : NULL;
	struct interval *before = at ? &series->items[at - 1] : NULL;
	bool joins_next = next && next->first == value + 1;
	bool joins_before = before && before->last + 1 == value;
	if (joins_next && joins_before) {
		before->last = next->last;
		memmove(next, next + 1, (series->len - at - 1) * sizeof(*next));
		series->len--;
	} else if (joins_next) {
		next->first = value;
	} else if (joins_before) {
		before->last = value;
	} else if (series->len < INTERVALS_MAX) {
		RV_GROW(series->items, series->len, series->cap);
		memmove(&series->items[at + 1], &series->items[at], (series->len - at) * sizeof(*series->items));
		series->items[at] = (struct interval) { value, value };
		series->len++;
	} else {
		return false;
	}
	return true;
}

bool rv_idset_add(struct rv_idset *set, const char *id, size_t len)
{
	size_t digits = 0;
	uint64_t value = 0, unit = 1;
	while (digits < RV_MIN(len, (size_t)SERIES_DIGITS_MAX)) {
		char c = id[len - 1 - digits];
		if (c < '0' || c > '9') {
			break;
		}
		value += (uint64_t)(c - '0') * unit;
		unit *= 10;
		digits++;
	}
	struct series *series = digits ? find_series(set, id, len - digits, digits) : NULL;
	size_t at = 0;
	if (series) {
		at = lower_bound(series, value);
		if (at < series->len && series->items[at].first <= value) {
			return false;
		}
	}
	/* The table is asked even for an id of a series: it may have come when the series was full. */
	if (series && !set->table_len) {
		if (series_insert(series, at, value)) {
			return true;
		}
	}
	struct hash128 hash = hash_id(id, len);
	if (table_has(set, hash)) {
		return false;
	}
	if (!series || !series_insert(series, at, value)) {
		table_add(set, hash);
	}
	return true;
}

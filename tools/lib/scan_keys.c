/* SPDX-License-Identifier: MIT */
/* Are the keys of an object distinct? Few plain ones are compared pair by pair, the rest is sorted. */
#include "scan_private.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

struct key {
	const char *ptr;
	size_t len;
	uint32_t at; /* for the message */
};

static int compare_keys(const void *left, const void *right)
{
	const struct key *const a = left, *const b = right;
	const int order = memcmp(a->ptr, b->ptr, RV_MIN(a->len, b->len));
	if (order != 0) {
		return order;
	}
	if (a->len != b->len) {
		return a->len < b->len ? -1 : 1;
	}
	return a->at < b->at ? -1 : a->at > b->at;
}

static int fail_duplicate(uint32_t at, const char *key, size_t len, struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_JSON, "column %zu: the key '%.*s' comes twice", (size_t)at,
	               (int)RV_MIN(len, (size_t)100), key);
}

/* By sorting, with escapes resolved. */
static int check_sorted(const char *text, const struct rv_members *members, struct rv_err *err)
{
	struct rv_str resolved = RV_STR_INIT;
	struct key *const keys = rv_alloc_zero(members->len, sizeof(*keys));
	size_t total = 0;
	int result = 0;
	for (size_t i = 0; i < members->len; i++) {
		total += members->items[i].key_len;
	}
	rv_str_reserve(&resolved, total); /* resolving never makes a key longer, so it will not move */
	for (size_t i = 0; i < members->len; i++) {
		const struct rv_member *const member = &members->items[i];
		const size_t start = resolved.len;
		const struct rv_span token = { text + member->key_at - 1, member->key_len + 2 };
		rv_scan_string(token, &resolved);
		keys[i] = (struct key) { resolved.ptr + start, resolved.len - start, member->key_at };
	}
	qsort(keys, members->len, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < members->len && result == 0; i++) {
		if (keys[i].len == keys[i - 1].len && memcmp(keys[i].ptr, keys[i - 1].ptr, keys[i].len) == 0) {
			result = fail_duplicate(keys[i].at, keys[i].ptr, keys[i].len, err);
		}
	}
	free(keys);
	rv_str_release(&resolved);
	return result;
}

#define PAIRWISE_MAX 32

int rv_scan_distinct(const char *text, const struct rv_members *members, struct rv_err *err)
{
	const struct rv_member *const items = members->items;
	bool plain = members->len <= PAIRWISE_MAX;
	for (size_t i = 0; i < members->len && plain; i++) {
		plain = !memchr(text + items[i].key_at, '\\', items[i].key_len);
	}
	if (!plain) {
		return check_sorted(text, members, err);
	}
	for (size_t i = 1; i < members->len; i++) {
		const char *const key = text + items[i].key_at;
		for (size_t j = 0; j < i; j++) {
			/* The byte behind a key is its quote, so even an empty one has a first byte. */
			if (items[j].key_len == items[i].key_len && text[items[j].key_at] == *key &&
			    memcmp(text + items[j].key_at, key, items[i].key_len) == 0) {
				return fail_duplicate(items[i].key_at, key, items[i].key_len, err);
			}
		}
	}
	return 0;
}

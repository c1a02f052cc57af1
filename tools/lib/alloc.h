/* SPDX-License-Identifier: MIT */
/*
 * Memory. These never return NULL: without memory the tool says so and exits with status 3. A size that comes from
 * input is checked against a named limit before it comes here.
 */
#ifndef RV_ALLOC_H
#define RV_ALLOC_H

#include <stdlib.h>

/* Has the C library keep some megabytes of what is freed, not give them back to the system at once: a program that
 * works on picture after picture would have the kernel clear the same pages for each. To be called once, at first. */
void rv_alloc_keep(void);

void *rv_alloc(size_t size) __attribute__((malloc, alloc_size(1)));
/* count * size zeroed bytes. */
void *rv_alloc_zero(size_t count, size_t size) __attribute__((malloc, alloc_size(1, 2)));
void *rv_realloc(void *block, size_t count, size_t size) __attribute__((alloc_size(2, 3)));
char *rv_strdup(const char *text) __attribute__((malloc));
char *rv_strndup(const char *text, size_t len) __attribute__((malloc));

/* Makes room for one more element: RV_GROW(list->items, list->len, list->cap) before items[len++] = x. */
#define RV_GROW(items, len, cap) \
	do { \
		if ((len) == (cap)) { \
			(cap) = (cap) ? (cap)*2 : 16; \
			(items) = rv_realloc((items), (cap), sizeof(*(items))); \
		} \
	} while (0)

#endif

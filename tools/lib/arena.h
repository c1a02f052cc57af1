/* SPDX-License-Identifier: MIT */
/*
 * Memory that is released all at once: what is read from one record lives until the next one is read.
 *
 *	struct rv_arena arena = RV_ARENA_INIT;
 *	char *name = rv_arena_strndup(&arena, text, len);
 *	rv_arena_clear(&arena);      all of it is gone, the memory stays for the next record
 *	rv_arena_release(&arena);
 */
#ifndef RV_ARENA_H
#define RV_ARENA_H

struct rv_arena_block;
struct rv_arena {
	struct rv_arena_block *first, *at; /* private */
};
#define RV_ARENA_INIT \
	{ \
		.first = NULL \
	}

/* count * size zeroed bytes, aligned for every type; never NULL. */
void *rv_arena_alloc(struct rv_arena *arena, size_t count, size_t size);
char *rv_arena_strndup(struct rv_arena *arena, const char *text, size_t len);
char *rv_arena_printf(struct rv_arena *arena, const char *format, ...) RV_PRINTF(2, 3);
void rv_arena_clear(struct rv_arena *arena);
void rv_arena_release(struct rv_arena *arena);

#endif

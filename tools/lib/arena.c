/* SPDX-License-Identifier: MIT */
/* Memory that is released all at once: a list of blocks, used one after the other. */
#include "arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define BLOCK_BYTES ((size_t)16 << 10)

struct rv_arena_block {
	struct rv_arena_block *next;
	size_t used, cap;
	alignas(max_align_t) char bytes[];
};

static struct rv_arena_block *add_block(struct rv_arena *arena, size_t least)
{
	const size_t cap = RV_MAX(least, BLOCK_BYTES);
	struct rv_arena_block *const block = rv_alloc(sizeof(*block) + cap);
	*block = (struct rv_arena_block) { .cap = cap };
	if (arena->at) {
		block->next = arena->at->next;
		arena->at->next = block;
	} else {
		arena->first = block;
	}
	return block;
}

void *rv_arena_alloc(struct rv_arena *arena, size_t count, size_t size)
{
	size_t len;
	if (!rv_mul_size(count, size, &len) || !rv_add_size(len, alignof(max_align_t) - 1, &len)) {
		len = SIZE_MAX / 2; /* rv_alloc says so */
	}
	len &= ~(alignof(max_align_t) - 1);
	while (arena->at && arena->at->cap - arena->at->used < len && arena->at->next) {
		arena->at = arena->at->next;
	}
	if (!arena->at || arena->at->cap - arena->at->used < len) {
		arena->at = add_block(arena, len);
	}
	void *const bytes = arena->at->bytes + arena->at->used;
	arena->at->used += len;
	return memset(bytes, 0, len);
}

char *rv_arena_strndup(struct rv_arena *arena, const char *text, size_t len)
{
	char *const copy = rv_arena_alloc(arena, len + 1, 1);
	memcpy(copy, text, len);
	return copy;
}

char *rv_arena_printf(struct rv_arena *arena, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	const int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *const text = rv_arena_alloc(arena, (size_t)RV_MAX(len, 0) + 1, 1);
	va_start(args, format);
	vsnprintf(text, (size_t)RV_MAX(len, 0) + 1, format, args);
	va_end(args);
	return text;
}

void rv_arena_clear(struct rv_arena *arena)
{
	for (struct rv_arena_block *block = arena->first; block; block = block->next) {
		block->used = 0;
	}
	arena->at = arena->first;
}

void rv_arena_release(struct rv_arena *arena)
{
	while (arena->first) {
		struct rv_arena_block *const block = arena->first;
		arena->first = block->next;
		free(block);
	}
	arena->at = NULL;
}

/* SPDX-License-Identifier: MIT */
/* Memory that is there, or the end of the program. */
#include "alloc.h"

#include <malloc.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"

#define KEEP_BYTES (64 << 20)
#define OWN_MAPPING_BYTES (32 << 20) /* the most that glibc allows */

void rv_alloc_keep(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, KEEP_BYTES);
	(void)mallopt(M_MMAP_THRESHOLD, OWN_MAPPING_BYTES);
}

RV_NORETURN static void out_of_memory(size_t count, size_t size)
{
	if (count == 1) {
		rv_error("out of memory (%zu bytes asked for)", size);
	} else {
		rv_error("out of memory (%zu times %zu bytes asked for)", count, size);
	}
	/* Not exit(): a handler may want memory, and other threads still run. */
	_exit(rv_err_exit_status(RV_E_MEMORY));
}

void *rv_alloc(size_t size)
{
	void *block = malloc(size ? size : 1);
	if (!block) {
		out_of_memory(1, size);
	}
	return block;
}

void *rv_alloc_zero(size_t count, size_t size)
{
	void *block = calloc(count ? count : 1, size ? size : 1);
	if (!block) {
		out_of_memory(count, size);
	}
	return block;
}

void *rv_realloc(void *block, size_t count, size_t size)
{
	size_t total;
	void *moved = rv_mul_size(count, size, &total) ? realloc(block, total ? total : 1) : NULL;
	if (!moved) {
		out_of_memory(count, size);
	}
	return moved;
}

char *rv_strdup(const char *text)
{
	return rv_strndup(text, strlen(text));
}

char *rv_strndup(const char *text, size_t len)
{
	len = strnlen(text, len);
	size_t size;
	if (!rv_add_size(len, 1, &size)) {
		out_of_memory(1, len);
	}
	char *copy = rv_alloc(size);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

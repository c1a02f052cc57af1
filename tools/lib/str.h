/* SPDX-License-Identifier: MIT */
/*
 * struct rv_str: bytes that grow. Always followed by a NUL that `len` does not count, so `ptr` is a C string as long
 * as no NUL was appended; may hold NUL bytes.
 *
 *	struct rv_str s = RV_STR_INIT;
 *	rv_str_printf(&s, "%s/%s", dir, name);
 *	...
 *	rv_str_release(&s);
 *
 * rv_str_clear keeps the memory for the next use. Out of memory ends the program (alloc.h).
 */
#ifndef RV_STR_H
#define RV_STR_H

#include <stdarg.h>
#include <string.h>

struct rv_str {
	char *ptr;
	size_t len;
	size_t cap;
};

extern char rv_str_empty[1]; /* what an unused rv_str points to; never written */
#define RV_STR_INIT \
	{ \
		.ptr = rv_str_empty, .len = 0, .cap = 0 \
	}

/* The end of a noun behind its number: "%zu sample%s", n, RV_PLURAL(n). */
#define RV_PLURAL(n) ((n) == 1 ? "" : "s")

void rv_str_init(struct rv_str *s);
void rv_str_release(struct rv_str *s);
void rv_str_clear(struct rv_str *s);
/* Cuts to `len` bytes (no-op when already shorter). */
void rv_str_truncate(struct rv_str *s, size_t len);
/* Room for `more` further bytes. */
void rv_str_reserve(struct rv_str *s, size_t more);
/* The same, but false, nothing changed, when there is no memory: for a size that comes from a file. */
bool rv_str_try_reserve(struct rv_str *s, size_t more) RV_MUST_USE;

/* Here, since texts grow by a few bytes at a time. */
static inline void rv_str_append(struct rv_str *s, const void *bytes, size_t len)
{
	if (!len) {
		return;
	}
	if (s->cap - s->len <= len) {
		rv_str_reserve(s, len);
	}
	memcpy(s->ptr + s->len, bytes, len);
	s->len += len;
	s->ptr[s->len] = '\0';
}

static inline void rv_str_puts(struct rv_str *s, const char *text)
{
	rv_str_append(s, text, strlen(text));
}

static inline void rv_str_putc(struct rv_str *s, char c)
{
	rv_str_append(s, &c, 1);
}

void rv_str_printf(struct rv_str *s, const char *format, ...) RV_PRINTF(2, 3);
void rv_str_vprintf(struct rv_str *s, const char *format, va_list args) RV_PRINTF(2, 0);
void rv_str_put_u64(struct rv_str *s, uint64_t value); /* decimal; much faster than printf */
/* Replaces `old_len` bytes at `at` by the `new_len` given ones (which must not lie in s). */
void rv_str_splice(struct rv_str *s, size_t at, size_t old_len, const void *bytes, size_t new_len);
/* Hands the buffer to the caller, who frees it; s is empty afterwards. */
char *rv_str_detach(struct rv_str *s);

#endif

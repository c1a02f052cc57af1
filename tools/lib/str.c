/* SPDX-License-Identifier: MIT */
/* struct rv_str: bytes that grow. */
#include "str.h"

#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"

char rv_str_empty[1];

void rv_str_init(struct rv_str *s)
{
	*s = (struct rv_str)RV_STR_INIT;
}

void rv_str_release(struct rv_str *s)
{
	if (s->cap) {
		free(s->ptr);
	}
	rv_str_init(s);
}

void rv_str_clear(struct rv_str *s)
{
	rv_str_truncate(s, 0);
}

void rv_str_truncate(struct rv_str *s, size_t len)
{
	if (len < s->len) {
		s->len = len;
		s->ptr[len] = '\0';
	}
}

/* The capacity for `more` further bytes; SIZE_MAX: there is no such memory. */
static size_t capacity_for(const struct rv_str *s, size_t more)
{
	size_t need;
	if (!rv_add_size(s->len, more, &need) || !rv_add_size(need, 1, &need)) {
		return SIZE_MAX;
	}
	if (need <= s->cap) {
		return s->cap;
	}
	const size_t cap = RV_MAX(need, s->cap + s->cap / 2);
	return RV_MAX(cap, (size_t)32);
}

static void move_to(struct rv_str *s, char *ptr, size_t cap)
{
	if (!s->cap) {
		ptr[0] = '\0';
	}
	s->ptr = ptr;
	s->cap = cap;
}

void rv_str_reserve(struct rv_str *s, size_t more)
{
	const size_t cap = capacity_for(s, more);
	if (cap != s->cap) {
		move_to(s, rv_realloc(s->cap ? s->ptr : NULL, cap, 1), cap);
	}
}

bool rv_str_try_reserve(struct rv_str *s, size_t more)
{
	const size_t cap = capacity_for(s, more);
	if (cap != s->cap) {
		char *const ptr = cap < SIZE_MAX ? realloc(s->cap ? s->ptr : NULL, cap) : NULL;
		if (!ptr) {
			return false;
		}
		move_to(s, ptr, cap);
	}
	return true;
}

void rv_str_printf(struct rv_str *s, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	rv_str_vprintf(s, format, args);
	va_end(args);
}

void rv_str_vprintf(struct rv_str *s, const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	size_t room = s->cap ? s->cap - s->len : 0;
	int wanted = vsnprintf(room ? s->ptr + s->len : NULL, room, format, args);
	if (wanted < 0) {
		rv_bug("vsnprintf refuses the format '%s'", format);
	}
	if ((size_t)wanted >= room) {
		rv_str_reserve(s, (size_t)wanted);
		vsnprintf(s->ptr + s->len, (size_t)wanted + 1, format, again);
	}
	s->len += (size_t)wanted;
	va_end(again);
}

void rv_str_put_u64(struct rv_str *s, uint64_t value)
{
	size_t n = 1;
	for (uint64_t rest = value; rest >= 10; rest /= 10) {
		n++;
	}
	rv_str_reserve(s, n);
	s->len += n;
	char *at = s->ptr + s->len;
	*at = '\0';
	do {
		*--at = (char)('0' + value % 10);
		value /= 10;
	} while (value);
}

void rv_str_splice(struct rv_str *s, size_t at, size_t old_len, const void *bytes, size_t new_len)
{
	if (at > s->len || old_len > s->len - at) {
		rv_bug("splice at %zu of %zu bytes in a text of %zu", at, old_len, s->len);
	}
	if (!old_len && !new_len) {
		return;
	}
	if (new_len > old_len) {
		rv_str_reserve(s, new_len - old_len);
	}
	size_t after = s->len - at - old_len;
	memmove(s->ptr + at + new_len, s->ptr + at + old_len, after + 1);
	if (new_len) {
		memcpy(s->ptr + at, bytes, new_len);
	}
	s->len = at + new_len + after;
}

char *rv_str_detach(struct rv_str *s)
{
	rv_str_reserve(s, 0);
	char *ptr = s->ptr;
	rv_str_init(s);
	return ptr;
}

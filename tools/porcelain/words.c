/* SPDX-License-Identifier: MIT */
/* A command line that is put together. */
#include "porcelain/words.h"

#include <string.h>

#include "alloc.h"

static void add(struct porcelain_words *words, char *word)
{
	RV_GROW(words->items, words->len, words->cap);
	words->items[words->len++] = word;
	RV_GROW(words->items, words->len, words->cap);
	words->items[words->len] = NULL;
}

void porcelain_words_add(struct porcelain_words *words, const char *format, ...)
{
	struct rv_str text = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&text, format, args);
	va_end(args);
	add(words, rv_strdup(text.ptr));
	rv_str_release(&text);
}

void porcelain_words_add_all(struct porcelain_words *words, char *const *list)
{
	for (; list && *list; list++) {
		add(words, rv_strdup(*list));
	}
}

void porcelain_words_quote(const char *word, struct rv_str *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=,+@%-";
	if (word[0] && strspn(word, plain) == strlen(word)) {
		rv_str_puts(text, word);
		return;
	}
	rv_str_putc(text, '\'');
	for (; *word; word++) {
		rv_str_puts(text, *word == '\'' ? "'\\'" : "");
		rv_str_putc(text, *word);
		rv_str_puts(text, *word == '\'' ? "'" : "");
	}
	rv_str_putc(text, '\'');
}

void porcelain_words_release(struct porcelain_words *words)
{
	for (size_t i = 0; i < words->len; i++) {
		free(words->items[i]);
	}
	free(words->items);
	*words = (struct porcelain_words)PORCELAIN_WORDS_INIT;
}

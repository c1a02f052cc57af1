/* SPDX-License-Identifier: MIT */
/* A command line that is put together: words of our own, ready for execve. */
#ifndef RV_PORCELAIN_WORDS_H
#define RV_PORCELAIN_WORDS_H

#include "str.h"

struct porcelain_words {
	char **items; /* NULL after the last; NULL itself while there are none */
	size_t len, cap;
};
#define PORCELAIN_WORDS_INIT \
	{ \
		.items = NULL \
	}

void porcelain_words_add(struct porcelain_words *words, const char *format, ...) RV_PRINTF(2, 3);
/* All of a NULL-ended list, as they are. */
void porcelain_words_add_all(struct porcelain_words *words, char *const *list);
/* Appends a word as one types it to a shell: in '' where it has to be. */
void porcelain_words_quote(const char *word, struct rv_str *text);
void porcelain_words_release(struct porcelain_words *words);

#endif

/* SPDX-License-Identifier: MIT */
/* Few and small: they are compared one by one. */
#include "sink/texts.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define BYTES_MAX ((size_t)16 << 20)

void sink_texts_release(struct sink_texts *texts)
{
	for (size_t i = 0; i < texts->len; i++) {
		rv_str_release(&texts->items[i]);
	}
	free(texts->items);
}

int sink_text_keep(void *text, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_str *const to = text;
	if (to->len + len > BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "a file that is to be made anew has more than %zu bytes", BYTES_MAX);
	}
	rv_str_append(to, bytes, len);
	return 0;
}

int sink_texts_take(struct sink_texts *texts, const struct sink_listing *listing, const struct sink_listed *file,
                    struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	size_t i = 0;
	if (sink_listing_read(listing, file, sink_text_keep, &text, err) < 0) {
		rv_str_release(&text);
		return -1;
	}
	while (i < texts->len && strcmp(texts->items[i].ptr, text.ptr) != 0) {
		i++;
	}
	if (i < texts->len) {
		rv_str_release(&text);
		return 0;
	}
	RV_GROW(texts->items, texts->len, texts->cap);
	texts->items[texts->len++] = text;
	return 0;
}

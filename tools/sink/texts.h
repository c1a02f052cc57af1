/* SPDX-License-Identifier: MIT */
/* Files of parts that a merge makes anew: their texts, each once. */
#ifndef RV_SINK_TEXTS_H
#define RV_SINK_TEXTS_H

#include "sink/listing.h"
#include "str.h"

struct sink_texts {
	struct rv_str *items;
	size_t len, cap;
};
void sink_texts_release(struct sink_texts *texts);
/* Takes the text of a file of a part, unless it is there. RV_E_LIMIT for one that is too large to be made anew. */
int sink_texts_take(struct sink_texts *texts, const struct sink_listing *listing, const struct sink_listed *file,
                    struct rv_err *err) RV_MUST_USE;
/* An rv_write_fn, of a struct rv_str, with that limit. */
int sink_text_keep(void *text, const void *bytes, size_t len, struct rv_err *err);

#endif

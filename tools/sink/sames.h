/* SPDX-License-Identifier: MIT */
/* Files that all parts of a dataset must have alike when they are merged. */
#ifndef RV_SINK_SAMES_H
#define RV_SINK_SAMES_H

#include "hash.h"

struct sink_sames {
	struct sink_same *items;
	size_t len, cap;
};
#define SINK_SAMES_INIT \
	{ \
		.items = NULL \
	}
void sink_sames_release(struct sink_sames *sames);

/* A file of a part (borrowed). 1: no part had it before. 0: it is the same. RV_E_USAGE where it is another, with `cure`
 * behind the message. */
int sink_sames_take(struct sink_sames *sames, const char *path, const char *sha256, const char *part, const char *cure,
                    struct rv_err *err) RV_MUST_USE;

#endif

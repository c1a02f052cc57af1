/* SPDX-License-Identifier: MIT */
/* Which shards were posted (post.h), by this run or an earlier one. */
#ifndef RV_SINK_POSTS_H
#define RV_SINK_POSTS_H

#include "hash.h"

struct sink_post {
	char *path, sha256[RV_HASH_HEX_LEN + 1];
	bool is_gone; /* the command took the file away */
};

/* A zeroed one is empty. */
struct sink_posts {
	struct sink_post *items;
	size_t len, cap;
};

/* The last that is told of a path counts. */
void sink_posts_add(struct sink_posts *posts, const char *path, const char *sha256, bool is_gone);
/* NULL: it was not posted, or with other bytes. */
const struct sink_post *sink_posts_find(const struct sink_posts *posts, const char *path, const char *sha256);
void sink_posts_release(struct sink_posts *posts);

#endif

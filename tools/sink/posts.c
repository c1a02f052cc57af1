/* SPDX-License-Identifier: MIT */
/* A list of shards. */
#include "sink/posts.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void sink_posts_add(struct sink_posts *posts, const char *path, const char *sha256, bool is_gone)
{
	struct sink_post post = { .path = rv_strdup(path), .is_gone = is_gone };
	memcpy(post.sha256, sha256, sizeof(post.sha256));
	RV_GROW(posts->items, posts->len, posts->cap);
	posts->items[posts->len++] = post;
}

const struct sink_post *sink_posts_find(const struct sink_posts *posts, const char *path, const char *sha256)
{
	for (size_t i = posts->len; i > 0; i--) {
		const struct sink_post *const post = &posts->items[i - 1];
		if (strcmp(post->path, path) == 0) {
			return strcmp(post->sha256, sha256) == 0 ? post : NULL;
		}
	}
	return NULL;
}

void sink_posts_release(struct sink_posts *posts)
{
	for (size_t i = 0; i < posts->len; i++) {
		free(posts->items[i].path);
	}
	free(posts->items);
}

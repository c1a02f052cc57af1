/* SPDX-License-Identifier: MIT */
/* Remembered digests of the files that samples depend on. */
#include "deps.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "str.h"

#define DEPS_MAX 4096 /* remembered at once; above it all are forgotten */

struct dep {
	char *path;
	char hex[RV_HASH_HEX_LEN + 1];
};

struct blend_deps {
	const char *root;
	struct dep *items; /* sorted by path */
	size_t len, cap;
};

struct blend_deps *blend_deps_new(const char *root)
{
	struct blend_deps *deps = rv_alloc_zero(1, sizeof(*deps));
	deps->root = root;
	return deps;
}

static void forget(struct blend_deps *deps)
{
	for (size_t i = 0; i < deps->len; i++) {
		free(deps->items[i].path);
	}
	deps->len = 0;
}

void blend_deps_free(struct blend_deps *deps)
{
	if (deps) {
		forget(deps);
		free(deps->items);
		free(deps);
	}
}

/* The index of the first item that is not before `path`. */
static size_t lower_bound(const struct blend_deps *deps, const char *path)
{
	size_t low = 0;
	size_t high = deps->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(deps->items[middle].path, path) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

const char *blend_deps_digest(struct blend_deps *deps, const char *path)
{
	size_t at = lower_bound(deps, path);
	if (at < deps->len && !strcmp(deps->items[at].path, path)) {
		return deps->items[at].hex;
	}
	if (deps->len == DEPS_MAX) {
		forget(deps);
		at = 0;
	}
	RV_GROW(deps->items, deps->len, deps->cap);
	memmove(deps->items + at + 1, deps->items + at, (deps->len - at) * sizeof(*deps->items));
	deps->len++;

	struct dep *dep = &deps->items[at];
	struct rv_str full = RV_STR_INIT;
	struct rv_err err;
	uint64_t size;
	rv_str_printf(&full, "%s%s%s", path[0] == '/' ? "" : deps->root, path[0] == '/' ? "" : "/", path);
	dep->path = rv_strdup(path);
	if (rv_hash_file(AT_FDCWD, full.ptr, dep->hex, &size, &err) < 0) {
		dep->hex[0] = '\0';
	}
	rv_str_release(&full);
	return dep->hex;
}

/* SPDX-License-Identifier: MIT */
/* Remembered digests of the files that samples depend on. */
#include "deps.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "alloc.h"
#include "str.h"

#define DEPS_MAX 4096 /* remembered at once; above it all are forgotten */

/* What a file was like when it was read; all 0: it was not there. */
struct state {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec changed;
};

struct dep {
	char *path;
	struct state state;
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

static struct state look_at(const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0) {
		return (struct state) { 0 };
	}
	return (struct state) { .dev = st.st_dev, .ino = st.st_ino, .size = st.st_size, .changed = st.st_ctim };
}

static bool is_same(const struct state *a, const struct state *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->changed.tv_sec == b->changed.tv_sec &&
	       a->changed.tv_nsec == b->changed.tv_nsec;
}

/* The item of a path, made where there is none. */
static struct dep *item_of(struct blend_deps *deps, const char *path, bool *is_new)
{
	size_t at = lower_bound(deps, path);
	*is_new = at == deps->len || strcmp(deps->items[at].path, path) != 0;
	if (!*is_new) {
		return &deps->items[at];
	}
	if (deps->len == DEPS_MAX) {
		forget(deps);
		at = 0;
	}
	RV_GROW(deps->items, deps->len, deps->cap);
	memmove(deps->items + at + 1, deps->items + at, (deps->len - at) * sizeof(*deps->items));
	deps->len++;
	deps->items[at].path = rv_strdup(path);
	return &deps->items[at];
}

const char *blend_deps_digest(struct blend_deps *deps, const char *path)
{
	struct rv_str full = RV_STR_INIT;
	struct rv_err err;
	uint64_t size;
	bool is_new;
	struct dep *dep = item_of(deps, path, &is_new);
	rv_str_printf(&full, "%s%s%s", path[0] == '/' ? "" : deps->root, path[0] == '/' ? "" : "/", path);
	const struct state now = look_at(full.ptr);
	if (is_new || !is_same(&now, &dep->state)) {
		dep->state = now;
		if (rv_hash_file(AT_FDCWD, full.ptr, dep->hex, &size, &err) < 0) {
			dep->hex[0] = '\0';
		}
	}
	rv_str_release(&full);
	return dep->hex;
}

/* SPDX-License-Identifier: MIT */
/* Remembered digests of the files that samples depend on. */
#include "deps.h"

#include <fcntl.h>
#include <glob.h>
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

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* `path` with no character that means something in a pattern. */
static void put_escaped(struct rv_str *pattern, const char *path)
{
	for (; *path; path++) {
		const bool is_special = strchr("*?[", *path) != NULL;
		rv_str_printf(pattern, is_special ? "[%c]" : "%c", *path);
	}
}

/* The digest of the names that match `pattern`, below `root` unless it is absolute. */
static void hash_names(const char *root, const char *pattern, char hex[RV_HASH_HEX_LEN + 1])
{
	struct rv_str full = RV_STR_INIT;
	if (pattern[0] != '/') {
		put_escaped(&full, root);
		rv_str_putc(&full, '/');
	}
	rv_str_append(&full, pattern, strlen(pattern) - 1);

	glob_t found = { .gl_pathc = 0 };
	const int status = glob(full.ptr, GLOB_NOSORT | GLOB_NOESCAPE, NULL, &found);
	const size_t skipped = pattern[0] == '/' ? 0 : strlen(root) + 1;
	struct rv_hash *hash = rv_hash_new();
	if (status == 0) {
		qsort(found.gl_pathv, found.gl_pathc, sizeof(*found.gl_pathv), by_name);
		for (size_t i = 0; i < found.gl_pathc; i++) {
			const char *const name = found.gl_pathv[i] + skipped;
			rv_hash_add(hash, name, strlen(name) + 1);
		}
	}
	rv_hash_hex(hash, hex);
	rv_hash_free(hash);
	globfree(&found);
	rv_str_release(&full);
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

/* A pattern, whose names are looked for each time. */
static bool is_pattern(const char *path)
{
	return *path && path[strlen(path) - 1] == '/';
}

const char *blend_deps_digest(struct blend_deps *deps, const char *path)
{
	struct rv_str full = RV_STR_INIT;
	struct rv_err err;
	uint64_t size;
	bool is_new;
	struct dep *dep = item_of(deps, path, &is_new);
	if (is_pattern(path)) {
		hash_names(deps->root, path, dep->hex);
		return dep->hex;
	}
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

/* SPDX-License-Identifier: MIT */
/*
 * Digests of the files that samples depend on (scripts, modules, assets). Each is read once, and again when it
 * has changed; the number that is remembered is bounded, so that a run whose every sample has a file of its own stays
 * flat in memory.
 */
#ifndef RV_BLEND_DEPS_H
#define RV_BLEND_DEPS_H

#include "hash.h"

struct blend_deps;

/* Relative paths are below `root`, which is borrowed. */
struct blend_deps *blend_deps_new(const char *root);
void blend_deps_free(struct blend_deps *deps);
/* The file's digest, or "" when it cannot be read: to be gone is a state like any other. A path that ends in '/' is a
 * pattern as of glob(3), without escapes: the digest is that of the names that match. Borrowed until the next call. */
const char *blend_deps_digest(struct blend_deps *deps, const char *path);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Zstandard as a stream; zst.c is the only file that knows libzstd. One frame with a checksum. Its bytes depend on the
 * contents, the level and the library's version, neither on the number of threads nor on how the contents are
 * portioned.
 *
 *	struct rv_zst *zst = rv_zst_new(RV_ZST_LEVEL_DEFAULT, 2, write, to);
 *	if (rv_zst_add(zst, bytes, len, err) < 0) {
 *		rv_zst_abort(zst);
 *		return -1;
 *	}
 *	return rv_zst_finish(zst, err);
 */
#ifndef RV_ZST_H
#define RV_ZST_H

#include "err.h"
#include "source.h"

#define RV_ZST_LEVEL_MIN 1
#define RV_ZST_LEVEL_MAX 19
#define RV_ZST_LEVEL_DEFAULT 3

struct rv_zst;
/* A compressor that hands its output to `write`, on the calling thread; up to `n_threads` others compress, at least
 * one. `level` lies in RV_ZST_LEVEL_MIN..RV_ZST_LEVEL_MAX. */
struct rv_zst *rv_zst_new(int level, size_t n_threads, rv_write_fn *write, void *to);
int rv_zst_add(struct rv_zst *zst, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;
int rv_zst_finish(struct rv_zst *zst, struct rv_err *err) RV_MUST_USE; /* frees in every case */
void rv_zst_abort(struct rv_zst *zst);
/* Appends memory as a frame of its own, for formats that have their own checksums or none. */
int rv_zst_pack(int level, const void *bytes, size_t len, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* Decompresses a whole source of one or more frames through `write`; fails on a damaged, cut or empty one. */
int rv_zst_read_from(const struct rv_source *source, rv_write_fn *write, void *to, struct rv_err *err) RV_MUST_USE;
const char *rv_zst_library(void); /* "libzstd 1.5.4" */

#endif

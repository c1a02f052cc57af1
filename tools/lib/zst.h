/* SPDX-License-Identifier: MIT */
/* Zstandard as a stream; zst.c is the only file that knows libzstd. Deterministic: one thread, content checksum on. */
#ifndef RV_ZST_H
#define RV_ZST_H

#include "err.h"

typedef int rv_write_fn(void *to, const void *bytes, size_t len, struct rv_err *err);

struct rv_zst;
struct rv_zst *rv_zst_new(int level, rv_write_fn *write, void *to);
int rv_zst_add(struct rv_zst *zst, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;
int rv_zst_finish(struct rv_zst *zst, struct rv_err *err) RV_MUST_USE; /* frees in every case */
void rv_zst_abort(struct rv_zst *zst);
/* Decompresses a whole file through `write`. */
int rv_zst_read_file(const char *path, rv_write_fn *write, void *to, struct rv_err *err) RV_MUST_USE;

#endif

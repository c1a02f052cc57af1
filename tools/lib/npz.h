/* SPDX-License-Identifier: MIT */
/*
 * Files of several arrays, as NumPy has them (.npz): a zip archive with a file NAME.npy for each, uncompressed, without
 * dates. numpy.load reads them.
 */
#ifndef RV_NPZ_H
#define RV_NPZ_H

#include "arena.h"
#include "npy.h"

struct rv_npz_member {
	const char *name;
	struct rv_array array;
};

struct rv_npz {
	const struct rv_npz_member *members;
	size_t len;
};

/* Appends the file of these, in this order. RV_E_LIMIT where it would have 4 GiB. */
int rv_npz_put(const struct rv_npz *npz, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* Takes a file apart: what hangs on *npz is in the arena, numbers are borrowed from `bytes`. Fails with RV_E_BAD_FILE:
 * also for what is compressed, encrypted, or larger than 4 GiB, for checksums that are not right, and for an array that
 * rv_npy_parse does not take. */
int rv_npz_parse(const void *bytes, size_t len, struct rv_arena *arena, struct rv_npz *npz,
                 struct rv_err *err) RV_MUST_USE;
/* The array of this name, or NULL. */
const struct rv_array *rv_npz_find(const struct rv_npz *npz, const char *name);

#endif

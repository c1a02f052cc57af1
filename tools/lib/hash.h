/* SPDX-License-Identifier: MIT */
/* SHA-256 as a stream. The only file that knows libcrypto is hash.c. */
#ifndef RV_HASH_H
#define RV_HASH_H

#include "err.h"
#include "source.h"

#define RV_HASH_HEX_LEN 64

struct rv_hash; /* opaque */

struct rv_hash *rv_hash_new(void);
void rv_hash_add(struct rv_hash *hash, const void *bytes, size_t len);
/* Writes 64 lower-case hex digits and a NUL; the hash is then as new. */
void rv_hash_hex(struct rv_hash *hash, char hex[RV_HASH_HEX_LEN + 1]);
void rv_hash_free(struct rv_hash *hash);

/* Digest of all that a source has. */
int rv_hash_source(const struct rv_source *source, char hex[RV_HASH_HEX_LEN + 1], struct rv_err *err) RV_MUST_USE;
/* Digest and size of a whole regular file; `size` may be NULL. */
int rv_hash_file(int dir_fd, const char *path, char hex[RV_HASH_HEX_LEN + 1], uint64_t *size,
                 struct rv_err *err) RV_MUST_USE;
/* Whether a regular file below a directory, reached without links, has this size and this digest (NULL: any). */
bool rv_hash_fits(int dir_fd, const char *relative, uint64_t bytes, const char *sha256);
/* Digest of memory. */
void rv_hash_bytes(const void *bytes, size_t len, char hex[RV_HASH_HEX_LEN + 1]);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * POSIX ustar archives through a write callback: mtime 0, uid and gid 0, mode 0644, so that the same members give the
 * same bytes. Sizes up to 8 GiB - 1. A name of up to 100 bytes stands in the member's header; the whole of a longer one
 * in a pax header before it, as `path`, and its first 100 bytes in the member's own. The header's prefix field, which
 * can hold only what ends before a slash, is never written.
 */
#ifndef RV_TAR_H
#define RV_TAR_H

#include "err.h"
#include "source.h"

#define RV_TAR_BLOCK 512
#define RV_TAR_NAME_MAX 4095
#define RV_TAR_SIZE_MAX UINT64_C(077777777777)
#define RV_TAR_END_SIZE (2 * RV_TAR_BLOCK) /* bytes that rv_tar_end writes */

int rv_tar_member(rv_write_fn *write, void *to, const char *name, const void *bytes, size_t len,
                  struct rv_err *err) RV_MUST_USE;
/* A source's contents. A file that shrinks meanwhile is an error, and the archive is then useless. */
int rv_tar_source(rv_write_fn *write, void *to, const char *name, const struct rv_source *source,
                  struct rv_err *err) RV_MUST_USE;
/* The two zero blocks at the end. */
int rv_tar_end(rv_write_fn *write, void *to, struct rv_err *err) RV_MUST_USE;
/* Bytes that a member of that name with `len` bytes takes, headers and padding included. */
uint64_t rv_tar_member_size(const char *name, uint64_t len);

/*
 * Reading, pushed: feed bytes in any portions; `member` is called at each header (name, size), then `data` for its
 * contents in portions (never for an empty member). Names come whole, from a pax header or with the prefix that the
 * header has; of a pax header everything but `path` and `size`, which is refused, is passed over. Checksums and magic
 * are checked, anything but regular files is refused, and so is anything but zeros after the end. rv_tar_reader_end
 * fails unless the archive was complete, and frees in every case; after a failed rv_tar_reader_add it returns -1 and
 * leaves *err as it is.
 */
struct rv_tar_reader;
typedef int rv_tar_member_fn(void *context, const char *name, uint64_t size, struct rv_err *err);
/* `bytes` lie in those that were fed. */
typedef int rv_tar_data_fn(void *context, const void *bytes, size_t len, struct rv_err *err);
struct rv_tar_reader *rv_tar_reader_new(rv_tar_member_fn *member, rv_tar_data_fn *data, void *context);
/* As other programs write archives: GNU's headers and long names are taken, too, and what is no regular file is passed
 * over. To be called before the first byte. */
void rv_tar_reader_foreign(struct rv_tar_reader *reader);
int rv_tar_reader_add(struct rv_tar_reader *reader, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;
int rv_tar_reader_end(struct rv_tar_reader *reader, struct rv_err *err) RV_MUST_USE;

#endif

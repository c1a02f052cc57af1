/* SPDX-License-Identifier: MIT */
/*
 * POSIX ustar archives through a write callback: mtime 0, uid and gid 0, mode 0644, so that the same members give the
 * same bytes. Names up to 100 bytes; sizes up to 8 GiB - 1.
 */
#ifndef RV_TAR_H
#define RV_TAR_H

#include "err.h"
#include "zst.h"

#define RV_TAR_NAME_MAX 100
#define RV_TAR_SIZE_MAX UINT64_C(077777777777)

int rv_tar_member(rv_write_fn *write, void *to, const char *name, const void *bytes, size_t len, struct rv_err *err)
	RV_MUST_USE;
int rv_tar_file(rv_write_fn *write, void *to, const char *name, const char *path, struct rv_err *err) RV_MUST_USE;
/* The two zero blocks at the end. */
int rv_tar_end(rv_write_fn *write, void *to, struct rv_err *err) RV_MUST_USE;
/* Bytes that a member of `len` bytes takes, header and padding included. */
uint64_t rv_tar_member_size(uint64_t len);

/* Reading, pushed: feed bytes in any portions; `member` is called at each header (name, size), `data` for its contents.
 * rv_tar_reader_end fails unless the archive was complete. Checksums and magic are checked, anything but regular files
 * is refused. */
struct rv_tar_reader;
typedef int rv_tar_member_fn(void *context, const char *name, uint64_t size, struct rv_err *err);
typedef int rv_tar_data_fn(void *context, const void *bytes, size_t len, struct rv_err *err);
struct rv_tar_reader *rv_tar_reader_new(rv_tar_member_fn *member, rv_tar_data_fn *data, void *context);
int rv_tar_reader_add(struct rv_tar_reader *reader, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;
int rv_tar_reader_end(struct rv_tar_reader *reader, struct rv_err *err) RV_MUST_USE; /* frees in every case */

#endif

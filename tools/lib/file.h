/* SPDX-License-Identifier: MIT */
/*
 * Files, whole or not at all, and paths. Directories are in dir.h, which comes with this header.
 */
#ifndef RV_FILE_H
#define RV_FILE_H

#include <sys/types.h>

#include "dir.h"
#include "err.h"
#include "path.h"
#include "str.h"

/* Reads a regular file to the end; fails with RV_E_LIMIT above `limit` bytes, with RV_E_BAD_FILE at once for what is
 * none (a FIFO, a device, a directory). *out is replaced. */
int rv_file_read(const char *path, size_t limit, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* The same for a file that the command line names, which may be a FIFO or a device. */
int rv_file_read_named(const char *path, size_t limit, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* All bytes, or -1 with errno (EINTR and short writes handled). */
int rv_write_all(int fd, const void *bytes, size_t len) RV_MUST_USE;
/* Up to len bytes until end of file; the number read, or -1 with errno. */
ssize_t rv_read_all(int fd, void *bytes, size_t len);
/* Copies contents only, through a new temporary beside `to` and a rename. */
int rv_copy_file(const char *from, const char *to, struct rv_err *err) RV_MUST_USE;
bool rv_file_exists(const char *path);

/*
 * A file that appears complete or not at all:
 *
 *	struct rv_atomic out = RV_ATOMIC_INIT;
 *	if (rv_atomic_open(&out, path, err) < 0) return -1;
 *	... write to out.fd ...
 *	return failed ? (rv_atomic_abort(&out), -1) : rv_atomic_commit(&out, err);
 *
 * The temporary is a hidden sibling ".NAME.tmp-XXXXXX", removed by abort. Nothing is synced to the disk: this guards
 * against the end of a process, not of the machine.
 */
struct rv_atomic {
	int fd;
	char *path;
	char *temporary;
};
#define RV_ATOMIC_INIT \
	{ \
		.fd = -1 \
	}
int rv_atomic_open(struct rv_atomic *file, const char *path, struct rv_err *err) RV_MUST_USE;
int rv_atomic_commit(struct rv_atomic *file, struct rv_err *err) RV_MUST_USE;
void rv_atomic_abort(struct rv_atomic *file);
/* Whether a name is that of such a temporary. */
bool rv_atomic_is_temporary(const char *name);
/* Removes the temporaries that killed programs left in a directory. For one that nobody else writes to. */
void rv_atomic_sweep(const char *dir);
/* Open, write and commit for contents in memory. */
int rv_file_write(const char *path, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;
/* The same in place, at a third of the cost: for a file in a directory that nobody sees before it is whole. */
int rv_file_write_unseen(const char *path, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;

/* A new file without a name in a directory (NULL: $TMPDIR, or /tmp), open for reading and writing: it is gone when it
 * is closed, however the program ends. The descriptor, or -1. */
int rv_file_unnamed(const char *dir, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Files and directories, whole or not at all. Paths are relative to the working directory unless a dir_fd is given
 * (AT_FDCWD for the working directory).
 */
#ifndef RV_FILE_H
#define RV_FILE_H

#include <sys/types.h>

#include "err.h"
#include "str.h"

/* Reads to the end; fails with RV_E_LIMIT above `limit` bytes. *out is replaced. */
int rv_file_read(const char *path, size_t limit, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* All bytes, or -1 with errno (EINTR and short writes handled). */
int rv_write_all(int fd, const void *bytes, size_t len) RV_MUST_USE;
/* Up to len bytes until end of file; the number read, or -1 with errno. */
ssize_t rv_read_all(int fd, void *bytes, size_t len);
int rv_mkdirs(const char *path, struct rv_err *err) RV_MUST_USE;
/* Removes a file or a whole tree, never following links; what is not there is no error. */
int rv_remove_tree(const char *path, struct rv_err *err) RV_MUST_USE;
/* Copies contents only, through a new temporary beside `to` and a rename. */
int rv_copy_file(const char *from, const char *to, struct rv_err *err) RV_MUST_USE;
bool rv_file_exists(const char *path);
/* Names in a directory without "." and "..", sorted by bytes. Free with rv_names_free. */
int rv_dir_names(const char *path, char ***names, size_t *len, struct rv_err *err) RV_MUST_USE;
void rv_names_free(char **names, size_t len);
/* Every regular file below `path`, as relative paths, sorted by bytes; fails on a link or a special file. */
int rv_tree_files(const char *path, char ***names, size_t *len, struct rv_err *err) RV_MUST_USE;

/* Puts directory `from` in the place of `to`, which may exist: in one step where the file system can exchange
 * (renameat2), else by moving the old one aside first. The old contents are removed afterwards. Both on one file
 * system. */
int rv_dir_replace(const char *from, const char *to, struct rv_err *err) RV_MUST_USE;

/*
 * A file that appears complete or not at all:
 *
 *	struct rv_atomic out = RV_ATOMIC_INIT;
 *	if (rv_atomic_open(&out, path, err) < 0) return -1;
 *	... write to out.fd ...
 *	return failed ? (rv_atomic_abort(&out), -1) : rv_atomic_commit(&out, err);
 *
 * The temporary is a hidden sibling ".NAME.tmp-XXXXXX", removed by abort.
 */
struct rv_atomic {
	int fd;
	char *path;
	char *temporary;
};
#define RV_ATOMIC_INIT { .fd = -1 }
int rv_atomic_open(struct rv_atomic *file, const char *path, struct rv_err *err) RV_MUST_USE;
int rv_atomic_commit(struct rv_atomic *file, struct rv_err *err) RV_MUST_USE;
void rv_atomic_abort(struct rv_atomic *file);
/* The three calls above for contents in memory. */
int rv_file_write(const char *path, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE;

/*
 * A hidden working directory `PARENT/.NAME.XXXXXX` that lives as long as this process: a lock on it tells other runs
 * that it is in use. Opening one also removes those of dead runs. Several processes may have one in the same parent.
 */
struct rv_workdir {
	int lock_fd;
	char *path;
};
#define RV_WORKDIR_INIT { .lock_fd = -1 }
int rv_workdir_open(struct rv_workdir *dir, const char *parent, const char *name, struct rv_err *err) RV_MUST_USE;
/* Removes it and what it holds. */
void rv_workdir_close(struct rv_workdir *dir);

/* False for "", ".", "..", absolute paths and any path with a ".." component: what may name a file below a sample. */
bool rv_path_is_inside(const char *relative);
/* The part after the last '/'. Borrowed. */
const char *rv_path_base(const char *path);
/* Absolute path without resolving links (the working directory is put before a relative one). Caller frees. */
char *rv_path_absolute(const char *path);

#endif

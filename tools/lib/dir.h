/* SPDX-License-Identifier: MIT */
/* Directories and trees. Paths are relative to the working directory. */
#ifndef RV_DIR_H
#define RV_DIR_H

#include "err.h"

/* Makes a directory and those above it; fine when it is there. */
int rv_mkdirs(const char *path, struct rv_err *err) RV_MUST_USE;
/* Removes a file or a whole tree, never following links; what is not there is no error. */
int rv_remove_tree(const char *path, struct rv_err *err) RV_MUST_USE;
/* Names in a directory without "." and "..", sorted by bytes. Free with rv_names_free. */
int rv_dir_names(const char *path, char ***names, size_t *len, struct rv_err *err) RV_MUST_USE;
void rv_names_free(char **names, size_t len);
/* Every regular file below `path`, as relative paths, sorted by bytes; fails on a link or a special file. */
int rv_tree_files(const char *path, char ***names, size_t *len, struct rv_err *err) RV_MUST_USE;

/* Removes the folders below a directory that hold nothing but such folders. What cannot be removed stays. */
void rv_remove_empty_folders(int dir_fd);

/* Has the whole file system of a directory written to the disk: after a power cut all is there that was written before.
 * rv_sync_names does it for the names in one directory only. */
int rv_sync(const char *path, struct rv_err *err) RV_MUST_USE;
int rv_sync_names(const char *path, struct rv_err *err) RV_MUST_USE;

/*
 * A hidden working directory `PARENT/.NAME.XXXXXX` that lives as long as this process: a lock on it tells other runs
 * that it is in use, a file .rv-workdir in it that it is ours. Opening one also removes those of dead runs. Several
 * processes may have one in the same parent.
 */
struct rv_workdir {
	int lock_fd;
	char *path;
};
#define RV_WORKDIR_INIT \
	{ \
		.lock_fd = -1 \
	}
int rv_workdir_open(struct rv_workdir *dir, const char *parent, const char *name, struct rv_err *err) RV_MUST_USE;
/* Whether the first `len` bytes of `found` are ".NAME.XXXXXX", as the working directories of that name are called. */
bool rv_workdir_is_name(const char *found, size_t len, const char *name);
/* Removes it and what it holds. */
void rv_workdir_close(struct rv_workdir *dir);

#endif

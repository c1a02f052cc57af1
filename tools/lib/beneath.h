/* SPDX-License-Identifier: MIT */
/*
 * Opening what lies below a directory, and nothing else: a path of a record, a marker or a manifest comes from outside,
 * and a link in its way would lead anywhere.
 */
#ifndef RV_BENEATH_H
#define RV_BENEATH_H

/*
 * open(2) of a path below `dir_fd`, for what is there (no O_CREAT): -1 with errno, ELOOP when a symbolic link lies
 * anywhere on the way or at its end, also one that is put there meanwhile. The path must be one that
 * rv_path_is_inside (file.h) takes. openat2(2), or a walk by components where the kernel or a sandbox has none.
 */
int rv_open_beneath(int dir_fd, const char *relative, int flags);
/* The directory that the last name of a path is in, as O_PATH; `dir_fd` itself for a path of one name is dup'ed. */
int rv_open_parent(int dir_fd, const char *relative);
/* Makes the directories that the last name of a path is in, and opens the last of them as rv_open_parent does. */
int rv_make_parent(int dir_fd, const char *relative);
/* Removes a file below a directory, and the directories that this leaves empty, but not `dir_fd` itself. 0 also when it
 * is not there. */
int rv_remove_beneath(int dir_fd, const char *relative);

#endif

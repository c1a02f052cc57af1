/* SPDX-License-Identifier: MIT */
/*
 * All files below a directory, in the order of the bytes of their paths, in memory that does not grow with their
 * number: names are taken as the system gives them and sorted through files (sorter.h).
 */
#ifndef RV_VERIFY_TREE_H
#define RV_VERIFY_TREE_H

#include "err.h"

#define VERIFY_TREE_DEPTH_MAX 64 /* directories within each other */

/* Something below the directory. `is_file` is false for a link, a device and the like, and for a directory that is
 * nested too deep; links are not followed. -1 with *err ends the walk. */
typedef int verify_tree_fn(void *context, const char *path, bool is_file, struct rv_err *err);

/* Empty directories are no files. Fails when a directory cannot be read. */
int verify_tree_walk(int dir_fd, verify_tree_fn *take, void *context, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * All files below a directory, in the order of the bytes of their paths, in memory that does not grow with their
 * number: names are taken as the system gives them and sorted through files (sorter.h).
 *
 *	struct rv_tree *tree = rv_tree_open(dir_fd, NULL, err);
 *	while ((got = rv_tree_next(tree, &entry, err)) > 0) ...
 *	rv_tree_close(tree);
 */
#ifndef RV_TREE_H
#define RV_TREE_H

#include "err.h"
#include "scan.h"
#include "str.h"

#define RV_TREE_DEPTH_MAX 64 /* directories within each other */

/* Something below the directory that is no directory; empty ones are nothing. */
struct rv_tree_entry {
	const char *path; /* borrowed until the next call */
	bool is_file;     /* false for a link, a device and the like, and for a directory that is nested too deep */
};

struct rv_tree;
/* Walks it whole. `scratch` as for rv_sorter_new, borrowed. NULL when a directory cannot be read. */
struct rv_tree *rv_tree_open(int dir_fd, const char *scratch, struct rv_err *err);
/* 1: the next one. 0: the end. */
int rv_tree_next(struct rv_tree *tree, struct rv_tree_entry *entry, struct rv_err *err) RV_MUST_USE;
void rv_tree_close(struct rv_tree *tree);

/* A path, and a mark that goes with it, as a line for a sorter: the order of such lines is that of the bytes of the
 * paths, newlines and all. For lists that are held against a tree. *line is replaced. */
void rv_tree_put_line(const char *path, char mark, struct rv_str *line);
/* The other way round: the mark; *path is replaced. */
char rv_tree_take_line(const struct rv_span *line, struct rv_str *path);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A directory that rv puts somewhere as a whole, or replaces as a whole: a dataset, a sample. What is there is replaced
 * only when its content proves that it is ours, and nothing in it is lost that is not:
 *
 *	struct rv_place place;
 *	if (rv_place_open(&place, "dataset", "'dataset'", &owner, keeps, err) < 0) return -1;       hours before
 *	...
 *	status = rv_place_put(&place, tree, err);                               `tree` is whole, on the same file system
 *	rv_place_close(&place);
 *
 * `tree` appears in one step. Where nothing was, a rename does it, which fails when something has appeared there. Else
 * the two are exchanged (renameat2), what came out is looked at again, and is exchanged back unless it is the directory
 * that was seen first, ours, and without files of others. On file systems that cannot exchange, the old one steps aside
 * first. A tree that cannot be put is not lost: it is left beside the place, as NAME.new (NAME.new-2, ...), which the
 * message tells.
 *
 * Of an old directory those files are removed that its list names, and the folders that this leaves empty. What is
 * left, as somebody put it there in that very moment, becomes visible as NAME.old, with a warning. While this goes on
 * the old one is called .NAME.old-XXXXXX; rv_place_sweep looks after those of killed runs.
 *
 * Who calls holds a lock on the place (lock.h): runs of rv keep out of each other's way by it.
 */
#ifndef RV_PLACE_H
#define RV_PLACE_H

#include <sys/types.h>

#include "err.h"
#include "str.h"

/* ---- whose it is ---- */

/* The files of a directory that are ours. */
struct rv_place_list;
int rv_place_list_add(struct rv_place_list *list, const char *path, struct rv_err *err) RV_MUST_USE;
/* Every regular file for which `is_ours` holds is, too: names that no list can know. */
void rv_place_list_also(struct rv_place_list *list, bool (*is_ours)(const char *path));

struct rv_place_owner {
	const char *what;  /* "dataset of rv" */
	const char *proof; /* "manifest.jsonl": the file that proves it, removed last, */
	const char *other; /* after this, which proves some of its files; NULL: there is none */
	const char *keeps; /* "--replace": the option that keeps files of others, for messages; NULL: there is none */
	/* Puts all that is ours into the list, in any order. 1: the directory is ours. 0: it is not. -1: *err. */
	int (*list)(int dir_fd, struct rv_place_list *list, struct rv_err *err);
};

/* ---- a place ---- */

struct rv_place {
	char *path;
	const char *shown; /* as messages call it; borrowed, as the owner is */
	const struct rv_place_owner *owner;
	bool keeps;
	bool is_there; /* a directory of ours; else there is nothing, or an empty directory */
	dev_t dev;     /* where it is there, as are the following */
	ino_t ino;
};

/*
 * `path` is taken as it is: a link there is not followed. With `keeps`, files in it that are not ours go into the new
 * directory, under the same names; without, the first of them is an error. Fails with RV_E_TAKEN, nothing changed, when
 * what is there is no directory, not ours, the working directory or one above it, or a mount point. Close it in every
 * case.
 */
int rv_place_open(struct rv_place *place, const char *path, const char *shown, const struct rv_place_owner *owner,
                  bool keeps, struct rv_err *err) RV_MUST_USE;
/* Also fails with RV_E_TAKEN when the place is not as it was: nothing is changed then, and `tree` lies beside it. */
int rv_place_put(struct rv_place *place, const char *tree, struct rv_err *err) RV_MUST_USE;
/* Removes what is ours, and the directory when nothing else is in it: 1, or 0 when something stays. */
int rv_place_remove(struct rv_place *place, struct rv_err *err) RV_MUST_USE;
void rv_place_close(struct rv_place *place);

/* Goes on where killed runs were while they replaced PARENT/NAME (NULL: any name): removes what is ours of the old
 * directory, or puts it back where there is nothing in its place. For one who holds the lock. */
void rv_place_sweep(const char *parent, const char *name, const struct rv_place_owner *owner);

#endif

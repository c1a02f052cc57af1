/* SPDX-License-Identifier: MIT */
/*
 * What belongs together in a dataset, brought together: a picture, its labels, the line of a list that names it. Parts
 * are added in any order and from any thread; at the end each group is handed out. Sorted through files: memory grows
 * with the largest group alone.
 *
 *	struct verify_groups *groups = verify_groups_new();
 *	verify_groups_add(groups, "a", 'i', "images/a.png", "64x48", err); ...
 *	verify_groups_end(groups, visit, context, err);
 *	verify_groups_free(groups);
 */
#ifndef RV_VERIFY_GROUPS_H
#define RV_VERIFY_GROUPS_H

#include "verify/problems.h"

struct verify_part {
	char kind;
	const char *path; /* of the file that it is, or that it stands in */
	const char *text; /* what the group is to know of it */
};

struct verify_groups;
struct verify_groups *verify_groups_new(void);
void verify_groups_free(struct verify_groups *groups);
/* `kind` is a letter. Texts may hold any bytes but NUL. */
int verify_groups_add(struct verify_groups *groups, const char *key, char kind, const char *path, const char *text,
                      struct rv_err *err) RV_MUST_USE;

/* A group with its parts sorted by kind, path and text; -1 with *err ends it. */
typedef int verify_group_fn(void *context, const char *key, const struct verify_part *parts, size_t n,
                            struct rv_err *err);
/* Hands out every group, in the order of their keys. To be called once. */
int verify_groups_end(struct verify_groups *groups, verify_group_fn *visit, void *context,
                      struct rv_err *err) RV_MUST_USE;

/* The first part of a kind, or NULL. */
const struct verify_part *verify_group_find(const struct verify_part *parts, size_t n, char kind);
/* A kind that each group is to have once, and what a problem calls it: "label file". */
struct verify_group_kind {
	char kind;
	const char *name;
};
/* True when a group has each of the kinds, which end with a NULL name, exactly once; else adds problems that name the
 * first part. */
bool verify_group_is_whole(const struct verify_part *parts, size_t n, const struct verify_group_kind *kinds,
                           enum verify_check check, struct verify_problems *problems);

#endif

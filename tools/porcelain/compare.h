/* SPDX-License-Identifier: MIT */
/*
 * Two trees of files, one made anew: which are the same, and by how much pictures differ.
 *
 * Where another build or processor made the new one, the last digits of floats differ, and here and there a pixel shows
 * another surface. Pictures (PNG, EXR) of one size and kind are near each other when at most one in
 * PORCELAIN_FAR_SHARE_MAX of their values differs by more than this:
 *	8 bits     2 of 255
 *	16 bits    0: they are labels
 *	floats     a ten-thousandth of the larger of the two, and a millionth
 */
#ifndef RV_PORCELAIN_COMPARE_H
#define RV_PORCELAIN_COMPARE_H

#include "err.h"

#define PORCELAIN_FAR_SHARE_MAX 0.005

enum porcelain_compared {
	PORCELAIN_SAME,
	PORCELAIN_DIFFERENT,
	PORCELAIN_ONLY_OLD,
	PORCELAIN_ONLY_NEW,
	/* Of the caller, who knows what made them: they differ, and may. */
	PORCELAIN_MAY_DIFFER, /* a graphics driver drew them */
	PORCELAIN_NEAR,       /* pictures that another build or processor made, */
	PORCELAIN_UNSURE      /* and what is no picture, of which nothing can be said then */
};

struct porcelain_comparison {
	char *name; /* relative path */
	enum porcelain_compared result;
	/* Of pictures of one size and kind that differ: the largest absolute difference of two values, as they are in
	 * the file (8 bits: of 255; floats: in the unit of the pass), and the share of values that are not near. Else
	 * NAN. */
	double max_difference, far_share;
	bool is_picture; /* by its name */
};

/* Every file of either tree but hidden ones, sorted by name. `is_part`: `old` is what a dataset has
 * of a sample; files of the new tree that it lacks are left out, and its _meta.json is the same when its members are
 * those that a dataset would have of the new one, but for `split`. Free with porcelain_comparisons_free. */
int porcelain_compare_trees(const char *old, const char *new, bool is_part, struct porcelain_comparison **list,
                            size_t *len, struct rv_err *err) RV_MUST_USE;
void porcelain_comparisons_free(struct porcelain_comparison *list, size_t len);

#endif

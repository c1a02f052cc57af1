/* SPDX-License-Identifier: MIT */
/* Two trees of files, one made anew: which are the same, and by how much pictures differ. */
#ifndef RV_PORCELAIN_COMPARE_H
#define RV_PORCELAIN_COMPARE_H

#include "err.h"

enum porcelain_compared {
	PORCELAIN_SAME,
	PORCELAIN_DIFFERENT,
	PORCELAIN_ONLY_OLD,
	PORCELAIN_ONLY_NEW,
	PORCELAIN_MAY_DIFFER /* of the caller: they do, and may */
};

struct porcelain_comparison {
	char *name; /* relative path */
	enum porcelain_compared result;
	/* Of pictures (PNG, EXR) of one size and kind: the largest absolute difference of two values, as they are in
	 * the file (8 bits: of 255; floats: in the unit of the pass). Else NAN. */
	double max_difference;
};

/* Every file of either tree but hidden ones, sorted by name. Free with porcelain_comparisons_free. */
int porcelain_compare_trees(const char *old, const char *new, struct porcelain_comparison **list, size_t *len,
                            struct rv_err *err) RV_MUST_USE;
void porcelain_comparisons_free(struct porcelain_comparison *list, size_t len);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What belongs together in folders of transforms.json: files, frames that name them, lists of splits, frames of NeRF.
 * Lines of the sorter begin with the path of a file, as JSON:
 *
 *	PATH	0	W H SHA256                      a file
 *	PATH	1	W H POSITION KEY DOCUMENT ID VIEW FRAME POSE   a frame that names it: the size of its
 * intrinsics, where it stands, the picture that it is of, - for what is not there, and its angle and matrix
 *	PATH	2	                                a place of it in a list of a split
 *	PATH	3	DOCUMENT POSE                   a frame of NeRF that names it
 */
#ifndef RV_VERIFY_FORMATS_TRANSFORMS_JOIN_H
#define RV_VERIFY_FORMATS_TRANSFORMS_JOIN_H

#include "sorter.h"
#include "verify/format.h"

struct verify_transforms_of {
	const struct verify_context *context;
	struct verify_problems *problems;
	bool has_splits; /* the document of stills has the lists of the splits, */
	bool has_nerf;   /* and there are documents of NeRF */
};
int verify_transforms_join(struct rv_sorter *sorter, const struct verify_transforms_of *of,
                           struct rv_err *err) RV_MUST_USE;

#endif

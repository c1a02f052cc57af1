/* SPDX-License-Identifier: MIT */
/* Passes that stay numbers: each as an OpenEXR file, and what normals and motion are turned into. */
#ifndef RV_MASK_NUMERIC_H
#define RV_MASK_NUMERIC_H

#include "exr.h"
#include "mask/files.h"

/* What the functions work on, and the memory they use. Borrowed. */
struct mask_numeric {
	struct mask_files *files;
	const struct rv_exr *exr;         /* the rendered file */
	const struct rv_image *is_object; /* U8: 1 where a pixel shows an object, 0 in the background */
	struct rv_image *vectors;         /* three */
	struct rv_image *colour;
};

/* True when the planes of a pass are needed: for its file, or for one made from it. */
bool mask_numeric_needs(const struct mask_request *request, const struct mask_pass *pass);
/* True when one of them is a flow, for which is_object has to be known. */
bool mask_numeric_needs_flow(const struct mask_request *request);
/* Writes a pass and what is made from it. `planes` are its channels; normals are made 1 long in place, if that is asked
 * for. */
int mask_numeric_put(const struct mask_numeric *numeric, const struct mask_pass *pass, struct rv_image *planes,
                     struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* The labels of one picture, by all products that have something to do for it. */
#ifndef RV_MASK_PICTURE_H
#define RV_MASK_PICTURE_H

#include "mask/files.h"
#include "mask/plan.h"
#include "mask/scratch.h"

/* Reads what is needed of a picture of a view once, writes the files that are to be made, and appends its annotations,
 * a JSON array, where they are to be made. */
int mask_picture(const struct mask_plan *plan, size_t view, const struct rv_picture *picture,
                 struct mask_scratch *scratch, struct mask_files *files, struct rv_str *annotations,
                 struct rv_err *err) RV_MUST_USE;

#endif

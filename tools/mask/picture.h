/* SPDX-License-Identifier: MIT */
/* The labels of one picture, by all products that have something to do for it. */
#ifndef RV_MASK_PICTURE_H
#define RV_MASK_PICTURE_H

#include "mask/files.h"
#include "mask/plan.h"
#include "mask/scratch.h"

/* True when something is to be made of a view that a product surveys its pictures for. */
bool mask_picture_wants_survey(const struct mask_request *request, const struct mask_view *view);
/* Reads a picture and adds what products find out of it for all pictures of its view: an element of `surveyed` each,
 * in the arena. */
int mask_picture_survey(const struct mask_plan *plan, size_t view, const struct rv_picture *picture,
                        struct mask_scratch *scratch, void **surveyed, struct rv_arena *arena,
                        struct rv_err *err) RV_MUST_USE;
/* Reads what is needed of a picture of a view once, writes the files that are to be made, and appends its annotations,
 * a JSON array, where they are to be made. `surveyed` is what was found of the view's pictures; NULL: there is only
 * this one, or nobody wants to know. `collected` takes what is for files of the whole view. */
int mask_picture(const struct mask_plan *plan, size_t view, const struct rv_picture *picture, void **surveyed,
                 void **collected, struct mask_scratch *scratch, struct mask_files *files, struct rv_str *annotations,
                 struct rv_err *err) RV_MUST_USE;

/* Memory for what products collect from the pictures of a view: an element for each product, in the arena. */
void **mask_picture_collect(const struct mask_plan *plan, size_t view, struct rv_arena *arena);
/* Writes the files of products that are one for all pictures of a view, when these are made. */
int mask_picture_finish(const struct mask_plan *plan, size_t view, void **surveyed, void **collected,
                        struct mask_scratch *scratch, struct mask_files *files, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* What rv-blend says of objects that the picture does not show whole (RV_ROLE_AMODAL_RUNS). */
#ifndef RV_MASK_PRODUCTS_HIDDEN_H
#define RV_MASK_PRODUCTS_HIDDEN_H

#include "mask/job.h"
#include "mask/pixels/whole.h"

struct mask_hidden_object {
	uint32_t index;
	const struct mask_run *runs;
	size_t n;
};

struct mask_hidden {
	const struct mask_hidden_object *objects; /* ascending */
	size_t n_objects;
	const uint32_t *unknown; /* of which nothing can be said, ascending */
	size_t n_unknown;
};

/* That of the job's picture, in the job's arena. RV_E_BAD_FILE where it is none. */
int mask_hidden_read(const struct mask_job *job, struct mask_hidden *hidden, struct rv_err *err) RV_MUST_USE;
/* The text of such a file, of a picture of this size, in an arena: all of it lies in that picture, or no further than
 * one more on each side. */
int mask_hidden_parse(const char *text, size_t len, uint32_t width, uint32_t height, struct rv_arena *arena,
                      struct mask_hidden *hidden, struct rv_err *err) RV_MUST_USE;
bool mask_hidden_is_known(const struct mask_hidden *hidden, uint32_t index);
/* The label's object whole; *whole is as for mask_whole_of, and uses the job's scratch. */
int mask_hidden_whole(const struct mask_job *job, const struct mask_hidden *hidden, const struct mask_label *label,
                      struct mask_whole *whole, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* What is to be done for a sample: the request against what is there. */
#ifndef RV_MASK_PLAN_H
#define RV_MASK_PLAN_H

#include "mask/planes.h"

/* Where the file of an output lies, for one picture. */
struct mask_place {
	const char *path; /* of a folder, with a '/' at its end */
	struct mask_output *output;
};

struct mask_plan {
	const struct mask_request *request; /* of whose outputs is_made is set */
	const struct mask_state *state;
	bool makes_files, makes_annotations;
	bool is_done;               /* neither of them, and no file is to be removed */
	struct mask_values *values; /* of each view, where something is made */
	struct mask_values *others; /* likewise: what is read of its pictures for others */
	struct mask_place *places;  /* of all outputs, sorted by path */
	size_t n_places;
	struct rv_arena arena;
};

/* Borrows both; release it in every case. Fails with RV_E_PASSES_GONE when labels are to be made that neither passes
 * nor kept files suffice for, and with RV_E_MISSING_FILE where the sample was never labelled. */
int mask_plan_init(struct mask_plan *plan, const struct mask_request *request, const struct mask_state *state,
                   struct rv_err *err) RV_MUST_USE;
void mask_plan_release(struct mask_plan *plan);

/* The output that a file below the sample's directory belongs to, or NULL. */
struct mask_output *mask_plan_output(const struct mask_plan *plan, const char *path);
/* True when a file that the marker lists is a label that is there and stays as it is. */
bool mask_plan_keeps(const struct mask_plan *plan, const struct mask_listed *file);

#endif

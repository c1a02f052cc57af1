/* SPDX-License-Identifier: MIT */
/* Files of arrays that rv-blend wrote for a whole sample: points that are followed, surfaces that deform. */
#ifndef RV_MASK_PRODUCTS_ARRAYS_H
#define RV_MASK_PRODUCTS_ARRAYS_H

#include "mask/job.h"
#include "npz.h"

struct mask_arrays {
	struct rv_npz npz;
	const char *name; /* for messages */
};

/* The path of the sample's file of a role, or NULL. */
const char *mask_arrays_path(const struct rv_sample *sample, enum rv_role_id role);
/* Reads it, into job->arena. */
int mask_arrays_load(const struct mask_job *job, const char *path, struct mask_arrays *arrays,
                     struct rv_err *err) RV_MUST_USE;
/* Puts one of this type and these sides in its place; a side of 0 stands for any. RV_E_BAD_FILE where there is none. */
int mask_arrays_get(const struct mask_arrays *arrays, const char *name, enum rv_number number, size_t n_dims,
                    const size_t shape[], struct rv_array *array, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* The index map: which object each pixel shows. */
#include "mask/job.h"

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	return labels ? mask_put_png(job, MASK_ROLE(INDEX), &labels->map, err) : -1;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_INDEX, .is_always = true }, /* annotations are compared with it */
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_index = {
	.name = "index",
	.summary = "which object each pixel shows",
	.version = 2,
	.roles = roles,
	.reads = reads,
	.holds_numbers = true,
	.make = make,
};

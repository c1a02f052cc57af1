/* SPDX-License-Identifier: MIT */
/* The index map: which object each pixel shows. */
#include "mask/job.h"
#include "mask/pixels/preview.h"

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const colour = &job->scratch->colour;
	const struct mask_labels *const labels = mask_labels(job, err);
	if (!labels ||
	    (mask_makes(job, MASK_ROLE(INDEX)) && mask_put_png(job, MASK_ROLE(INDEX), &labels->map, err) < 0)) {
		return -1;
	}
	if (!mask_makes(job, MASK_ROLE(INDEX_PREVIEW))) {
		return 0;
	}
	return mask_preview_index(&labels->map, colour, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(INDEX_PREVIEW), colour, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_INDEX, .is_always = true }, /* annotations are compared with it */
	{ .id = RV_ROLE_INDEX_PREVIEW, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_index = {
	.name = "index",
	.summary = "which object each pixel shows",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.holds_numbers = true,
	.make = make,
};

/* SPDX-License-Identifier: MIT */
/* The map of materials: which material each pixel shows. */
#include "mask/job.h"
#include "mask/pixels/preview.h"

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const map = &job->scratch->map, *const colour = &job->scratch->colour;
	if (mask_index_map(mask_planes(job, MASK_ROLE(MATERIAL_INDEX)), map, err) < 0) {
		return mask_fail_pass(job, MASK_ROLE(MATERIAL_INDEX), err);
	}
	if (mask_makes(job, MASK_ROLE(MATERIAL_INDEX)) && mask_put_png(job, MASK_ROLE(MATERIAL_INDEX), map, err) < 0) {
		return -1;
	}
	if (!mask_makes(job, MASK_ROLE(MATERIAL_INDEX_PREVIEW))) {
		return 0;
	}
	return mask_preview_index(map, colour, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(MATERIAL_INDEX_PREVIEW), colour, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_MATERIAL_INDEX },
	{ .id = RV_ROLE_MATERIAL_INDEX_PREVIEW, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_MATERIAL_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_material_index = {
	.name = "material_index",
	.summary = "which material each pixel shows",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.holds_numbers = true,
	.make = make,
};

/* SPDX-License-Identifier: MIT */
/* Depth: metres to the camera's plane. */
#include "mask/job.h"
#include "mask/pixels/preview.h"

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct rv_image *const depth = mask_planes(job, MASK_ROLE(DEPTH));
	const struct rv_exr_plane value = { .name = "V", .image = depth };
	struct rv_image *const grey = &job->scratch->grey;
	if (mask_makes(job, MASK_ROLE(DEPTH)) && mask_put_exr(job, MASK_ROLE(DEPTH), &value, 1, NULL, 0, err) < 0) {
		return -1;
	}
	if (!mask_makes(job, MASK_ROLE(DEPTH_PREVIEW))) {
		return 0;
	}
	return mask_preview_depth(depth, grey, err) < 0 ? -1 : mask_put_png(job, MASK_ROLE(DEPTH_PREVIEW), grey, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_DEPTH },
	{ .id = RV_ROLE_DEPTH_PREVIEW, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_depth = {
	.name = "depth",
	.summary = "metres to the camera's plane",
	.version = 2,
	.roles = roles,
	.reads = reads,
	.holds_numbers = true,
	.make = make,
};

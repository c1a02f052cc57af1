/* SPDX-License-Identifier: MIT */
/* Which points are hidden in the next picture, and in the one before. */
#include "mask/products/poses.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "occlusion",
	  .value = &asked,
	  .help = "also write masks of what is hidden in the next frame, and in the one before; of what "
	          "deforms with rv-blend --passes Vector only" },
	{ .kind = RV_OPT_END },
};

static int find_mask(struct mask_job *job, const struct rv_picture *other, struct rv_image *mask, struct rv_err *err)
{
	const struct rv_image *const index = mask_planes(job, MASK_ROLE(INDEX));
	struct mask_step step;
	const int known = mask_poses_step(job, other, &step, err);
	if (known <= 0) {
		return known < 0 ? -1 : mask_unknown_occlusion(index->width, index->height, mask, err);
	}
	return mask_read_other(job, other, err) < 0
	               ? -1
	               : mask_occlusion(&step.moves, &step.there, mask_other_planes(job, MASK_ROLE(DEPTH)),
	                                mask_other_planes(job, MASK_ROLE(INDEX)), mask, err);
}

static int put_mask(struct mask_job *job, const char *role, bool is_forward, struct rv_err *err)
{
	struct rv_image *const mask = &job->scratch->mask;
	const struct rv_picture *other;
	(void)rv_picture_step(job->picture, is_forward, &other);
	return find_mask(job, other, mask, err) < 0 ? -1 : mask_put_png(job, role, mask, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const char *const forward = MASK_ROLE(OCCLUSION_FORWARD), *const backward = MASK_ROLE(OCCLUSION_BACKWARD);
	return (mask_makes(job, forward) && put_mask(job, forward, true, err) < 0) ||
	                       (mask_makes(job, backward) && put_mask(job, backward, false, err) < 0)
	               ? -1
	               : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_OCCLUSION_FORWARD },
	{ .id = RV_ROLE_OCCLUSION_BACKWARD },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_occlusion = {
	.name = "occlusion",
	.summary = "which points are hidden in the next frame, and in the one before",
	.version = 4,
	.roles = roles,
	.reads = reads,
	.by_vertices = true,
	.reads_others = true,
	.options = options,
	.asked = &asked,
	.take = mask_poses_take,
	.key = mask_poses_key,
	.survey = mask_poses_survey,
	.surveys = mask_poses_surveys,
	.make = make,
};

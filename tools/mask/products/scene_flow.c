/* SPDX-License-Identifier: MIT */
/* Scene flow: how far each point goes until the next picture, in the world. */
#include "mask/products/poses.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "scene-flow",
	  .value = &asked,
	  .help = "also write SceneFlow.exr, how far each point goes in the world until the next frame; of what "
	          "deforms with rv-blend --passes Vector only" },
	{ .kind = RV_OPT_END },
};

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct rv_image *const index = mask_planes(job, MASK_ROLE(INDEX));
	struct rv_image *const xyz = job->scratch->vectors;
	const struct rv_picture *next;
	struct mask_step step;
	(void)rv_picture_step(job->picture, true, &next);
	const int known = mask_poses_step(job, next, &step, err);
	const int status = known < 0 ? -1
	                   : known   ? mask_scene_flow(&step.moves, xyz, err)
	                             : mask_unknown_planes(index->width, index->height, xyz, 3, err);
	const struct rv_exr_plane planes[] = { { .name = "X", .image = &xyz[0] },
		                               { .name = "Y", .image = &xyz[1] },
		                               { .name = "Z", .image = &xyz[2] } };
	return status < 0 ? -1 : mask_put_exr(job, MASK_ROLE(SCENE_FLOW), planes, 3, NULL, 0, err);
}

static const struct mask_role roles[] = { { .id = RV_ROLE_SCENE_FLOW }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_scene_flow = {
	.name = "scene_flow",
	.summary = "how far each point goes in the world until the next frame",
	.version = 4,
	.roles = roles,
	.reads = reads,
	.by_vertices = true,
	.options = options,
	.asked = &asked,
	.take = mask_poses_take,
	.key = mask_poses_key,
	.survey = mask_poses_survey,
	.surveys = mask_poses_surveys,
	.make = make,
};

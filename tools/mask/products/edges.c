/* SPDX-License-Identifier: MIT */
/* The borders between objects. */
#include "mask/job.h"
#include "mask/pixels/masks.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "edges",
	  .value = &asked,
	  .help = "also write Edges.png, the borders between objects" },
	{ .kind = RV_OPT_END },
};

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const mask = &job->scratch->mask;
	return !labels || mask_of_edges(&labels->map, mask, err) < 0 ? -1
	                                                             : mask_put_png(job, MASK_ROLE(EDGES), mask, err);
}

static const struct mask_role roles[] = { { .id = RV_ROLE_EDGES }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_edges = {
	.name = "edges",
	.summary = "the borders between objects",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.asked = &asked,
	.make = make,
};

/* SPDX-License-Identifier: MIT */
/* Masks as run lengths, as COCO has them. */
#include "mask/job.h"
#include "mask/products/mask_json.h"

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	(void)job;
	mask_product_put_rle(&label->rle, out);
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "rle", NULL };

const struct mask_product mask_product_rle = {
	.name = "rle",
	.summary = "the mask of each object as the compressed run lengths of COCO",
	.version = 1,
	.members = members,
	.reads = reads,
	.annotate = annotate,
};

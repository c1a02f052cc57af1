/* SPDX-License-Identifier: MIT */
/* Masks as run lengths, as COCO has them. */
#include "mask/job.h"

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	struct rv_str counts = RV_STR_INIT;
	(void)job;
	rv_rle_compress(&label->rle, &counts);
	rv_json_open(out, "rle", '{');
	rv_json_open(out, "size", '[');
	rv_json_put_u64(out, NULL, label->rle.height);
	rv_json_put_u64(out, NULL, label->rle.width);
	rv_json_close(out, ']');
	rv_json_put_bytes(out, "counts", counts.ptr, counts.len);
	rv_json_close(out, '}');
	rv_str_release(&counts);
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

/* SPDX-License-Identifier: MIT */
/* A mask file of each annotated object, whole. */
#include "mask/job.h"
#include "mask/products/hidden.h"

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "amodal-masks",
	  .value = &asked,
	  .help = "also write amodal/INDEX.png, a mask of each visible object with what others hide of it" },
	{ .kind = RV_OPT_END },
};

static int put_mask(struct mask_job *job, const struct mask_label *label, const struct rv_rle *rle, struct rv_err *err)
{
	struct rv_image *const mask = &job->scratch->mask;
	if (rv_image_init(mask, rle->width, rle->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	rv_rle_to_mask(rle, mask->u8);
	for (size_t i = 0; i < (size_t)mask->width * mask->height; i++) {
		mask->u8[i] = mask->u8[i] ? UINT8_MAX : 0;
	}
	return mask_put_object(job, MASK_ROLE(AMODAL), label->index, mask, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct mask_whole whole = MASK_WHOLE_INIT;
	struct mask_hidden hidden;
	int status = !labels ? -1 : mask_hidden_read(job, &hidden, err);
	for (size_t i = 0; status == 0 && i < labels->len; i++) {
		const struct mask_label *const label = &labels->items[i];
		if (mask_is_annotated(label) && mask_hidden_is_known(&hidden, label->index)) {
			status = mask_hidden_whole(job, &hidden, label, &whole, err) < 0
			                 ? -1
			                 : put_mask(job, label, &whole.rle, err);
		}
	}
	mask_whole_release(&whole);
	return status;
}

static const struct mask_role roles[] = { { .id = RV_ROLE_AMODAL }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_AMODAL_RUNS },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", NULL };

const struct mask_product mask_product_amodal_masks = {
	.name = "amodal_masks",
	.summary = "a mask file of each annotated object, whole",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.asked = &asked,
	.make = make,
};

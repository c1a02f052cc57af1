/* SPDX-License-Identifier: MIT */
/* The alpha of the picture. */
#include "mask/job.h"
#include "mask/pixels/masks.h"
#include "mask/products/picture.h"

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)data;
	mask_product_picture_key(request, out);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const picture = &job->scratch->picture, *const grey = &job->scratch->grey;
	return mask_product_picture_read(job, picture, err) < 0 || mask_of_alpha(picture, grey, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(ALPHA), grey, err);
}

static const struct mask_role roles[] = { { .id = RV_ROLE_ALPHA }, { .id = RV_ROLES } };

static const struct mask_read reads[] = { { .pass = RV_ROLES } };

const struct mask_product mask_product_alpha = {
	.name = "alpha",
	.summary = "the picture's alpha, 0 is transparent",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.is_possible = mask_product_picture_has_alpha,
	.key = key,
	.make = make,
};

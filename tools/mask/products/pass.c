/* SPDX-License-Identifier: MIT */
/* Every other pass, as numbers, as it was rendered. */
#include <stdlib.h>

#include "alloc.h"
#include "mask/job.h"

static int put(struct mask_job *job, const struct mask_pass *pass, struct rv_err *err)
{
	const struct rv_image *const images = mask_planes(job, pass->role);
	struct rv_exr_plane *const planes = rv_alloc_zero(pass->n_channels, sizeof(*planes));
	for (size_t i = 0; i < pass->n_channels; i++) {
		planes[i] = (struct rv_exr_plane) { .name = mask_channel_name(pass, i),
			                            .image = &images[i],
			                            .is_half = rv_exr_is_half(mask_opened_exr(&job->opened, pass),
			                                                      pass->channels[i]) };
	}
	const int status = mask_put_exr(job, pass->role, planes, pass->n_channels, NULL, 0, err);
	free(planes);
	return status;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const char *role;
	for (size_t at = 0; (role = mask_next_role(job, &at));) {
		if (put(job, mask_pass(job->view, role), err) < 0) {
			return -1;
		}
	}
	return 0;
}

const struct mask_product mask_product_pass = {
	.name = "pass",
	.summary = "every other pass that was rendered, as numbers",
	.version = 1,
	.takes_rest = true,
	.holds_numbers = true,
	.make = make,
};

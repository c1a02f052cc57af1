/* SPDX-License-Identifier: MIT */
/* The alpha of the picture, which is a PNG file beside the passes. */
#include <string.h>

#include "mask/job.h"
#include "mask/pixels/masks.h"
#include "png.h"

static bool is_png(const char *name)
{
	const size_t len = name ? strlen(name) : 0;
	return len > 4 && strcmp(name + len - 4, ".png") == 0;
}

static bool is_possible(const struct mask_view *view)
{
	bool possible = true;
	for (size_t i = 0; possible && i < view->n_pictures; i++) {
		possible = is_png(rv_picture_file(&view->pictures[i], RV_ROLE_IMAGE));
	}
	return possible;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)data;
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		const char *const path = rv_picture_file(&request->sample.pictures[i], RV_ROLE_IMAGE);
		rv_json_put_string(out, NULL, path ? path : "");
	}
}

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const picture = &job->scratch->picture, *const grey = &job->scratch->grey;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", job->request->sample.dir, rv_picture_file(job->picture, RV_ROLE_IMAGE));
	const int status = rv_png_read(path.ptr, picture, err);
	rv_str_release(&path);
	return status < 0 || mask_of_alpha(picture, grey, err) < 0 ? -1
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
	.is_possible = is_possible,
	.key = key,
	.make = make,
};

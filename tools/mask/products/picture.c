/* SPDX-License-Identifier: MIT */
/* The picture itself. */
#include "mask/products/picture.h"

#include <string.h>

#include "video.h"

bool mask_product_picture_is_there(const struct mask_view *view)
{
	bool possible = true;
	for (size_t i = 0; possible && i < view->n_pictures; i++) {
		const char *const path = rv_picture_file(&view->pictures[i], RV_ROLE_IMAGE);
		possible = path && rv_still_is(path);
	}
	return possible;
}

bool mask_product_picture_has_alpha(const struct mask_view *view)
{
	static const char *const without[] = { ".jpg", ".jpeg", ".bmp", ".hdr" };
	bool possible = mask_product_picture_is_there(view);
	for (size_t i = 0; possible && i < view->n_pictures; i++) {
		const char *const dot = strrchr(rv_picture_file(&view->pictures[i], RV_ROLE_IMAGE), '.');
		for (size_t k = 0; k < RV_COUNTOF(without); k++) {
			possible = possible && strcmp(dot, without[k]) != 0;
		}
	}
	return possible;
}

void mask_product_picture_key(const struct mask_request *request, struct rv_json_out *out)
{
	for (size_t i = 0; i < request->sample.n_pictures; i++) {
		const char *const path = rv_picture_file(&request->sample.pictures[i], RV_ROLE_IMAGE);
		rv_json_put_string(out, NULL, path ? path : "");
	}
}

int mask_product_picture_read(const struct mask_job *job, struct rv_image *picture, struct rv_err *err)
{
	struct rv_source source = RV_SOURCE_INIT;
	int status = mask_open(job->request, rv_picture_file(job->picture, RV_ROLE_IMAGE), &source, err);
	if (status == 0) {
		status = rv_still_read_from(&source, picture, err);
	}
	rv_source_close(&source);
	return status;
}

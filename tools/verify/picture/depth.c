/* SPDX-License-Identifier: MIT */
/* Depth: metres to the camera's plane, 1e10 where nothing is seen; and its preview. */
#include <math.h>

#include "verify/picture.h"

static bool is_seen(float depth)
{
	return depth < RV_DEPTH_SEEN_MAX;
}

static void check_depth(struct verify_picture *picture, const struct verify_file *file)
{
	const float *const depth = picture->depth->f32;
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		const float z = depth[i];
		if (!isfinite(z) || z <= 0) {
			verify_picture_blame(picture, VERIFY_DEPTH_FINITE, file->name.ptr, i, (double)z,
			                     "but depth is finite and positive");
			return;
		}
		if (!is_seen(z) && z != RV_DEPTH_NOTHING) {
			verify_picture_blame(picture, VERIFY_DEPTH_BACKGROUND, file->name.ptr, i, (double)z,
			                     "but the background is 1e10");
			return;
		}
		if (!is_seen(z) && picture->index && picture->index->u16[i] != 0) {
			verify_picture_blame(picture, VERIFY_DEPTH_INDEX, file->name.ptr, i, (double)z,
			                     "where the index map has an object");
			return;
		}
	}
}

static void check_preview(struct verify_picture *picture, const struct verify_file *file)
{
	const uint16_t *const grey = file->decoded.image.u16;
	const size_t n = picture->depth ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_seen(picture->depth->f32[i]) && grey[i] != UINT16_MAX) {
			verify_picture_blame(picture, VERIFY_DEPTH_PREVIEW, file->name.ptr, i, grey[i],
			                     "but the background is 65535");
			return;
		}
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	if (file->file->row == &rv_roles[RV_ROLE_DEPTH]) {
		check_depth(picture, file);
	} else {
		check_preview(picture, file);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_DEPTH, RV_ROLE_DEPTH_PREVIEW, RV_ROLES };

const struct verify_label verify_picture_depth = { .roles = roles, .file = check_file };

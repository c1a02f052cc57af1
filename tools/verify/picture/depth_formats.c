/* SPDX-License-Identifier: MIT */
/* Depth in other formats: what Depth.exr says, rounded to their steps; 0 where nothing is seen, and where it would not
 * fit: it never begins anew. */
#include <math.h>

#include "verify/picture.h"

#define VALUE_MAX 65535.0
#define NEAR 1e-6 /* that a float may be off, of itself */

/* A value stands for the metres that are nearest to it, 0 for none, and for those that are beyond the last value. */
static bool is_value_of(uint16_t value, float metres, double per_metre)
{
	const double steps = (double)metres * per_metre, slack = NEAR * fmax(steps, 1);
	if (!(metres < RV_DEPTH_SEEN_MAX)) {
		return value == 0;
	}
	return value > 0 ? fabs(steps - value) <= 0.5 + slack
	                 : steps <= 0.5 + slack || steps >= VALUE_MAX + 0.5 - slack;
}

static void check_scaled(struct verify_picture *picture, const struct verify_file *file, double per_metre)
{
	const uint16_t *const values = file->decoded.image.u16;
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		const float metres = picture->depth->f32[i];
		if (!is_value_of(values[i], metres, per_metre)) {
			verify_problems_add(picture->problems, VERIFY_DEPTH_SAME, file->name.ptr,
			                    "pixel (%zu,%zu) is %u, which is %.9g m, but the depth is %.9g m",
			                    i % picture->width, i / picture->width, values[i], values[i] / per_metre,
			                    (double)metres);
			return;
		}
	}
}

static void check_array(struct verify_picture *picture, const struct verify_file *file)
{
	const float *const values = file->decoded.vectors;
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		const float metres = picture->depth->f32[i];
		if (values[i] != (metres < RV_DEPTH_SEEN_MAX ? metres : 0)) {
			verify_picture_blame(picture, VERIFY_DEPTH_SAME, file->name.ptr, i, (double)values[i],
			                     "but the depth is another");
			return;
		}
	}
}

static void check_file(struct verify_picture *picture, const struct verify_file *file)
{
	if (!picture->depth) {
		return;
	}
	switch ((enum rv_role_id)(file->file->row - rv_roles)) {
	case RV_ROLE_DEPTH_MM:
		check_scaled(picture, file, 1000);
		break;
	case RV_ROLE_DEPTH_KITTI:
		check_scaled(picture, file, 256);
		break;
	default:
		check_array(picture, file);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_DEPTH_MM, RV_ROLE_DEPTH_KITTI, RV_ROLE_DEPTH_NPY, RV_ROLES };

const struct verify_label verify_picture_depth_formats = { .roles = roles, .file = check_file };

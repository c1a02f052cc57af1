/* SPDX-License-Identifier: MIT */
/* Passes that stay numbers: all of them are. */
#include <math.h>

#include "verify/picture.h"

/* Of colours only what is no number at all is wrong: 16 bits end at 65504. */
static bool is_colour(const struct rv_file *file)
{
	return !file->row || (!file->row->channels[0] && file->row->bits == 0);
}

static void check_numbers(struct verify_picture *picture, const struct verify_file *file)
{
	const bool may_be_infinite = is_colour(file->file);
	const size_t n = verify_picture_pixels(picture);
	if (file->file->row == &rv_roles[RV_ROLE_DEPTH]) {
		return; /* depth.finite says more */
	}
	for (size_t c = 0; c < file->decoded.n_planes; c++) {
		const float *const values = file->decoded.planes[c].image.f32;
		for (size_t i = 0; i < n; i++) {
			if (may_be_infinite ? isnan(values[i]) : !isfinite(values[i])) {
				verify_picture_blame(picture, VERIFY_NUMBER_FINITE, file->name.ptr, i,
				                     (double)values[i], "which is no finite number");
				return;
			}
		}
	}
}

const struct verify_label verify_picture_numbers = { .file = check_numbers };

/* SPDX-License-Identifier: MIT */
/* Alpha is the last channel of the image, if it has one. */
#include "verify/picture.h"

static uint16_t value_at(const struct rv_image *image, size_t i)
{
	return image->pixel == RV_PIXEL_U8 ? image->u8[i] : image->u16[i];
}

static void check_alpha(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_image *const alpha = &file->decoded.image;
	const struct verify_decoded *const partner = verify_picture_partner(picture, RV_ROLE_IMAGE);
	if (!partner || partner->kind != VERIFY_KIND_PNG || partner->image.pixel != alpha->pixel) {
		return;
	}
	const struct rv_image *const image = &partner->image;
	const size_t n = verify_picture_pixels(picture), step = image->channels;
	const uint16_t opaque = alpha->pixel == RV_PIXEL_U8 ? UINT8_MAX : UINT16_MAX;
	for (size_t i = 0; i < n; i++) {
		const uint16_t wanted = step % 2 == 0 ? value_at(image, i * step + step - 1) : opaque;
		if (value_at(alpha, i) != wanted) {
			verify_picture_blame(picture, VERIFY_ALPHA_IMAGE, file->name.ptr, i, value_at(alpha, i),
			                     "but the picture's alpha is another");
			return;
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_ALPHA, RV_ROLES };

const struct verify_label verify_picture_alpha = { .roles = roles, .file = check_alpha };

/* SPDX-License-Identifier: MIT */
/* Pixels in memory. */
#include "image.h"

#include <stdlib.h>

size_t rv_pixel_size(enum rv_pixel pixel)
{
	switch (pixel) {
	case RV_PIXEL_U8:
		return 1;
	case RV_PIXEL_U16:
		return 2;
	case RV_PIXEL_F32:
		break;
	}
	return 4;
}

size_t rv_image_row_bytes(const struct rv_image *image)
{
	return (size_t)image->width * image->channels * rv_pixel_size(image->pixel);
}

int rv_image_init(struct rv_image *image, uint32_t width, uint32_t height, uint32_t channels, enum rv_pixel pixel,
                  struct rv_err *err)
{
	if (width < 1 || height < 1 || width > RV_IMAGE_SIDE_MAX || height > RV_IMAGE_SIDE_MAX) {
		return rv_fail(err, RV_E_LIMIT, "image of %u x %u pixels: each side must be 1..%d", width, height,
		               RV_IMAGE_SIDE_MAX);
	}
	if (channels < 1 || channels > RV_IMAGE_CHANNELS_MAX) {
		return rv_fail(err, RV_E_LIMIT, "image of %u channels: must be 1..%d", channels, RV_IMAGE_CHANNELS_MAX);
	}
	const size_t size = (size_t)width * height * channels * rv_pixel_size(pixel); /* fits: 2^32 * 4 * 4 */
	if (size > RV_IMAGE_BYTES_MAX) {
		return rv_fail(err, RV_E_LIMIT, "image of %u x %u pixels takes %zu bytes: at most %zu", width, height,
		               size, RV_IMAGE_BYTES_MAX);
	}
	const size_t old = image->bytes ? rv_image_row_bytes(image) * image->height : 0;
	if (old != size) {
		rv_image_release(image);
		image->bytes = malloc(size);
	}
	if (!image->bytes) {
		return rv_fail(err, RV_E_MEMORY, "no memory for an image of %u x %u pixels, %zu bytes", width, height,
		               size);
	}
	image->width = width;
	image->height = height;
	image->channels = channels;
	image->pixel = pixel;
	return 0;
}

void rv_image_release(struct rv_image *image)
{
	free(image->bytes);
	*image = (struct rv_image)RV_IMAGE_INIT;
}

/* SPDX-License-Identifier: MIT */
/* struct rv_image: pixels in memory, rows from the top, channels interleaved, rows without padding. No I/O. */
#ifndef RV_IMAGE_H
#define RV_IMAGE_H

#include "err.h"

#define RV_IMAGE_SIDE_MAX 65535
#define RV_IMAGE_CHANNELS_MAX 4
#define RV_IMAGE_BYTES_MAX ((size_t)8 << 30)

enum rv_pixel { RV_PIXEL_U8, RV_PIXEL_U16, RV_PIXEL_F32 }; /* U16 and F32 in the machine's byte order */

struct rv_image {
	uint32_t width;
	uint32_t height;
	uint32_t channels; /* 1 grey, 2 grey+alpha, 3 RGB, 4 RGBA */
	enum rv_pixel pixel;
	union {
		uint8_t *u8;
		uint16_t *u16;
		float *f32;
		void *bytes;
	};
};

#define RV_IMAGE_INIT \
	{ \
		.width = 0 \
	}

size_t rv_pixel_size(enum rv_pixel pixel); /* bytes of one channel of one pixel */
/* Allocates width * height * channels, not zeroed. Sides and total are checked against the limits above (RV_E_LIMIT);
 * where there is no memory for it, the size came from a file: that is RV_E_MEMORY for that file and not the end of the
 * program. An image that already holds memory of that size keeps it; after RV_E_MEMORY it is empty. */
int rv_image_init(struct rv_image *image, uint32_t width, uint32_t height, uint32_t channels, enum rv_pixel pixel,
                  struct rv_err *err) RV_MUST_USE;
void rv_image_release(struct rv_image *image);
size_t rv_image_row_bytes(const struct rv_image *image);

#endif

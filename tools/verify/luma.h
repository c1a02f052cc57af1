/* SPDX-License-Identifier: MIT */
/*
 * A picture as its brightness alone: Y' of BT.709 from the picture's own values, (54 R + 183 G + 19 B + 128) / 256, in
 * whole numbers of 0..255; of 16 bits the upper eight count, alpha does not. What is told of the quality of pictures is
 * measured on it.
 */
#ifndef RV_VERIFY_LUMA_H
#define RV_VERIFY_LUMA_H

#include "image.h"

struct verify_luma {
	uint32_t width, height;
	uint8_t *pixels;
	size_t cap;
};
#define VERIFY_LUMA_INIT \
	{ \
		.pixels = NULL \
	}
void verify_luma_release(struct verify_luma *luma);

/* Replaces *luma by that of an image of U8 or U16; its memory is used again. */
void verify_luma_take(struct verify_luma *luma, const struct rv_image *image);
/* The same of the Y' plane of a decoded frame, 8 bits, in full range or (`is_limited`) from 16 to 235. */
void verify_luma_take_plane(struct verify_luma *luma, const uint8_t *plane, size_t row_bytes, uint32_t width,
                            uint32_t height, bool is_limited);

/* The share of pixels that are black: a tenth of the range or less. */
#define VERIFY_LUMA_BLACK 25
double verify_luma_black(const struct verify_luma *luma);
/* The mean of all pixels. */
double verify_luma_mean(const struct verify_luma *luma);

/*
 * A hash of 64 bits that stays nearly the same when a picture is scaled, encoded again or made a little brighter:
 * dHash. The picture is cut into 9 columns and 8 rows, column i from pixel floor(i W / 9) to before floor((i + 1) W /
 * 9), at least one pixel wide, rows likewise; a bit is 1 where the mean of a cell is less than that of the one to the
 * right of it. The first row's first bit is the highest.
 */
uint64_t verify_luma_hash(const struct verify_luma *luma);

/* The bits that differ; `most` + 1 when it is more than `most`. */
static inline unsigned int verify_luma_distance(uint64_t a, uint64_t b, unsigned int most)
{
	unsigned int n = 0;
	for (uint64_t bits = a ^ b; bits && n <= most; bits &= bits - 1) {
		n++;
	}
	return n;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * COCO's compressed run lengths, read from their definition and not by lib/rle, which wrote them: a mistake there must
 * not hide itself.
 *
 * A character is 48 plus five bits of a number, the lowest first, and 32 while more follow; the last one's bit 16 is
 * the sign. From the fourth number on it is the difference to the one two before. Runs alternate, those of the
 * background first, and go down the columns.
 */
#ifndef RV_VERIFY_RLE_H
#define RV_VERIFY_RLE_H

#include "err.h"

struct verify_rle {
	uint32_t *ends; /* of each run, in pixels from the start; runs 1, 3, 5 ... are the mask */
	size_t len, cap;
	uint64_t area_px;
	uint32_t bbox[4]; /* x, y, width, height; all 0 for an empty mask */
};
#define VERIFY_RLE_INIT \
	{ \
		.ends = NULL \
	}
void verify_rle_release(struct verify_rle *rle);

/* Replaces *rle. Fails with RV_E_LABEL unless the runs fill width * height pixels exactly and none but the first is
 * empty. The sides are at most 65535. */
int verify_rle_read(struct verify_rle *rle, uint32_t width, uint32_t height, const char *text, size_t len,
                    struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * COCO run lengths of binary masks.
 *
 * Pixels are walked down columns first; counts alternate zeros, ones, beginning with zeros (so the first is 0 when
 * pixel (0,0) is set). The compressed string is that of maskApi.c in cocodataset/cocoapi: from count 3 on the
 * difference to the count two before, 5 bits a character, low first, bit 0x20 "more follows", plus 48.
 */
#ifndef RV_RLE_H
#define RV_RLE_H

#include "err.h"
#include "str.h"

struct rv_rle {
	uint32_t width;
	uint32_t height;
	uint32_t *counts;
	size_t len;
	size_t cap;
	uint64_t filled; /* sum of the counts */
};

#define RV_RLE_INIT \
	{ \
		.width = 0 \
	}

void rv_rle_release(struct rv_rle *rle);
void rv_rle_clear(struct rv_rle *rle, uint32_t width, uint32_t height);
/* Appends a run of `count` pixels of the other colour; a count of 0 is only allowed as the first. */
void rv_rle_push(struct rv_rle *rle, uint32_t count);
/* Builds a mask from the runs of set pixels alone: rv_rle_clear, then each run in ascending order (`start` counts
 * pixels down columns; runs that touch are joined), then rv_rle_finish, which adds the zeros that are left. */
void rv_rle_set_run(struct rv_rle *rle, uint32_t start, uint32_t count);
void rv_rle_finish(struct rv_rle *rle);
/* From a row-major mask: a pixel is set when its byte is not 0. */
void rv_rle_from_mask(struct rv_rle *rle, const uint8_t *mask, uint32_t width, uint32_t height);
/* To a row-major mask of bytes 0 or 1; `mask` holds width * height bytes. */
void rv_rle_to_mask(const struct rv_rle *rle, uint8_t *mask);
uint64_t rv_rle_area(const struct rv_rle *rle);
/* x, y, w, h in pixels; all 0 for an empty mask. */
void rv_rle_bbox(const struct rv_rle *rle, uint32_t bbox[4]);
/* Appends the compressed string (not JSON-escaped: it may hold a backslash). */
void rv_rle_compress(const struct rv_rle *rle, struct rv_str *out);
/* Reads it; fails (RV_E_BAD_RECORD) unless the runs fill width * height exactly and only the first is 0. The sides are
 * at most RV_IMAGE_SIDE_MAX, so that a count fits its 32 bits. */
int rv_rle_decompress(struct rv_rle *rle, uint32_t width, uint32_t height, const char *text, size_t len,
                      struct rv_err *err) RV_MUST_USE;

#endif

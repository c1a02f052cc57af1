/* SPDX-License-Identifier: MIT */
/* COCO's compressed run lengths: see rle.h. */
#include "verify/rle.h"

#include "alloc.h"

#define DIGIT_BITS 5
#define SHIFT_MAX 35 /* seven digits hold every number that may come */

void verify_rle_release(struct verify_rle *rle)
{
	free(rle->ends);
	*rle = (struct verify_rle)VERIFY_RLE_INIT;
}

/* The number at *at. */
static int read_number(const char *text, size_t len, size_t *at, int64_t *number, struct rv_err *err)
{
	unsigned int digit, shift = 0;
	*number = 0;
	do {
		digit = *at < len ? (unsigned char)text[(*at)++] - 48U : UINT32_MAX;
		if (digit > 63 || shift == SHIFT_MAX) {
			return rv_fail(err, RV_E_LABEL,
			               "run lengths break off, or are no text of 48 to 111, at byte %zu", *at);
		}
		*number += (int64_t)(digit & 31) << shift;
		shift += DIGIT_BITS;
	} while (digit & 32);
	*number -= digit & 16 ? INT64_C(1) << shift : 0;
	return 0;
}

/* Widens the box, given as left, top, right, bottom, by the pixels from..end-1. */
static void widen(uint32_t box[4], uint32_t from, uint32_t end, uint32_t height)
{
	const uint32_t left = from / height, right = (end - 1) / height;
	const bool is_one_column = left == right;
	box[0] = RV_MIN(box[0], left);
	box[1] = RV_MIN(box[1], is_one_column ? from % height : 0);
	box[2] = RV_MAX(box[2], right);
	box[3] = RV_MAX(box[3], is_one_column ? (end - 1) % height : height - 1);
}

int verify_rle_read(struct verify_rle *rle, uint32_t width, uint32_t height, const char *text, size_t len,
                    struct rv_err *err)
{
	const int64_t n = (int64_t)width * height;
	int64_t count = 0, before[2] = { 0, 0 }, end = 0; /* before: the counts of the two runs before */
	uint32_t box[4] = { UINT32_MAX, UINT32_MAX, 0, 0 };
	rle->len = 0;
	rle->area_px = 0;
	for (size_t at = 0; at < len; rle->len++) {
		if (read_number(text, len, &at, &count, err) < 0) {
			return -1;
		}
		count += rle->len > 2 ? before[0] : 0;
		if (count < (rle->len > 0) || count > n - end) {
			return rv_fail(err, RV_E_LABEL, "run %zu has %lld pixels, of %lld that are left", rle->len,
			               (long long)count, (long long)(n - end));
		}
		RV_GROW(rle->ends, rle->len, rle->cap);
		rle->ends[rle->len] = (uint32_t)(end + count);
		if (rle->len % 2 == 1) {
			rle->area_px += (uint64_t)count;
			widen(box, (uint32_t)end, (uint32_t)(end + count), height);
		}
		end += count;
		before[0] = before[1];
		before[1] = count;
	}
	if (end != n) {
		return rv_fail(err, RV_E_LABEL, "runs hold %lld pixels, the picture has %lld", (long long)end,
		               (long long)n);
	}
	const bool is_empty = rle->area_px == 0;
	rle->bbox[0] = is_empty ? 0 : box[0];
	rle->bbox[1] = is_empty ? 0 : box[1];
	rle->bbox[2] = is_empty ? 0 : box[2] - box[0] + 1;
	rle->bbox[3] = is_empty ? 0 : box[3] - box[1] + 1;
	return 0;
}

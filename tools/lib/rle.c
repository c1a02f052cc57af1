/* SPDX-License-Identifier: MIT */
/* COCO run lengths: built, measured, written and read. */
#include "rle.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"

#define CHAR_BASE 48 /* '0': the smallest character of a compressed string */
#define CHAR_MAX_VALUE 63
#define MORE 0x20u       /* another character follows */
#define SIGN 0x10u       /* sign bit of the last character's payload */
#define NUMBER_CHARS 7   /* 35 bits: enough for the difference of two 32-bit counts */
#define BLOCK_COLUMNS 64 /* columns turned into rows at a time: one cache line of every row of the mask */

void rv_rle_release(struct rv_rle *rle)
{
	free(rle->counts);
	*rle = (struct rv_rle)RV_RLE_INIT;
}

void rv_rle_clear(struct rv_rle *rle, uint32_t width, uint32_t height)
{
	rle->width = width;
	rle->height = height;
	rle->len = 0;
	rle->filled = 0;
}

void rv_rle_push(struct rv_rle *rle, uint32_t count)
{
	if (count == 0 && rle->len > 0) {
		rv_bug("run of 0 pixels that is not the first");
	}
	RV_GROW(rle->counts, rle->len, rle->cap);
	rle->counts[rle->len++] = count;
	rle->filled += count;
}

void rv_rle_set_run(struct rv_rle *rle, uint32_t start, uint32_t count)
{
	if (start == rle->filled && rle->len > 0) {
		rle->counts[rle->len - 1] += count; /* goes on from the bottom of one column to the top of the next */
		rle->filled += count;
		return;
	}
	rv_rle_push(rle, (uint32_t)(start - rle->filled));
	rv_rle_push(rle, count);
}

void rv_rle_finish(struct rv_rle *rle)
{
	const uint64_t total = (uint64_t)rle->width * rle->height;
	if (rle->filled < total) {
		rv_rle_push(rle, (uint32_t)(total - rle->filled));
	}
}

void rv_rle_from_mask(struct rv_rle *rle, const uint8_t *mask, uint32_t width, uint32_t height)
{
	rv_rle_clear(rle, width, height);
	uint8_t *columns = rv_alloc((size_t)BLOCK_COLUMNS * height);
	uint8_t colour = 0;
	uint32_t run = 0;
	for (uint32_t x0 = 0; x0 < width; x0 += BLOCK_COLUMNS) {
		const uint32_t n = RV_MIN(width - x0, (uint32_t)BLOCK_COLUMNS);
		for (uint32_t y = 0; y < height; y++) {
			const uint8_t *row = mask + (size_t)y * width + x0;
			for (uint32_t i = 0; i < n; i++) {
				columns[(size_t)i * height + y] = row[i] != 0;
			}
		}
		const uint8_t *at = columns;
		const uint8_t *const end = columns + (size_t)n * height;
		while (at < end) {
			const uint8_t *change = memchr(at, !colour, (size_t)(end - at));
			run += (uint32_t)((change ? change : end) - at);
			if (!change) {
				break;
			}
			rv_rle_push(rle, run);
			run = 0;
			colour = !colour;
			at = change;
		}
	}
	if (run > 0) {
		rv_rle_push(rle, run);
	}
	free(columns);
}

void rv_rle_to_mask(const struct rv_rle *rle, uint8_t *mask)
{
	const size_t width = rle->width, height = rle->height;
	memset(mask, 0, width * height);
	size_t at = 0;
	for (size_t i = 0; i < rle->len; i++) {
		const size_t end = at + rle->counts[i];
		if (i & 1) {
			for (size_t x = at / height, y = at % height; at < end; at++) {
				mask[y * width + x] = 1;
				if (++y == height) {
					y = 0;
					x++;
				}
			}
		}
		at = end;
	}
}

uint64_t rv_rle_area(const struct rv_rle *rle)
{
	uint64_t area = 0;
	for (size_t i = 1; i < rle->len; i += 2) {
		area += rle->counts[i];
	}
	return area;
}

void rv_rle_bbox(const struct rv_rle *rle, uint32_t bbox[4])
{
	uint32_t x_min = UINT32_MAX, y_min = UINT32_MAX, x_max = 0, y_max = 0;
	uint64_t at = 0;
	for (size_t i = 0; i < rle->len; i++) {
		const uint64_t start = at;
		at += rle->counts[i];
		if (!(i & 1) || rle->counts[i] == 0) {
			continue;
		}
		const uint32_t x_first = (uint32_t)(start / rle->height), x_last = (uint32_t)((at - 1) / rle->height);
		uint32_t y_first = (uint32_t)(start % rle->height), y_last = (uint32_t)((at - 1) % rle->height);
		if (x_first != x_last) { /* covers the bottom of one column and the top of the next */
			y_first = 0;
			y_last = rle->height - 1;
		}
		x_min = RV_MIN(x_min, x_first);
		x_max = RV_MAX(x_max, x_last);
		y_min = RV_MIN(y_min, y_first);
		y_max = RV_MAX(y_max, y_last);
	}
	const bool empty = x_min == UINT32_MAX;
	bbox[0] = empty ? 0 : x_min;
	bbox[1] = empty ? 0 : y_min;
	bbox[2] = empty ? 0 : x_max - x_min + 1;
	bbox[3] = empty ? 0 : y_max - y_min + 1;
}

void rv_rle_compress(const struct rv_rle *rle, struct rv_str *out)
{
	rv_str_reserve(out, rle->len * NUMBER_CHARS);
	for (size_t i = 0; i < rle->len; i++) {
		int64_t value = rle->counts[i];
		if (i > 2) {
			value -= rle->counts[i - 2];
		}
		for (;;) {
			const unsigned int bits = (unsigned int)(value & 31);
			value >>= 5; /* arithmetic: what remains is -1 or 0 when only sign bits are left */
			const bool more = (bits & SIGN) ? value != -1 : value != 0;
			rv_str_putc(out, (char)((bits | (more ? MORE : 0)) + CHAR_BASE));
			if (!more) {
				break;
			}
		}
	}
}

/* One number at text[*at]; moves *at behind it. False when it is cut, too long or holds another character. */
static bool take_number(const char *text, size_t len, size_t *at, int64_t *out)
{
	uint64_t value = 0;
	for (unsigned int shift = 0; *at < len && shift < 5 * NUMBER_CHARS; shift += 5) {
		const int c = (unsigned char)text[(*at)++] - CHAR_BASE;
		if (c < 0 || c > CHAR_MAX_VALUE) {
			return false;
		}
		value |= (uint64_t)(c & 31) << shift;
		if (!((unsigned int)c & MORE)) {
			if ((unsigned int)c & SIGN) {
				value |= ~UINT64_C(0) << (shift + 5);
			}
			*out = (int64_t)value;
			return true;
		}
	}
	return false;
}

int rv_rle_decompress(struct rv_rle *rle, uint32_t width, uint32_t height, const char *text, size_t len,
                      struct rv_err *err)
{
	rv_rle_clear(rle, width, height);
	const uint64_t total = (uint64_t)width * height;
	size_t at = 0;
	while (at < len) {
		const size_t start = at;
		int64_t count;
		if (!take_number(text, len, &at, &count)) {
			return rv_fail(err, RV_E_BAD_RECORD, "run lengths: no number at character %zu", start + 1);
		}
		if (rle->len > 2) {
			count += rle->counts[rle->len - 2];
		}
		if (count < (rle->len > 0) || (uint64_t)count > total - rle->filled) {
			return rv_fail(err, RV_E_BAD_RECORD, "run lengths: run %zu has %lld pixels: must be %d..%llu",
			               rle->len, (long long)count, rle->len > 0,
			               (unsigned long long)(total - rle->filled));
		}
		rv_rle_push(rle, (uint32_t)count);
	}
	if (rle->filled != total) {
		return rv_fail(err, RV_E_BAD_RECORD, "run lengths cover %llu of %u x %u pixels",
		               (unsigned long long)rle->filled, width, height);
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Brightness of pictures: see luma.h. */
#include "verify/luma.h"

#include <stdlib.h>

#include "alloc.h"

#define COLUMNS 9
#define ROWS 8

void verify_luma_release(struct verify_luma *luma)
{
	free(luma->pixels);
	*luma = (struct verify_luma)VERIFY_LUMA_INIT;
}

static void make_room(struct verify_luma *luma, uint32_t width, uint32_t height)
{
	const size_t n = (size_t)width * height;
	luma->width = width;
	luma->height = height;
	if (n > luma->cap) {
		free(luma->pixels);
		luma->pixels = rv_alloc_zero(n, 1);
		luma->cap = n;
	}
}

static uint8_t mix(unsigned int r, unsigned int g, unsigned int b)
{
	return (uint8_t)((54 * r + 183 * g + 19 * b + 128) >> 8);
}

void verify_luma_take(struct verify_luma *luma, const struct rv_image *image)
{
	make_room(luma, image->width, image->height);
	const size_t n = (size_t)image->width * image->height, step = image->channels;
	const bool is_grey = step < 3, is_deep = image->pixel == RV_PIXEL_U16;
	const uint8_t *u8 = image->u8;
	const uint16_t *u16 = image->u16;
	for (size_t i = 0; i < n; i++) {
		if (is_deep) {
			luma->pixels[i] = is_grey ? (uint8_t)(*u16 >> 8) : mix(u16[0] >> 8, u16[1] >> 8, u16[2] >> 8);
			u16 += step;
		} else {
			luma->pixels[i] = is_grey ? *u8 : mix(u8[0], u8[1], u8[2]);
			u8 += step;
		}
	}
}

void verify_luma_take_plane(struct verify_luma *luma, const uint8_t *plane, size_t row_bytes, uint32_t width,
                            uint32_t height, bool is_limited)
{
	uint8_t full[256];
	for (int i = 0; i < 256; i++) {
		const int scaled = is_limited ? ((i - 16) * 255 + 109) / 219 : i;
		full[i] = (uint8_t)(scaled < 0 ? 0 : scaled > 255 ? 255 : scaled);
	}
	make_room(luma, width, height);
	for (size_t y = 0; y < height; y++) {
		for (size_t x = 0; x < width; x++) {
			luma->pixels[y * width + x] = full[plane[y * row_bytes + x]];
		}
	}
}

double verify_luma_black(const struct verify_luma *luma)
{
	const size_t n = (size_t)luma->width * luma->height;
	size_t n_black = 0;
	for (size_t i = 0; i < n; i++) {
		n_black += luma->pixels[i] <= VERIFY_LUMA_BLACK;
	}
	return (double)n_black / (double)n;
}

double verify_luma_mean(const struct verify_luma *luma)
{
	const size_t n = (size_t)luma->width * luma->height;
	uint64_t sum = 0;
	for (size_t i = 0; i < n; i++) {
		sum += luma->pixels[i];
	}
	return (double)sum / (double)n;
}

/* Where cell i of n begins among `side` pixels. */
static size_t start_of(size_t i, size_t n, size_t side)
{
	const size_t at = i * side / n;
	return at < side ? at : side - 1;
}

static void sum_row(const uint8_t *row, size_t width, uint64_t sums[COLUMNS])
{
	for (size_t i = 0; i < COLUMNS; i++) {
		const size_t from = start_of(i, COLUMNS, width), to = (i + 1) * width / COLUMNS;
		uint32_t sum = 0;
		size_t x = from;
		do {
			sum += row[x++];
		} while (x < to);
		sums[i] += sum;
	}
}

uint64_t verify_luma_hash(const struct verify_luma *luma)
{
	uint64_t hash = 0;
	uint64_t widths[COLUMNS];
	for (size_t i = 0; i < COLUMNS; i++) {
		const size_t from = start_of(i, COLUMNS, luma->width), to = (i + 1) * luma->width / COLUMNS;
		widths[i] = to > from ? to - from : 1;
	}
	for (size_t row = 0; row < ROWS; row++) {
		uint64_t sums[COLUMNS] = { 0 };
		size_t y = start_of(row, ROWS, luma->height);
		const size_t to = (row + 1) * luma->height / ROWS;
		do {
			sum_row(luma->pixels + y * luma->width, luma->width, sums);
		} while (++y < to);
		for (size_t i = 0; i + 1 < COLUMNS; i++) {
			hash = hash << 1 | (sums[i] * widths[i + 1] < sums[i + 1] * widths[i]);
		}
	}
	return hash;
}

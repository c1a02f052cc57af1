/* SPDX-License-Identifier: MIT */
/*
 * rle.h against a decoder that was written from the definition of the format alone and shares nothing with the module:
 * it reads the compressed string into a mask, pixel by pixel.
 */
#include "rle.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "check.h"
#include "rng.h"

/* The mask of a compressed string, row-major 0 or 1; NULL when it does not fill width * height. */
static uint8_t *decode(const char *text, size_t len, uint32_t width, uint32_t height)
{
	const size_t total = (size_t)width * height;
	int64_t *counts = rv_alloc_zero(len + 1, sizeof(*counts));
	size_t n = 0;
	for (size_t i = 0; i < len;) {
		int64_t value = 0, unit = 1;
		int c;
		do {
			c = text[i++] - 48;
			value += (c % 32) * unit;
			unit *= 32;
		} while (c >= 32 && i < len);
		if (c % 32 >= 16) {
			value -= unit;
		}
		counts[n] = n > 2 ? value + counts[n - 2] : value;
		n++;
	}
	uint8_t *mask = rv_alloc_zero(total, 1);
	size_t at = 0;
	for (size_t i = 0; i < n; i++) {
		for (int64_t k = 0; k < counts[i] && at < total; k++, at++) {
			mask[at % height * width + at / height] = i % 2;
		}
	}
	free(counts);
	if (at != total) {
		free(mask);
		return NULL;
	}
	return mask;
}

/* Everything that the module says of a mask, checked pixel by pixel. */
static void check_mask(const uint8_t *mask, uint32_t width, uint32_t height)
{
	const size_t total = (size_t)width * height;
	struct rv_err err = RV_ERR_INIT;
	struct rv_rle rle = RV_RLE_INIT, again = RV_RLE_INIT;
	struct rv_str text = RV_STR_INIT, text_again = RV_STR_INIT;
	rv_rle_from_mask(&rle, mask, width, height);
	rv_rle_compress(&rle, &text);
	uint8_t *decoded = decode(text.ptr, text.len, width, height);
	if (!CHECK(decoded != NULL)) {
		goto out;
	}
	uint64_t area = 0;
	uint32_t x0 = UINT32_MAX, y0 = UINT32_MAX, x1 = 0, y1 = 0;
	size_t n_wrong = 0;
	for (uint32_t y = 0; y < height; y++) {
		for (uint32_t x = 0; x < width; x++) {
			const bool set = mask[(size_t)y * width + x] != 0;
			n_wrong += decoded[(size_t)y * width + x] != set;
			if (set) {
				area++;
				x0 = RV_MIN(x0, x);
				x1 = RV_MAX(x1, x + 1);
				y0 = RV_MIN(y0, y);
				y1 = RV_MAX(y1, y + 1);
			}
		}
	}
	uint32_t bbox[4];
	CHECK_U64(n_wrong, 0);
	CHECK_U64(rv_rle_area(&rle), area);
	rv_rle_bbox(&rle, bbox);
	CHECK_U64(bbox[0], area ? x0 : 0);
	CHECK_U64(bbox[1], area ? y0 : 0);
	CHECK_U64(bbox[2], area ? x1 - x0 : 0);
	CHECK_U64(bbox[3], area ? y1 - y0 : 0);
	CHECK_OK(rv_rle_decompress(&again, width, height, text.ptr, text.len, &err), &err);
	CHECK_BYTES(again.counts, again.len * sizeof(*again.counts), rle.counts, rle.len * sizeof(*rle.counts));
	memset(decoded, 7, total);
	rv_rle_to_mask(&again, decoded);
	n_wrong = 0;
	for (size_t i = 0; i < total; i++) {
		n_wrong += decoded[i] != (mask[i] != 0);
	}
	CHECK_U64(n_wrong, 0);

	/* the same from runs, column by column */
	rv_rle_clear(&again, width, height);
	for (uint32_t x = 0; x < width; x++) {
		for (uint32_t y = 0; y < height;) {
			const uint32_t start = y;
			while (y < height && mask[(size_t)y * width + x]) {
				y++;
			}
			if (y > start) {
				rv_rle_set_run(&again, x * height + start, y - start);
			} else {
				y++;
			}
		}
	}
	rv_rle_finish(&again);
	rv_rle_compress(&again, &text_again);
	CHECK_BYTES(text_again.ptr, text_again.len, text.ptr, text.len);
out:
	free(decoded);
	rv_str_release(&text);
	rv_str_release(&text_again);
	rv_rle_release(&rle);
	rv_rle_release(&again);
}

static void edges(void)
{
	static const uint32_t sizes[][2] = { { 1, 1 }, { 1, 9 }, { 9, 1 }, { 3, 2 }, { 64, 5 }, { 65, 5 }, { 200, 3 } };
	for (size_t i = 0; i < RV_COUNTOF(sizes); i++) {
		const uint32_t width = sizes[i][0], height = sizes[i][1];
		const size_t total = (size_t)width * height;
		uint8_t *mask = rv_alloc_zero(total, 1);
		check_mask(mask, width, height); /* empty */
		for (size_t k = 0; k < total; k++) {
			mask[k] = 255;
			check_mask(mask, width, height); /* one pixel: each in turn */
			mask[k] = 0;
		}
		memset(mask, 1, total);
		check_mask(mask, width, height); /* full */
		mask[0] = 0;
		check_mask(mask, width, height);
		free(mask);
	}
}

static void random_masks(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "rle");
	for (int round = 0; round < 300; round++) {
		const uint32_t width = 1 + (uint32_t)rv_rng_below(&rng, 150);
		const uint32_t height = 1 + (uint32_t)rv_rng_below(&rng, 90);
		const uint64_t mean_run = 1 + rv_rng_below(&rng, 300);
		uint8_t *mask = rv_alloc((size_t)width * height);
		uint8_t colour = 0;
		for (size_t i = 0; i < (size_t)width * height; i++) {
			colour = rv_rng_below(&rng, mean_run) ? colour : (uint8_t)!colour;
			mask[i] = colour;
		}
		check_mask(mask, width, height);
		free(mask);
	}
}

/* Strings made by hand from the definition: 12 zeros, 5 ones, 100 zeros, ... */
static void known(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_rle rle = RV_RLE_INIT;
	struct rv_str text = RV_STR_INIT;
	rv_rle_clear(&rle, 50, 4);
	static const uint32_t counts[] = { 12, 5, 100, 2, 81 }; /* differences from the 4th on: -3, -19 */
	for (size_t i = 0; i < RV_COUNTOF(counts); i++) {
		rv_rle_push(&rle, counts[i]);
	}
	rv_rle_compress(&rle, &text);
	/* 12 -> 12 '<'; 5 -> '5'; 100 = 3 * 32 + 4 -> 4 + 32 'T', 3 '3'; -3 -> 29 'M';
	 * -19 = -1 * 32 + 13 -> 13 + 32 ']', 31 'O' */
	CHECK_TEXT(text, "<5T3M]O");
	CHECK_OK(rv_rle_decompress(&rle, 50, 4, text.ptr, text.len, &err), &err);
	CHECK_BYTES(rle.counts, rle.len * sizeof(*rle.counts), counts, sizeof(counts));
	rv_rle_release(&rle);
	rv_str_release(&text);
}

/* The largest image: counts need all 32 bits, differences 33. */
static void large(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_rle rle = RV_RLE_INIT, again = RV_RLE_INIT;
	struct rv_str text = RV_STR_INIT;
	rv_rle_clear(&rle, 65535, 65535);
	static const uint32_t counts[] = { 0, 1, 1, 4294836220, 3 };
	for (size_t i = 0; i < RV_COUNTOF(counts); i++) {
		rv_rle_push(&rle, counts[i]);
	}
	rv_rle_compress(&rle, &text);
	CHECK_OK(rv_rle_decompress(&again, 65535, 65535, text.ptr, text.len, &err), &err);
	CHECK_BYTES(again.counts, again.len * sizeof(*again.counts), counts, sizeof(counts));
	CHECK_U64(rv_rle_area(&again), 4294836221);
	uint32_t bbox[4];
	rv_rle_bbox(&again, bbox);
	CHECK_U64(bbox[2], 65535);
	CHECK_U64(bbox[3], 65535);
	rv_rle_release(&rle);
	rv_rle_release(&again);
	rv_str_release(&text);
}

static void damaged(void)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_rle rle = RV_RLE_INIT;
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "", "cover 0 of 3 x 2" },
		{ "5", "cover 5" },
		{ "7", "must be 0..6" },
		{ "O", "has -1 pixels" },
		{ "204", "run 1 has 0 pixels" },
		{ "p", "no number at character 1" },
		{ "2!", "no number at character 2" },
		{ "2P", "no number at character 2" }, /* cut: more is to follow */
		{ "PPPPPPPPP0", "no number" },        /* too many characters for one number */
		{ "111M", "has -2 pixels" },          /* 1 1 1, then 1 - 3 */
	};
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(rv_rle_decompress(&rle, 3, 2, bad[i].text, strlen(bad[i].text), &err), &err,
		            RV_E_BAD_RECORD, bad[i].part);
	}
	CHECK_OK(rv_rle_decompress(&rle, 3, 2, "6", 1, &err), &err);
	CHECK_OK(rv_rle_decompress(&rle, 3, 2, "06", 2, &err), &err);
	rv_rle_release(&rle);
}

CHECK_MODULE(rle)
{
	check_case("every single pixel, empty and full masks", edges);
	check_case("random masks", random_masks);
	check_case("a string made by hand", known);
	check_case("the largest image", large);
	check_case("damaged strings are refused", damaged);
}

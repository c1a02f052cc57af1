/* SPDX-License-Identifier: MIT */
/* Labels from an index map. */
#include "mask/pixels/labels.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define BLOCK_COLUMNS 32 /* columns turned into rows at a time: one cache line of every row of the map */
#define APART 32         /* values between two columns, lest they all fall into the same few places of the cache */
/* A float from 2^23 to 2^24 is a whole number, whose last bits are the float's: of the sum with an index they are the
 * index. Compilers make vectors of this, not of a conversion within limits. */
#define SHIFT 8388608.0f
#define SHIFTED 0x4b00 /* the upper half of the sum with 0..65535 */

void mask_labels_release(struct mask_labels *labels)
{
	for (size_t i = 0; i < labels->cap; i++) {
		rv_rle_release(&labels->items[i].rle);
	}
	free(labels->items);
	free(labels->slots);
	rv_image_release(&labels->map);
	*labels = (struct mask_labels)MASK_LABELS_INIT;
}

int mask_index_map(const struct rv_image *floats, struct rv_image *map, struct rv_err *err)
{
	if (rv_image_init(map, floats->width, floats->height, 1, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	for (uint32_t y = 0; y < floats->height; y++) {
		const float *const restrict from = floats->f32 + (size_t)y * floats->width;
		uint16_t *const restrict to = map->u16 + (size_t)y * floats->width;
		int32_t n_bad = 0;
		for (uint32_t x = 0; x < floats->width; x++) {
			const float sum = from[x] + SHIFT;
			uint32_t bits;
			memcpy(&bits, &sum, sizeof(bits));
			n_bad += (bits >> 16 != SHIFTED) | (sum - SHIFT != from[x]);
			to[x] = (uint16_t)bits;
		}
		for (uint32_t x = 0; n_bad > 0; x++) {
			const bool in_range = from[x] >= 0 && from[x] <= RV_INDEX_MAX;
			if (!in_range || (float)(int32_t)from[x] != from[x]) {
				return rv_fail(err, RV_E_BAD_FILE,
				               "index %.9g at pixel %u, %u is no whole number in 0..%d",
				               (double)from[x], x, y, RV_INDEX_MAX);
			}
		}
	}
	return 0;
}

/* The label of an index, made when it is new. */
static struct mask_label *label_of(struct mask_labels *labels, uint16_t index)
{
	if (labels->slots[index] == 0) {
		if (labels->len == labels->cap) {
			const size_t old = labels->cap;
			RV_GROW(labels->items, labels->len, labels->cap);
			for (size_t i = old; i < labels->cap; i++) {
				labels->items[i] = (struct mask_label) { .rle = RV_RLE_INIT };
			}
		}
		struct mask_label *const label = &labels->items[labels->len++];
		label->index = index;
		rv_rle_clear(&label->rle, labels->map.width, labels->map.height);
		labels->slots[index] = (uint32_t)labels->len;
	}
	return &labels->items[labels->slots[index] - 1];
}

/* How many of `n` values are the same as the first one, from there on. */
static uint32_t run_length(const uint16_t *values, uint32_t n)
{
	const uint64_t same = values[0] * UINT64_C(0x0001000100010001);
	uint32_t i = 1;
	for (; i + 4 <= n; i += 4) {
		uint64_t four;
		memcpy(&four, values + i, sizeof(four));
		if (four != same) {
			break;
		}
	}
	while (i < n && values[i] == values[0]) {
		i++;
	}
	return i;
}

static void walk_columns(struct mask_labels *labels)
{
	const uint32_t width = labels->map.width, height = labels->map.height;
	const size_t stride = (size_t)height + APART;
	uint16_t *const columns = rv_alloc(BLOCK_COLUMNS * stride * sizeof(*columns));
	for (uint32_t x0 = 0; x0 < width; x0 += BLOCK_COLUMNS) {
		const uint32_t n = RV_MIN(width - x0, (uint32_t)BLOCK_COLUMNS);
		for (uint32_t y = 0; y < height; y++) {
			const uint16_t *const row = labels->map.u16 + (size_t)y * width + x0;
			for (uint32_t i = 0; i < n; i++) {
				columns[i * stride + y] = row[i];
			}
		}
		for (uint32_t i = 0; i < n; i++) {
			const uint16_t *const column = columns + i * stride;
			for (uint32_t y = 0; y < height;) {
				const uint32_t run = run_length(column + y, height - y);
				if (column[y] != 0) {
					rv_rle_set_run(&label_of(labels, column[y])->rle, (x0 + i) * height + y, run);
				}
				y += run;
			}
		}
	}
	free(columns);
}

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct mask_label *)a)->index, right = ((const struct mask_label *)b)->index;
	return (left > right) - (left < right);
}

int mask_labels_from(const struct rv_image *floats, struct mask_labels *labels, struct rv_err *err)
{
	labels->len = 0;
	if (mask_index_map(floats, &labels->map, err) < 0) {
		return -1;
	}
	if (!labels->slots) {
		labels->slots = rv_alloc_zero(RV_INDEX_MAX + 1, sizeof(*labels->slots));
	}
	walk_columns(labels);
	for (size_t i = 0; i < labels->len; i++) {
		struct mask_label *const label = &labels->items[i];
		labels->slots[label->index] = 0;
		rv_rle_finish(&label->rle);
		label->area_px = rv_rle_area(&label->rle);
		rv_rle_bbox(&label->rle, label->bbox);
	}
	if (labels->len > 1) {
		qsort(labels->items, labels->len, sizeof(*labels->items), by_index);
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Whole objects. */
#include "mask/pixels/whole.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void mask_whole_release(struct mask_whole *whole)
{
	rv_rle_release(&whole->rle);
	*whole = (struct mask_whole)MASK_WHOLE_INIT;
}

/* left, top, right, bottom; the last two are not in it. */
struct rect {
	int64_t ends[4];
};

static void widen(struct rect *rect, int64_t x, int64_t y, int64_t width)
{
	rect->ends[0] = RV_MIN(rect->ends[0], x);
	rect->ends[1] = RV_MIN(rect->ends[1], y);
	rect->ends[2] = RV_MAX(rect->ends[2], x + width);
	rect->ends[3] = RV_MAX(rect->ends[3], y + 1);
}

static struct rect rect_of(const struct mask_label *label, const struct mask_run *runs, size_t n)
{
	const uint32_t *const bbox = label->bbox;
	struct rect rect = { { bbox[0], bbox[1], bbox[0] + bbox[2], bbox[1] + bbox[3] } };
	for (size_t i = 0; i < n; i++) {
		widen(&rect, runs[i].x, runs[i].y, runs[i].n);
	}
	return rect;
}

static struct rect within(const struct rect *rect, const struct rv_rle *picture)
{
	return (struct rect) { { RV_MAX(rect->ends[0], (int64_t)0), RV_MAX(rect->ends[1], (int64_t)0),
		                 RV_MIN(rect->ends[2], (int64_t)picture->width),
		                 RV_MIN(rect->ends[3], (int64_t)picture->height) } };
}

/* The mask's bytes of a line from x on. */
static uint8_t *at(const struct rv_image *mask, const struct rect *part, int64_t x, int64_t y)
{
	return mask->u8 + (size_t)(y - part->ends[1]) * mask->width + (size_t)(x - part->ends[0]);
}

static void draw_label(const struct rv_rle *rle, const struct rect *part, struct rv_image *mask)
{
	uint64_t pixel = 0;
	for (size_t i = 0; i < rle->len; i++) {
		for (uint32_t k = 0; i % 2 == 1 && k < rle->counts[i]; k++) {
			*at(mask, part, (int64_t)((pixel + k) / rle->height), (int64_t)((pixel + k) % rle->height)) = 1;
		}
		pixel += rle->counts[i];
	}
}

/* How many of its pixels are beyond the picture. */
static uint64_t draw_run(const struct mask_run *run, const struct rv_rle *picture, const struct rect *part,
                         struct rv_image *mask)
{
	const int64_t begin = RV_MAX((int64_t)run->x, (int64_t)0),
	              end = RV_MIN((int64_t)run->x + run->n, (int64_t)picture->width);
	if (run->y < 0 || run->y >= (int64_t)picture->height || begin >= end) {
		return run->n;
	}
	memset(at(mask, part, begin, run->y), 1, (size_t)(end - begin));
	return run->n - (uint64_t)(end - begin);
}

/* Down the columns; returns how many pixels are set. */
static uint64_t encode(const struct rv_image *mask, const struct rect *part, struct rv_rle *rle)
{
	uint64_t area_px = 0;
	for (uint32_t x = 0; x < mask->width; x++) {
		const uint32_t column = ((uint32_t)part->ends[0] + x) * rle->height + (uint32_t)part->ends[1];
		for (uint32_t y = 0; y < mask->height; y++) {
			if (mask->u8[(size_t)y * mask->width + x]) {
				rv_rle_set_run(rle, column + y, 1);
				area_px++;
			}
		}
	}
	rv_rle_finish(rle);
	return area_px;
}

int mask_whole_of(const struct mask_label *label, const struct mask_run *runs, size_t n, struct rv_image *scratch,
                  struct mask_whole *whole, struct rv_err *err)
{
	const struct rect all = rect_of(label, runs, n), part = within(&all, &label->rle);
	const uint32_t width = (uint32_t)(part.ends[2] - part.ends[0]),
	               height = (uint32_t)(part.ends[3] - part.ends[1]);
	if (rv_image_init(scratch, width, height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	memset(scratch->u8, 0, (size_t)width * height);
	draw_label(&label->rle, &part, scratch);
	whole->area_px = 0;
	for (size_t i = 0; i < n; i++) {
		whole->area_px += draw_run(&runs[i], &label->rle, &part, scratch);
	}
	rv_rle_clear(&whole->rle, label->rle.width, label->rle.height);
	whole->area_px += encode(scratch, &part, &whole->rle);
	for (size_t i = 0; i < 4; i++) {
		whole->bbox[i] = all.ends[i] - (i < 2 ? 0 : all.ends[i - 2]);
	}
	return 0;
}

/* ---- who hides it ---------------------------------------------------------------------------------------------- */

static int by_depth(const void *a, const void *b)
{
	const struct mask_cover *const left = a, *const right = b;
	return left->depth_m != right->depth_m ? (left->depth_m > right->depth_m) - (left->depth_m < right->depth_m)
	                                       : (left->index > right->index) - (left->index < right->index);
}

size_t mask_whole_covers(const struct mask_whole *whole, uint32_t index, const struct rv_image *map,
                         const struct rv_image *depth, struct rv_arena *arena, struct mask_cover **covers)
{
	struct mask_cover *const all = rv_alloc_zero((size_t)RV_INDEX_MAX + 1, sizeof(*all));
	const struct rv_rle *const rle = &whole->rle;
	uint64_t pixel = 0;
	size_t n = 0;
	for (size_t i = 0; i < rle->len; i++) {
		for (uint32_t k = 0; i % 2 == 1 && k < rle->counts[i]; k++) {
			const size_t place =
			        (size_t)((pixel + k) % rle->height * rle->width + (pixel + k) / rle->height);
			struct mask_cover *const cover = &all[map->u16[place]];
			if (map->u16[place] != index) {
				n += cover->area_px == 0;
				cover->depth_m = cover->area_px++ == 0 ? depth->f32[place]
				                                       : RV_MIN(cover->depth_m, depth->f32[place]);
			}
		}
		pixel += rle->counts[i];
	}
	*covers = rv_arena_alloc(arena, n + 1, sizeof(**covers));
	size_t found = 0;
	for (uint32_t i = 0; found < n; i++) {
		if (all[i].area_px > 0) {
			(*covers)[found] = all[i];
			(*covers)[found++].index = i;
		}
	}
	free(all);
	if (n > 1) {
		qsort(*covers, n, sizeof(**covers), by_depth);
	}
	return n;
}

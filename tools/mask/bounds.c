/* SPDX-License-Identifier: MIT */
/* How far objects leave the picture. */
#include "mask/bounds.h"

#include <stdlib.h>

#include "alloc.h"
#include "mask/pixels/labels.h"
#include "vocabulary.h"

#define CORNERS 8
#define STEPS 1e6

/* False when a corner has no place in the picture. */
static bool take_corners(struct mask_bounds *bounds, struct rv_json pixels)
{
	for (size_t i = 0; i < CORNERS; i++) {
		const struct rv_json pixel = rv_json_at(pixels, i);
		const struct rv_json x = rv_json_at(pixel, 0), y = rv_json_at(pixel, 1);
		if (rv_json_type(x) != RV_JSON_NUMBER || rv_json_type(y) != RV_JSON_NUMBER) {
			return false;
		}
		const double u = rv_json_number(x, 0), v = rv_json_number(y, 0);
		bounds->left = i == 0 || u < bounds->left ? u : bounds->left;
		bounds->right = i == 0 || u > bounds->right ? u : bounds->right;
		bounds->top = i == 0 || v < bounds->top ? v : bounds->top;
		bounds->bottom = i == 0 || v > bounds->bottom ? v : bounds->bottom;
	}
	return true;
}

void mask_bounds_take(struct mask_bounds_list *list, struct rv_json objects)
{
	const size_t n = rv_json_len(objects);
	for (size_t i = 0; i < n; i++) {
		const struct rv_json object = rv_json_at(objects, i), box = rv_json_get(object, "box3d");
		uint64_t index;
		if (rv_json_type(box) == RV_JSON_OBJECT &&
		    rv_json_u64(rv_json_get(object, "index"), 0, RV_INDEX_MAX, &index)) {
			RV_GROW(list->items, list->len, list->cap);
			struct mask_bounds *const bounds = &list->items[list->len++];
			*bounds = (struct mask_bounds) { .index = (uint32_t)index };
			bounds->is_known = take_corners(bounds, rv_json_get(box, "pixels"));
		}
	}
}

void mask_bounds_release(struct mask_bounds_list *list)
{
	free(list->items);
	*list = (struct mask_bounds_list) { .items = NULL };
}

const struct mask_bounds *mask_bounds_find(const struct mask_bounds_list *list, uint32_t index)
{
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].index == index) {
			return &list->items[i];
		}
	}
	return NULL;
}

/* How much of low..high lies within 0..end. */
static double inside(double low, double high, double end)
{
	const double from = RV_MAX(low, 0.0), to = RV_MIN(high, end);
	return to > from ? to - from : 0;
}

double mask_bounds_truncation(const struct mask_bounds *bounds, uint32_t width, uint32_t height)
{
	if (!bounds || !bounds->is_known) {
		return -1;
	}
	const double area = (bounds->right - bounds->left) * (bounds->bottom - bounds->top);
	if (!(area > 0)) { /* seen from its edge */
		return -1;
	}
	const double seen = inside(bounds->left, bounds->right, width) * inside(bounds->top, bounds->bottom, height);
	return (double)(uint64_t)((1 - seen / area) * STEPS + 0.5) / STEPS;
}

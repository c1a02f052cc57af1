/* SPDX-License-Identifier: MIT */
/* The index map in the colours of the sample's objects. */
#include "mask/products/colours.h"

#include "mask/pixels/take.h"

int mask_product_colours_take(const struct mask_request *request, struct rv_arena *arena, const void **data,
                              struct rv_err *err)
{
	(void)err;
	struct rv_palette *const palette = rv_arena_alloc(arena, 1, sizeof(*palette));
	*palette = rv_palette_deal(&request->sample, arena);
	*data = palette;
	return 0;
}

int mask_product_colours_draw(struct mask_job *job, struct rv_image *image, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	if (!labels) {
		return -1;
	}
	uint32_t *const table = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*table));
	for (size_t i = 0; i < labels->len; i++) {
		uint8_t rgb[3];
		rv_palette_of(mask_data(job), labels->items[i].index, rgb);
		table[labels->items[i].index] = mask_take_entry(rgb);
	}
	return mask_take_colours(&labels->map, table, image, err);
}

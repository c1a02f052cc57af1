/* SPDX-License-Identifier: MIT */
/* The index map for people: each object in a colour that is told apart from the others. */
#include "mask/job.h"
#include "mask/pixels/take.h"
#include "palette.h"

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	struct rv_palette *const palette = rv_arena_alloc(arena, 1, sizeof(*palette));
	*palette = rv_palette_deal(&request->sample, arena);
	*data = palette;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct rv_palette *const palette = data;
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		for (size_t k = 0; k < 3; k++) {
			rv_json_put_u64(out, NULL, palette->rgb[i][k]);
		}
	}
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	if (!labels) {
		return -1;
	}
	struct rv_image *const colour = &job->scratch->colour;
	uint32_t *const table = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*table));
	for (size_t i = 0; i < labels->len; i++) {
		uint8_t rgb[3];
		rv_palette_of(mask_data(job), labels->items[i].index, rgb);
		table[labels->items[i].index] = rgb[0] | (uint32_t)rgb[1] << 8 | (uint32_t)rgb[2] << 16;
	}
	return mask_take_colours(&labels->map, table, colour, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(INDEX_COLOR), colour, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_INDEX_COLOR, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_index_color = {
	.name = "index_color",
	.summary = "the index map in colours that are told apart",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.take = take,
	.key = key,
	.make = make,
};

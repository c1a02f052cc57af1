/* SPDX-License-Identifier: MIT */
/* The map of materials: which material each pixel shows. */
#include "mask/job.h"
#include "mask/pixels/take.h"
#include "palette.h"

/* The indices of the record's materials: their colours are those of their ranks. */
struct data {
	uint32_t *indices;
	size_t n;
};

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_json materials = rv_json_get(request->sample.json, "materials");
	struct data *const taken = rv_arena_alloc(arena, 1, sizeof(*taken));
	taken->indices = rv_arena_alloc(arena, rv_json_len(materials) + 1, sizeof(*taken->indices));
	for (size_t i = 0; i < rv_json_len(materials); i++) {
		uint64_t index;
		if (rv_json_u64(rv_json_get(rv_json_at(materials, i), "index"), 1, RV_INDEX_MAX, &index)) {
			taken->indices[taken->n++] = (uint32_t)index;
		}
	}
	*data = taken;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct data *const taken = data;
	(void)request;
	for (size_t i = 0; i < taken->n; i++) {
		rv_json_put_u64(out, NULL, taken->indices[i]);
	}
}

static uint32_t entry_of(size_t rank)
{
	uint8_t rgb[3];
	rv_palette_colour(rank, rgb);
	return mask_take_entry(rgb);
}

/* An index that no material of the record has gets a colour as if it were a rank. */
static int put_colours(struct mask_job *job, const struct rv_image *map, struct rv_err *err)
{
	const struct data *const taken = mask_data(job);
	struct rv_image *const colour = &job->scratch->colour;
	uint32_t *const table = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*table));
	for (size_t i = 1; i < MASK_TAKE_LEN; i++) {
		table[i] = entry_of(i - 1);
	}
	for (size_t i = 0; i < taken->n; i++) {
		table[taken->indices[i]] = entry_of(i);
	}
	return mask_take_colours(map, table, colour, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(MATERIAL_INDEX_PREVIEW), colour, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const map = &job->scratch->map;
	if (mask_index_map(mask_planes(job, MASK_ROLE(MATERIAL_INDEX)), map, err) < 0) {
		return mask_fail_pass(job, MASK_ROLE(MATERIAL_INDEX), err);
	}
	if (mask_makes(job, MASK_ROLE(MATERIAL_INDEX)) && mask_put_png(job, MASK_ROLE(MATERIAL_INDEX), map, err) < 0) {
		return -1;
	}
	return mask_makes(job, MASK_ROLE(MATERIAL_INDEX_PREVIEW)) ? put_colours(job, map, err) : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_MATERIAL_INDEX },
	{ .id = RV_ROLE_MATERIAL_INDEX_PREVIEW, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_MATERIAL_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

const struct mask_product mask_product_material_index = {
	.name = "material_index",
	.summary = "which material each pixel shows",
	.version = 2,
	.roles = roles,
	.reads = reads,
	.holds_numbers = true,
	.take = take,
	.key = key,
	.make = make,
};

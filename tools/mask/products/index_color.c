/* SPDX-License-Identifier: MIT */
/* The index map for people: each object in a colour that is told apart from the others. */
#include "mask/products/colours.h"

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
	struct rv_image *const colour = &job->scratch->colour;
	return mask_product_colours_draw(job, colour, err) < 0 ? -1
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
	.version = 3,
	.roles = roles,
	.reads = reads,
	.take = mask_product_colours_take,
	.key = key,
	.make = make,
};

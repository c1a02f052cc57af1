/* SPDX-License-Identifier: MIT */
/* Keypoints of each object: where they are in the picture, and whether they are seen (COCO's v). */
#include "mask/products/points.h"

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	*data = mask_points_take(request, arena);
	return 0;
}

/* Most samples have none, and need no depth for their annotations. */
static bool is_possible(const struct mask_view *view)
{
	const struct rv_json objects = rv_json_get(view->pictures[0].sample->json, "objects");
	const size_t n = rv_json_len(objects);
	bool has = false;
	for (size_t i = 0; !has && i < n; i++) {
		has = rv_json_len(rv_json_get(rv_json_at(objects, i), "keypoints")) > 0;
	}
	return has;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	mask_points_key(request, data, out);
}

static void put_pixel(const struct mask_point *point, struct rv_json_out *out)
{
	if (point->has_pixel) {
		rv_json_open(out, "pixel", '[');
		rv_json_put_double(out, NULL, point->pixel[0]);
		rv_json_put_double(out, NULL, point->pixel[1]);
		rv_json_close(out, ']');
	} else {
		rv_json_put_raw(out, "pixel", "null", 4);
	}
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct mask_points *const points = mask_points_find(job, mask_data(job), label->index);
	if (!points) {
		return;
	}
	if (points->skeleton) {
		rv_json_put_string(out, "skeleton", points->skeleton);
	}
	rv_json_open(out, "keypoints", '[');
	for (size_t i = 0; i < points->len; i++) {
		const struct mask_point *const point = &points->items[i];
		rv_json_open(out, NULL, '{');
		rv_json_put_string(out, "name", point->name);
		put_pixel(point, out);
		rv_json_put_u64(out, "visibility", (uint64_t)mask_points_seen(job, point, label->index));
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1 },
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "skeleton", "keypoints", NULL };

const struct mask_product mask_product_keypoints = {
	.name = "keypoints",
	.summary = "keypoints of each object, and whether they are seen",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = mask_points_options,
	.is_possible = is_possible,
	.take = take,
	.key = key,
	.annotate = annotate,
};

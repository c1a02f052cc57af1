/* SPDX-License-Identifier: MIT */
/* Measures of each mask. */
#include "shape.h"

#include <math.h>

#include "mask/job.h"

#define STEPS 1e4

enum { BORDER, CENTROID, OBB };
static const char *const choices[] = { [BORDER] = "border", [CENTROID] = "centroid", [OBB] = "obb", NULL };
static unsigned int chosen;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "shapes",
	  .value = &chosen,
	  .argument = "WHAT,...",
	  .help = "also tell of each mask its centroid, the oriented box (obb), the sides of the picture that it "
	          "touches (border)",
	  .choices = choices },
	{ .kind = RV_OPT_END },
};

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)request;
	(void)data;
	rv_json_put_u64(out, NULL, chosen);
}

static void put_point(struct rv_json_out *out, const char *name, const double point[2])
{
	rv_json_open(out, name, '[');
	for (size_t i = 0; i < 2; i++) {
		rv_json_put_double(out, NULL, floor(point[i] * STEPS + 0.5) / STEPS + 0.0);
	}
	rv_json_close(out, ']');
}

static void put_sides(struct rv_json_out *out, unsigned int sides)
{
	static const char *const names[] = { "left", "top", "right", "bottom" };
	rv_json_open(out, "border", '[');
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		if (sides & 1U << i) {
			rv_json_put_string(out, NULL, names[i]);
		}
	}
	rv_json_close(out, ']');
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	double centroid[2], corners[4][2];
	(void)job;
	if (chosen & 1U << BORDER) {
		put_sides(out, rv_shape_sides(&label->rle, label->bbox));
	}
	if (chosen & 1U << CENTROID) {
		rv_shape_centroid(&label->rle, centroid);
		put_point(out, "centroid", centroid);
	}
	if (chosen & 1U << OBB && rv_shape_rectangle(&label->rle, corners)) {
		rv_json_open(out, "obb", '[');
		for (size_t i = 0; i < 4; i++) {
			put_point(out, NULL, corners[i]);
		}
		rv_json_close(out, ']');
	}
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "border", "centroid", "obb", NULL };

const struct mask_product mask_product_shapes = {
	.name = "shapes",
	.summary = "centroid, oriented box and touched sides of each mask",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = options,
	.chosen = &chosen,
	.key = key,
	.annotate = annotate,
};

/* SPDX-License-Identifier: MIT */
/* Masks as polygons. */
#include "polygon.h"

#include "mask/job.h"

#define SIMPLIFY_MAX_PX 100
#define STEPS 1e6

static const char *const outlines[] = { [RV_OUTLINE_EDGE] = "edge", [RV_OUTLINE_CENTER] = "center", NULL };
static unsigned int chosen;
static double simplify_px;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "polygons",
	  .value = &chosen,
	  .argument = "OUTLINE,...",
	  .help = "also write polygons: edge, along the borders of pixels (COCO); center, through their centres (YOLO)",
	  .choices = outlines },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "simplify",
	  .value = &simplify_px,
	  .argument = "PX",
	  .help = "leave out points of polygons that are less than PX pixels off, and tell what it costs",
	  .min = 0,
	  .max = SIMPLIFY_MAX_PX },
	{ .kind = RV_OPT_END },
};

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	(void)request;
	(void)data;
	rv_json_put_u64(out, NULL, chosen);
	rv_json_put_double(out, NULL, simplify_px);
}

static void put_rings(const struct rv_polygons *polygons, const char *outline, struct rv_json_out *out)
{
	rv_json_open(out, outline, '[');
	for (size_t i = 0, k = 0; i < polygons->n_rings; i++) {
		rv_json_open(out, NULL, '[');
		for (; k < polygons->ends[i]; k++) {
			rv_json_put_u64(out, NULL, (uint64_t)polygons->points[k].x);
			rv_json_put_u64(out, NULL, (uint64_t)polygons->points[k].y);
		}
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	struct rv_polygons *const polygons = &job->scratch->polygons;
	double ious[RV_COUNTOF(outlines)] = { 0 };
	rv_json_open(out, "polygons", '{');
	for (enum rv_outline i = RV_OUTLINE_EDGE; outlines[i]; i++) {
		if (chosen & 1U << i) {
			rv_polygons_trace(polygons, &label->rle, i);
			if (simplify_px > 0) {
				rv_polygons_simplify(polygons, simplify_px);
				ious[i] = rv_polygons_iou(polygons, i, &label->rle);
			}
			put_rings(polygons, outlines[i], out);
		}
	}
	if (simplify_px > 0) {
		rv_json_put_double(out, "simplify", simplify_px);
		rv_json_open(out, "iou", '{');
		for (enum rv_outline i = RV_OUTLINE_EDGE; outlines[i]; i++) {
			if (chosen & 1U << i) {
				rv_json_put_double(out, outlines[i], (double)(uint64_t)(ious[i] * STEPS) / STEPS);
			}
		}
		rv_json_close(out, '}');
	}
	rv_json_close(out, '}');
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "polygons", NULL };

const struct mask_product mask_product_polygons = {
	.name = "polygons",
	.summary = "the mask of each object as polygons",
	.version = 2,
	.members = members,
	.reads = reads,
	.options = options,
	.chosen = &chosen,
	.key = key,
	.annotate = annotate,
};

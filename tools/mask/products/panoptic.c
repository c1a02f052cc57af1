/* SPDX-License-Identifier: MIT */
/*
 * The panoptic map of COCO: of each pixel the id of its segment, 0 where there is none. Segments are the annotated
 * objects that have a category: one each, or, of a category that is stuff, one of all of them. A segment's id is the
 * index of its object, of its first one. Annotations say which segment they are of, and that it is stuff: what COCO
 * writes of a segment (area, box) is what its annotations have together.
 */
#include <string.h>

#include "alloc.h"
#include "mask/job.h"
#include "mask/pixels/take.h"
#include "mask/products/category.h"

static bool asked;
static const char *stuff;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "panoptic",
	  .value = &asked,
	  .help = "also write Panoptic.png, the ids of COCO's segments" },
	{ .kind = RV_OPT_STRING,
	  .name = "stuff",
	  .value = &stuff,
	  .argument = "CATEGORY,...",
	  .help = "in Panoptic.png all objects of these categories are one segment each" },
	{ .kind = RV_OPT_END },
};

static bool is_stuff(const char *category)
{
	const size_t len = strlen(category);
	for (const char *at = stuff; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, category, len) == 0 && (at[len] == ',' || at[len] == '\0')) {
			return true;
		}
	}
	return false;
}

/* Of each object the id of its segment; 0: it is background. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	uint32_t *const ids = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*ids));
	for (size_t i = 0; i < sample->n_objects; i++) {
		const char *const category = mask_product_category_of(request, sample->objects[i].index);
		ids[i] = category ? sample->objects[i].index : 0;
		for (size_t k = 0; category && is_stuff(category) && k < i; k++) {
			const char *const other = mask_product_category_of(request, sample->objects[k].index);
			if (other && strcmp(category, other) == 0) {
				ids[i] = ids[k];
				break;
			}
		}
	}
	*data = ids;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const uint32_t *const ids = data;
	rv_json_put_string(out, NULL, stuff ? stuff : "");
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		rv_json_put_u64(out, NULL, ids[i]);
	}
}

static uint32_t segment_of(const struct mask_job *job, uint32_t index)
{
	const struct rv_sample *const sample = &job->request->sample;
	const uint32_t *const ids = mask_data(job);
	const struct rv_object *const object = rv_sample_object(sample, index);
	return object ? ids[object - sample->objects] : 0;
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const colour = &job->scratch->colour;
	if (!labels) {
		return -1;
	}
	uint32_t *const table = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*table));
	for (size_t i = 0; i < labels->len; i++) {
		const struct mask_label *const label = &labels->items[i];
		table[label->index] = mask_is_annotated(label) ? segment_of(job, label->index) : 0;
	}
	return mask_take_colours(&labels->map, table, colour, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(PANOPTIC), colour, err);
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const uint32_t id = segment_of(job, label->index);
	if (id == 0) {
		return;
	}
	rv_json_put_u64(out, "segment", id);
	if (is_stuff(mask_product_category_of(job->request, label->index))) {
		rv_json_put_bool(out, "stuff", true);
	}
}

static const struct mask_role roles[] = { { .id = RV_ROLE_PANOPTIC }, { .id = RV_ROLES } };

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", "category", NULL };

static const char *const members[] = { "segment", "stuff", NULL };

const struct mask_product mask_product_panoptic = {
	.name = "panoptic",
	.summary = "the ids of COCO's segments",
	.version = 2,
	.roles = roles,
	.members = members,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.asked = &asked,
	.take = take,
	.key = key,
	.make = make,
	.annotate = annotate,
};

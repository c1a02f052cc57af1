/* SPDX-License-Identifier: MIT */
/* The category of each object, as lib/categories decides it. */
#include "categories.h"
#include "mask/job.h"

/* Of each object of the sample its category; NULL: background. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	const char **const names = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*names));
	for (size_t i = 0; i < sample->n_objects; i++) {
		names[i] = rv_category_of(sample->objects[i].json, sample->is_blend_file, arena);
	}
	*data = names;
	return 0;
}

static void put(struct rv_json_out *out, const char *key, const char *name)
{
	if (name) {
		rv_json_put_string(out, key, name);
	} else {
		rv_json_put_raw(out, key, "null", 4);
	}
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const char *const *const names = data;
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		put(out, NULL, names[i]);
	}
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct rv_sample *const sample = &job->request->sample;
	const char *const *const names = mask_data(job);
	const struct rv_object *const object = rv_sample_object(sample, label->index);
	put(out, "category", object ? names[object - sample->objects] : NULL);
}

static const struct mask_read reads[] = { { .pass = RV_ROLES } };

static const char *const members[] = { "category", NULL };

const struct mask_product mask_product_category = {
	.name = "category",
	.summary = "the category of each object, or null for background",
	.version = 1,
	.members = members,
	.reads = reads,
	.take = take,
	.key = key,
	.annotate = annotate,
};

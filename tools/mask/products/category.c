/* SPDX-License-Identifier: MIT */
/* The category of each object, as lib/categories decides it. */
#include "mask/products/category.h"

#include <stdatomic.h>

#include "categories.h"
#include "diag.h"
#include "mask/job.h"

extern const struct mask_product mask_product_category;

static const char *from;
static struct rv_category_rule rule;

static const char *const words[] = { "name", "tags", "collection", "material", "property:KEY", NULL };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "category-from",
	  .value = &from,
	  .argument = "WHAT",
	  .help = "take categories from objects' name, tags, collection, material or property:KEY",
	  .choices = words,
	  .unset = "property:category, else tags, else for .blend files the name" },
	{ .kind = RV_OPT_END },
};

static int check(struct rv_err *err)
{
	rule = (struct rv_category_rule) { .from = RV_CATEGORY_DEFAULT };
	return from && rv_category_rule_parse(from, &rule, err) < 0 ? rv_fail_prefix(err, "--category-from") : 0;
}

/* Of each object of the sample its category; NULL: background. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	const char **const names = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*names));
	for (size_t i = 0; i < sample->n_objects; i++) {
		names[i] = rv_category_by(&rule, sample->objects[i].json, sample->is_blend_file, arena);
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

const char *mask_product_category_of(const struct mask_request *request, uint32_t index)
{
	const char *const *const names = request->data[mask_product_find(mask_product_category.name)];
	const struct rv_object *const object = rv_sample_object(&request->sample, index);
	return object ? names[object - request->sample.objects] : NULL;
}

/* Says once that formats with categories will leave objects out: where none of a picture has one; where the user says
 * what they are taken from, already where one has none. */
static int measure(struct mask_job *job, const struct mask_labels *labels, const void **found, struct rv_err *err)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	size_t n = 0, n_without = 0;
	uint32_t first = 0;
	(void)found;
	(void)err;
	for (size_t i = 0; i < labels->len; i++) {
		if (mask_is_annotated(&labels->items[i])) {
			const bool has_none = !mask_product_category_of(job->request, labels->items[i].index);
			first = has_none && n_without == 0 ? labels->items[i].index : first;
			n_without += has_none;
			n++;
		}
	}
	if (n_without > 0 && (n_without == n || from) && !atomic_flag_test_and_set(&warned)) {
		const struct rv_object *const object = rv_sample_object(&job->request->sample, first);
		rv_warn("'%s': %zu of %zu visible objects have no category, the first is '%s': COCO and the like leave "
		        "them out; %s",
		        job->request->sample.dir, n_without, n, object ? object->name : "",
		        from ? "--category-from finds nothing there" : "set tags, or choose --category-from");
	}
	return 0;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	put(out, "category", mask_product_category_of(job->request, label->index));
}

static const struct mask_read reads[] = { { .pass = RV_ROLES } };

static const char *const members[] = { "category", NULL };

const struct mask_product mask_product_category = {
	.name = "category",
	.summary = "the category of each object, or null for background",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = options,
	.check = check,
	.take = take,
	.key = key,
	.measure = measure,
	.annotate = annotate,
};

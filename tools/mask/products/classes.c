/* SPDX-License-Identifier: MIT */
/*
 * The map of classes: of each pixel the id of its object's class. Classes are those of a table that is fixed, so that
 * ids are the same in every sample; the table's order says which one an object is of that could be of several.
 */
#include <stdatomic.h>
#include <string.h>

#include "categories.h"
#include "diag.h"
#include "mask/job.h"
#include "mask/pixels/take.h"
#include "mask/products/category.h"
#include "palette.h"

#define ID_MAX 254 /* 255 is what trainers leave out */

static const char *given;
static struct rv_categories table = RV_CATEGORIES_INIT;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "classes",
	  .value = &given,
	  .argument = "FILE|A,B,...",
	  .help = "also write ClassIndex.png and ClassColor.png: an object's class is the first of these that is its "
	          "category or one of its tags",
	  .unset = "the scene's own table, for --outputs class_index" },
	{ .kind = RV_OPT_END },
};

static int check_ids(const struct rv_categories *classes, enum rv_err_code code, const char *what, struct rv_err *err)
{
	for (size_t i = 0; i < classes->len; i++) {
		if (classes->items[i].id > ID_MAX) {
			return rv_fail(err, code, "%s: class '%s' has the id %u: ClassIndex.png holds 1..%d", what,
			               classes->items[i].name, classes->items[i].id, ID_MAX);
		}
	}
	return 0;
}

static int check(struct rv_err *err)
{
	rv_categories_release(&table);
	table = (struct rv_categories)RV_CATEGORIES_INIT;
	if (!given) {
		return 0;
	}
	return rv_categories_load(&table, given, err) < 0 ? rv_fail_prefix(err, "--classes")
	                                                  : check_ids(&table, RV_E_USAGE, "--classes", err);
}

static bool is_asked(enum rv_role_id role)
{
	(void)role;
	return given;
}

/* Where the user names no classes, those of the scene are needed. */
static bool is_possible(const struct mask_view *view)
{
	return given || rv_json_len(rv_json_get(view->pictures[0].sample->json, "categories")) > 0;
}

/* 0: it is of none. */
static uint8_t class_of(const struct rv_categories *classes, const struct rv_object *object, const char *category)
{
	const struct rv_json tags = rv_json_get(object->json, "tags");
	const size_t n = rv_json_len(tags);
	for (size_t i = 0; i < classes->len; i++) {
		const char *const name = classes->items[i].name;
		bool is_it = category && strcmp(category, name) == 0;
		for (size_t k = 0; !is_it && k < n; k++) {
			const char *const tag = rv_json_string(rv_json_at(tags, k), NULL);
			is_it = tag && strcmp(tag, name) == 0;
		}
		if (is_it) {
			return (uint8_t)classes->items[i].id;
		}
	}
	return 0;
}

/* Of each object the id of its class. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	const struct rv_sample *const sample = &request->sample;
	uint8_t *const ids = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*ids));
	struct rv_categories own = RV_CATEGORIES_INIT;
	const struct rv_json scene = rv_json_get(sample->json, "categories");
	int status = 0;
	if (!given && rv_json_len(scene) > 0) {
		status = rv_categories_take(&own, scene, err) < 0
		                 ? rv_fail_prefix(err, "field 'categories'")
		                 : check_ids(&own, RV_E_BAD_RECORD, "field 'categories'", err);
	}
	for (size_t i = 0; status == 0 && i < sample->n_objects; i++) {
		ids[i] = class_of(given ? &table : &own, &sample->objects[i],
		                  mask_product_category_of(request, sample->objects[i].index));
	}
	rv_categories_release(&own);
	*data = ids;
	return status;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const uint8_t *const ids = data;
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		rv_json_put_u64(out, NULL, ids[i]);
	}
}

static void warn_of(const struct mask_job *job, const struct rv_object *object, const char *category)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	if (!atomic_flag_test_and_set(&warned)) {
		rv_warn("'%s': object '%s' of category '%s' is of none of the classes: it is 0 in ClassIndex.png",
		        job->request->sample.dir, object->name, category);
	}
}

/* The class of each index that the map has. */
static void find_classes(const struct mask_job *job, const struct mask_labels *labels, uint8_t *classes)
{
	const struct rv_sample *const sample = &job->request->sample;
	const uint8_t *const ids = mask_data(job);
	for (size_t i = 0; i < labels->len; i++) {
		const uint32_t index = labels->items[i].index;
		const struct rv_object *const object = rv_sample_object(sample, index);
		const char *const category = mask_product_category_of(job->request, index);
		classes[index] = object ? ids[object - sample->objects] : 0;
		if (classes[index] == 0 && category) {
			warn_of(job, object, category);
		}
	}
}

static int put_colours(struct mask_job *job, const struct mask_labels *labels, const uint8_t *classes,
                       struct rv_err *err)
{
	uint32_t *const colours = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*colours));
	struct rv_image *const colour = &job->scratch->colour;
	for (size_t i = 0; i < labels->len; i++) {
		const uint32_t index = labels->items[i].index;
		uint8_t rgb[3];
		if (classes[index] > 0) {
			rv_palette_colour(classes[index] - 1U, rgb);
			colours[index] = mask_take_entry(rgb);
		}
	}
	return mask_take_colours(&labels->map, colours, colour, err) < 0
	               ? -1
	               : mask_put_png(job, MASK_ROLE(CLASS_COLOR), colour, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	const struct mask_labels *const labels = mask_labels(job, err);
	struct rv_image *const grey = &job->scratch->grey;
	if (!labels) {
		return -1;
	}
	uint8_t *const classes = rv_arena_alloc(job->arena, MASK_TAKE_LEN, sizeof(*classes));
	find_classes(job, labels, classes);
	if (mask_makes(job, MASK_ROLE(CLASS_INDEX)) && (mask_take_bytes(&labels->map, classes, grey, err) < 0 ||
	                                                mask_put_png(job, MASK_ROLE(CLASS_INDEX), grey, err) < 0)) {
		return -1;
	}
	return mask_makes(job, MASK_ROLE(CLASS_COLOR)) ? put_colours(job, labels, classes, err) : 0;
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_CLASS_INDEX },
	{ .id = RV_ROLE_CLASS_COLOR, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "category", NULL };

const struct mask_product mask_product_classes = {
	.name = "classes",
	.summary = "which class each pixel shows",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.check = check,
	.is_asked = is_asked,
	.is_possible = is_possible,
	.take = take,
	.key = key,
	.make = make,
};

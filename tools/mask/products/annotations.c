/* SPDX-License-Identifier: MIT */
/* Annotations: what is said of each object that can be seen. Others add their members to them. */
#include <inttypes.h>
#include <stdatomic.h>
#include <string.h>

#include "diag.h"
#include "mask/job.h"
#include "mask/products/mask_json.h"

static uint64_t min_area_px = 1;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_U64,
	  .name = "min-area",
	  .value = &min_area_px,
	  .argument = "N",
	  .help = "no annotation for objects of which fewer than N pixels are visible",
	  .min = 1,
	  .max = 4294967295 },
	{ .kind = RV_OPT_END },
};

/* Ready JSON: a string, an array. */
struct object {
	const char *name, *tags;
};

static const char *text_of(struct rv_json value, const char *missing, struct rv_arena *arena)
{
	struct rv_str text = RV_STR_INIT;
	if (rv_json_type(value) == RV_JSON_NONE) {
		return missing;
	}
	rv_str_json_value(&text, value);
	const char *const copy = rv_arena_strndup(arena, text.ptr, text.len);
	rv_str_release(&text);
	return copy;
}

/* Of each object of the sample. */
static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct object *const objects = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*objects));
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_json json = sample->objects[i].json;
		objects[i] = (struct object) { .name = text_of(rv_json_get(json, "name"), "null", arena),
			                       .tags = text_of(rv_json_get(json, "tags"), "[]", arena) };
	}
	*data = objects;
	return 0;
}

static void put_raw(struct rv_json_out *out, const char *key, const char *json)
{
	rv_json_put_raw(out, key, json, strlen(json));
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct object *const objects = data;
	rv_json_put_u64(out, NULL, min_area_px);
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		put_raw(out, NULL, objects[i].name);
		put_raw(out, NULL, objects[i].tags);
	}
}

static bool leaves_out(const struct mask_label *label)
{
	return label->area_px < min_area_px;
}

/* An object without one is there all the same: only its name is not known. */
static void warn_of(const struct mask_job *job, uint32_t index)
{
	static atomic_flag warned = ATOMIC_FLAG_INIT;
	if (!atomic_flag_test_and_set(&warned)) {
		rv_warn("'%s': index %" PRIu32 " belongs to none of the record's objects: its annotation has no name",
		        job->request->sample.dir, index);
	}
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	static const struct object unknown = { .name = "null", .tags = "[]" };
	const struct rv_sample *const sample = &job->request->sample;
	const struct object *object = mask_data(job);
	const struct rv_object *const found = rv_sample_object(sample, label->index);
	object = found ? object + (found - sample->objects) : &unknown;
	if (!found) {
		warn_of(job, label->index);
	}
	rv_json_put_u64(out, "index", label->index);
	put_raw(out, "name", object->name);
	put_raw(out, "tags", object->tags);
	mask_product_put_area(label, out);
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const members[] = { "index", "name", "tags", "bbox", "area", NULL };

const struct mask_product mask_product_annotations = {
	.name = "annotations",
	.summary = "index, name, tags, box and area of each object that is seen",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = options,
	.take = take,
	.key = key,
	.leaves_out = leaves_out,
	.annotate = annotate,
};

/* SPDX-License-Identifier: MIT */
/*
 * Groups of objects: those with one topmost parent, those whose first collection is the same. What is seen of a group
 * together is told in the annotation of its first object, the others only say that they are of it.
 */
#include <stdlib.h>
#include <string.h>

#include "mask/job.h"
#include "mask/products/mask_json.h"

enum { PARENT, COLLECTION, KINDS };
static const char *const choices[] = { [PARENT] = "parent", [COLLECTION] = "collection", NULL };
static unsigned int chosen;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICES,
	  .name = "groups",
	  .value = &chosen,
	  .argument = "WHAT,...",
	  .help = "also tell box, area and mask of objects that belong together: by their topmost parent, or by their "
	          "first collection",
	  .choices = choices },
	{ .kind = RV_OPT_END },
};

/* ---- from the record ------------------------------------------------------------------------------------------- */

/* Names of the groups that an object is of; NULL: of none. */
struct member {
	const char *names[KINDS];
};

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct rv_object *const *)a)->name, (*(const struct rv_object *const *)b)->name);
}

/* Objects by name. */
struct names {
	const struct rv_object **items;
	size_t len;
};

static const struct rv_object *find_named(const struct names *names, const char *name)
{
	const struct rv_object wanted = { .name = name };
	const struct rv_object *const key = &wanted;
	const struct rv_object **const found =
	        names->len == 0 ? NULL : bsearch(&key, names->items, names->len, sizeof(key), by_name);
	return found ? *found : NULL;
}

static const char *parent_of(const struct rv_object *object)
{
	return rv_json_string(rv_json_get(object->json, "parent"), NULL);
}

/* The topmost one's name, if it is an object of the record or not; NULL: it has none. */
static const char *find_top(const struct names *names, const struct rv_object *object)
{
	const char *top = NULL;
	for (size_t i = 0; object && parent_of(object) && i <= names->len; i++) { /* a circle ends somewhere */
		top = parent_of(object);
		object = find_named(names, top);
	}
	return top;
}

static void take_parents(const struct rv_sample *sample, struct member *members, struct rv_arena *arena)
{
	struct names names = { .items = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*names.items)) };
	for (size_t i = 0; i < sample->n_objects; i++) {
		names.items[names.len++] = &sample->objects[i];
	}
	if (names.len > 1) {
		qsort(names.items, names.len, sizeof(*names.items), by_name);
	}
	for (size_t i = 0; i < sample->n_objects; i++) {
		const char *const top = find_top(&names, &sample->objects[i]);
		const struct rv_object *const parent = top ? find_named(&names, top) : NULL;
		if (top) {
			members[i].names[PARENT] = top;
		}
		if (parent) { /* which is of the group itself */
			members[parent - sample->objects].names[PARENT] = top;
		}
	}
}

static int take(const struct mask_request *request, struct rv_arena *arena, const void **data, struct rv_err *err)
{
	(void)err;
	const struct rv_sample *const sample = &request->sample;
	struct member *const members = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*members));
	if (chosen & 1U << PARENT) {
		take_parents(sample, members, arena);
	}
	for (size_t i = 0; chosen & 1U << COLLECTION && i < sample->n_objects; i++) {
		members[i].names[COLLECTION] =
		        rv_json_string(rv_json_at(rv_json_get(sample->objects[i].json, "collections"), 0), NULL);
	}
	*data = members;
	return 0;
}

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	const struct member *const members = data;
	rv_json_put_u64(out, NULL, chosen);
	for (size_t i = 0; i < request->sample.n_objects; i++) {
		rv_json_put_u64(out, NULL, request->sample.objects[i].index);
		for (size_t k = 0; k < KINDS; k++) {
			rv_json_put_string(out, NULL, members[i].names[k] ? members[i].names[k] : "");
		}
	}
}

/* ---- in a picture ---------------------------------------------------------------------------------------------- */

static const char *name_of(const struct mask_job *job, uint32_t index, size_t kind)
{
	const struct rv_sample *const sample = &job->request->sample;
	const struct member *const members = mask_data(job);
	const struct rv_object *const object = rv_sample_object(sample, index);
	return object ? members[object - sample->objects].names[kind] : NULL;
}

/* What is told of a group; NULL: another annotation tells it. */
struct told {
	const char *json[KINDS];
};

struct entry {
	const char *name;
	size_t label;
};

static int by_entry(const void *a, const void *b)
{
	const struct entry *const left = a, *const right = b;
	const int order = strcmp(left->name, right->name);
	return order != 0 ? order : (left->label > right->label) - (left->label < right->label);
}

/* Of each index that is annotated and of a group: 1 + the place of the group's first label. */
static void find_firsts(const struct mask_job *job, const struct mask_labels *labels, size_t kind, float *firsts)
{
	struct entry *const entries = rv_arena_alloc(job->arena, labels->len + 1, sizeof(*entries));
	size_t n = 0, first = 0;
	for (size_t i = 0; i < labels->len; i++) {
		const char *const name = name_of(job, labels->items[i].index, kind);
		if (name && mask_is_annotated(&labels->items[i])) {
			entries[n++] = (struct entry) { .name = name, .label = i };
		}
	}
	if (n > 1) {
		qsort(entries, n, sizeof(*entries), by_entry);
	}
	for (size_t i = 0; i < n; i++) {
		first = strcmp(entries[first].name, entries[i].name) == 0 ? first : i;
		firsts[labels->items[entries[i].label].index] = (float)(entries[first].label + 1);
	}
}

static int tell(struct mask_job *job, const struct mask_labels *labels, size_t kind, struct told *told,
                struct rv_err *err)
{
	struct rv_image *const numbers = &job->scratch->vectors[0];
	struct mask_labels *const groups = &job->scratch->parts;
	float *const firsts = rv_arena_alloc(job->arena, (size_t)RV_INDEX_MAX + 1, sizeof(*firsts));
	const size_t n = (size_t)labels->map.width * labels->map.height;
	if (rv_image_init(numbers, labels->map.width, labels->map.height, 1, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	find_firsts(job, labels, kind, firsts);
	for (size_t i = 0; i < n; i++) {
		numbers->f32[i] = firsts[labels->map.u16[i]];
	}
	if (mask_labels_from(numbers, groups, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < groups->len; i++) {
		const struct mask_label *const group = &groups->items[i];
		struct rv_str text = RV_STR_INIT;
		struct rv_json_out out;
		rv_json_out_init(&out, &text);
		rv_json_open(&out, NULL, '{');
		rv_json_put_string(&out, "name", name_of(job, labels->items[group->index - 1].index, kind));
		mask_product_put_area(group, &out);
		mask_product_put_rle(&group->rle, &out);
		rv_json_close(&out, '}');
		told[group->index - 1].json[kind] = rv_arena_strndup(job->arena, text.ptr, text.len);
		rv_str_release(&text);
	}
	return 0;
}

static int measure(struct mask_job *job, const struct mask_labels *labels, const void **found, struct rv_err *err)
{
	struct told *const told = rv_arena_alloc(job->arena, labels->len + 1, sizeof(*told));
	*found = told;
	for (size_t kind = 0; kind < KINDS; kind++) {
		if (chosen & 1U << kind && tell(job, labels, kind, told, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static void annotate(const struct mask_job *job, const struct mask_label *label, struct rv_json_out *out)
{
	const struct told *const told = (const struct told *)mask_found(job) + (label - job->scratch->labels.items);
	rv_json_open(out, "groups", '{');
	for (size_t kind = 0; kind < KINDS; kind++) {
		const char *const name = chosen & 1U << kind ? name_of(job, label->index, kind) : NULL;
		if (told->json[kind]) {
			rv_json_put_raw(out, choices[kind], told->json[kind], strlen(told->json[kind]));
		} else if (name) {
			rv_json_open(out, choices[kind], '{');
			rv_json_put_string(out, "name", name);
			rv_json_close(out, '}');
		}
	}
	rv_json_close(out, '}');
}

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", NULL };

static const char *const members[] = { "groups", NULL };

const struct mask_product mask_product_groups = {
	.name = "groups",
	.summary = "objects that belong together: box, area and mask of them all",
	.version = 1,
	.members = members,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.chosen = &chosen,
	.take = take,
	.key = key,
	.measure = measure,
	.annotate = annotate,
};

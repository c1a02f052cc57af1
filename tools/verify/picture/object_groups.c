/* SPDX-License-Identifier: MIT */
/* Groups of objects: by the topmost parent and the first collection that the record has, told once, with the pixels of
 * all their annotated objects. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/region.h"

struct member {
	const char *group; /* NULL: of none */
	const struct rv_annotation *annotation;
};

struct check {
	struct verify_picture *picture;
	const char *kind;
	uint32_t *first; /* of each index that is of a group, the index of the group's first annotated object */
	struct verify_rle rle;
	const struct rv_object **objects; /* by name */
	const char **parents;             /* sorted */
	size_t n_parents;
};

#define BLAME(c, check, annotation_, format, ...) \
	verify_problems_add((c)->picture->problems, check, verify_picture_subject((c)->picture), \
	                    "annotation of index %" PRIu32 ", group by %s: " format, (annotation_)->index, (c)->kind, \
	                    __VA_ARGS__)

/* ---- by the record ---- */

static const char *text_of(const struct rv_object *object, const char *member)
{
	return rv_json_string(rv_json_get(object->json, member), NULL);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(const struct rv_object *const *)a)->name, (*(const struct rv_object *const *)b)->name);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Objects by name, and names of parents. */
static void list_names(struct check *c)
{
	const struct rv_sample *const sample = c->picture->picture->sample;
	const size_t n = sample->n_objects;
	c->objects = rv_arena_alloc(&c->picture->arena, n + 1, sizeof(*c->objects));
	c->parents = rv_arena_alloc(&c->picture->arena, n + 1, sizeof(*c->parents));
	for (size_t i = 0; i < n; i++) {
		const char *const parent = text_of(&sample->objects[i], "parent");
		c->objects[i] = &sample->objects[i];
		if (parent) {
			c->parents[c->n_parents++] = parent;
		}
	}
	if (n > 1) {
		qsort(c->objects, n, sizeof(*c->objects), by_name);
	}
	if (c->n_parents > 1) {
		qsort(c->parents, c->n_parents, sizeof(*c->parents), by_text);
	}
}

static const struct rv_object *find_named(const struct check *c, const char *name)
{
	const struct rv_object wanted = { .name = name }, *const key = &wanted;
	const size_t n = c->picture->picture->sample->n_objects;
	const struct rv_object **const found =
	        n > 0 ? bsearch(&key, c->objects, n, sizeof(*c->objects), by_name) : NULL;
	return found ? *found : NULL;
}

static bool is_parent(const struct check *c, const char *name)
{
	return c->n_parents > 0 && bsearch(&name, c->parents, c->n_parents, sizeof(*c->parents), by_text);
}

/* The end of the way up; an object without a parent is the top of its own children. */
static const char *top_of(const struct check *c, const struct rv_object *object)
{
	const size_t n = c->picture->picture->sample->n_objects;
	const char *top = text_of(object, "parent");
	const struct rv_object *above = top ? find_named(c, top) : NULL;
	for (size_t i = 0; i < n && above && text_of(above, "parent"); i++) {
		top = text_of(above, "parent");
		above = find_named(c, top);
	}
	return top ? top : is_parent(c, object->name) ? object->name : NULL;
}

static const char *group_of(const struct check *c, const struct rv_annotation *annotation)
{
	const struct rv_object *const object = annotation->object;
	return strcmp(c->kind, "parent") == 0
	               ? top_of(c, object)
	               : rv_json_string(rv_json_at(rv_json_get(object->json, "collections"), 0), NULL);
}

/* ---- in the picture ---- */

static int by_group(const void *a, const void *b)
{
	const struct member *const left = a, *const right = b;
	const int order = strcmp(left->group, right->group);
	return order != 0 ? order
	                  : (left->annotation->index > right->annotation->index) -
	                            (left->annotation->index < right->annotation->index);
}

/* The annotations that are of a group, sorted by it. *n of them. */
static struct member *list_members(struct check *c, size_t *n)
{
	const struct rv_picture *const what = c->picture->picture;
	struct member *const members = rv_arena_alloc(&c->picture->arena, what->n_annotations + 1, sizeof(*members));
	*n = 0;
	for (size_t i = 0; i < what->n_annotations; i++) {
		const struct rv_annotation *const annotation = &what->annotations[i];
		const struct rv_json said = rv_json_get(rv_json_get(annotation->json, "groups"), c->kind);
		const char *const name = rv_json_string(rv_json_get(said, "name"), NULL);
		const char *const wanted = annotation->object ? group_of(c, annotation) : NULL;
		if (name && wanted && strcmp(name, wanted) == 0) {
			members[(*n)++] = (struct member) { wanted, annotation };
		} else if (name || (wanted && annotation->object)) {
			BLAME(c, VERIFY_GROUP_NAME, annotation, "it is '%s', by the record '%s'", name ? name : "",
			      wanted ? wanted : "");
		}
	}
	if (*n > 1) {
		qsort(members, *n, sizeof(*members), by_group);
	}
	return members;
}

/* The first member tells the mask, no other one does. */
static void check_group(struct check *c, const struct member *members, size_t n)
{
	const struct rv_annotation *const first = members[0].annotation;
	const struct rv_image *const index = c->picture->index;
	struct rv_err err = RV_ERR_INIT;
	uint64_t area_px = 0;
	for (size_t i = 0; i < n; i++) {
		const struct rv_annotation *const annotation = members[i].annotation;
		const struct rv_json said = rv_json_get(rv_json_get(annotation->json, "groups"), c->kind);
		area_px += annotation->area_px;
		if ((rv_json_type(rv_json_get(said, "rle")) != RV_JSON_NONE) != (i == 0)) {
			BLAME(c, VERIFY_GROUP_MASK, annotation, "its mask is told by another object than the first%s",
			      "");
			return;
		}
	}
	if (verify_region_read(rv_json_get(rv_json_get(first->json, "groups"), c->kind), index->width, index->height,
	                       &c->rle, &err) < 0) {
		BLAME(c, VERIFY_GROUP_MASK, first, "%s", err.text);
		return;
	}
	for (size_t i = 1; i < c->rle.len; i += 2) {
		for (uint32_t at = c->rle.ends[i - 1]; at < c->rle.ends[i]; at++) {
			const uint32_t x = at / index->height, y = at % index->height;
			if (c->first[index->u16[(size_t)y * index->width + x]] != first->index) {
				BLAME(c, VERIFY_GROUP_MASK, first,
				      "pixel (%" PRIu32 ",%" PRIu32 ") is of no object of the group", x, y);
				return;
			}
		}
	}
	if (c->rle.area_px != area_px) {
		BLAME(c, VERIFY_GROUP_MASK, first, "it has %" PRIu64 " pixels, its objects have %" PRIu64,
		      c->rle.area_px, area_px);
	}
}

/* Groups of one kind, where any object is of one: others are then of those that the record says. */
static void check_kind(struct check *c)
{
	const struct rv_picture *const what = c->picture->picture;
	bool has_one = false;
	for (size_t i = 0; i < what->n_annotations; i++) {
		has_one |= rv_json_len(rv_json_get(rv_json_get(what->annotations[i].json, "groups"), c->kind)) > 0;
	}
	if (!has_one) {
		return;
	}
	size_t n, end;
	const struct member *const members = list_members(c, &n);
	memset(c->first, 0, (UINT16_MAX + 1) * sizeof(*c->first));
	for (size_t i = 0, start = 0; i < n; i++) {
		start = strcmp(members[start].group, members[i].group) == 0 ? start : i;
		c->first[members[i].annotation->index] = members[start].annotation->index;
	}
	for (size_t start = 0; start < n; start = end) {
		for (end = start + 1; end < n && strcmp(members[start].group, members[end].group) == 0; end++) {
		}
		check_group(c, &members[start], end - start);
	}
}

static void check_groups(struct verify_picture *picture)
{
	static const char *const kinds[] = { "parent", "collection" };
	struct check c = { .picture = picture, .rle = VERIFY_RLE_INIT };
	bool has_groups = false;
	for (size_t i = 0; i < picture->picture->n_annotations; i++) {
		has_groups |= rv_json_len(rv_json_get(picture->picture->annotations[i].json, "groups")) > 0;
	}
	if (!has_groups || !picture->index) {
		return;
	}
	list_names(&c);
	c.first = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*c.first));
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		c.kind = kinds[i];
		check_kind(&c);
	}
	verify_rle_release(&c.rle);
}

const struct verify_label verify_picture_object_groups = { .whole = check_groups };

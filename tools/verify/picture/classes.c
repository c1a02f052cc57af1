/* SPDX-License-Identifier: MIT */
/* The map of classes: one class for an object, the same one for objects that differ in nothing that decides it. */
#include <stdlib.h>
#include <string.h>

#include "verify/picture.h"

#define NONE (-1)

/* The class of each index, NONE where it is not seen. False, and a problem, where an index has two. */
static bool find_classes(struct verify_picture *picture, const struct verify_file *file, int16_t *classes)
{
	const uint8_t *const values = file->decoded.image.u8;
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i <= UINT16_MAX; i++) {
		classes[i] = i == 0 ? 0 : NONE;
	}
	for (size_t i = 0; i < n; i++) {
		int16_t *const own = &classes[picture->index->u16[i]];
		*own = *own == NONE ? values[i] : *own;
		if (*own != values[i]) {
			verify_problems_add(picture->problems, VERIFY_CLASS_OBJECT, file->name.ptr,
			                    "pixel (%zu,%zu) is of class %u, but index %u, which is there, is of %d",
			                    i % picture->width, i / picture->width, values[i], picture->index->u16[i],
			                    *own);
			return false;
		}
	}
	return true;
}

struct thing {
	const char *kind; /* category and tags */
	uint32_t index;
};

static int by_kind(const void *a, const void *b)
{
	const struct thing *const left = a, *const right = b;
	const int order = strcmp(left->kind, right->kind);
	return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

/* What decides an object's class. */
static const char *kind_of(struct verify_picture *picture, const struct rv_annotation *annotation)
{
	const struct rv_span category = rv_json_text(rv_json_get(annotation->json, "category")),
	                     tags = rv_json_text(rv_json_get(annotation->json, "tags"));
	return rv_arena_printf(&picture->arena, "%.*s %.*s", (int)category.len, category.len > 0 ? category.ptr : "",
	                       (int)tags.len, tags.len > 0 ? tags.ptr : "");
}

static void compare_kinds(struct verify_picture *picture, const struct verify_file *file, const int16_t *classes)
{
	const struct rv_picture *const what = picture->picture;
	struct thing *const things = rv_arena_alloc(&picture->arena, what->n_annotations + 1, sizeof(*things));
	size_t n = 0;
	for (size_t i = 0; i < what->n_annotations; i++) {
		const struct rv_annotation *const annotation = &what->annotations[i];
		const uint32_t index = annotation->index;
		if (index > 0 && classes[index] != NONE &&
		    rv_json_type(rv_json_get(annotation->json, "category")) != RV_JSON_NONE) {
			things[n++] = (struct thing) { kind_of(picture, annotation), index };
		}
	}
	if (n > 1) {
		qsort(things, n, sizeof(*things), by_kind);
	}
	for (size_t i = 1; i < n; i++) {
		const uint32_t one = things[i - 1].index, other = things[i].index;
		if (strcmp(things[i - 1].kind, things[i].kind) == 0 && classes[one] != classes[other]) {
			verify_problems_add(picture->problems, VERIFY_CLASS_SAME, file->name.ptr,
			                    "indices %u and %u have one category and the same tags, but are of "
			                    "classes %d and %d",
			                    one, other, classes[one], classes[other]);
			return;
		}
	}
}

static void check_classes(struct verify_picture *picture, const struct verify_file *file)
{
	int16_t *const classes = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*classes));
	if (picture->index && find_classes(picture, file, classes)) {
		compare_kinds(picture, file, classes);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_CLASS_INDEX, RV_ROLES };

const struct verify_label verify_picture_classes = { .roles = roles, .file = check_classes };

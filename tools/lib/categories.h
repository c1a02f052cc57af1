/* SPDX-License-Identifier: MIT */
/*
 * Categories: which one an object belongs to, and the table that gives them ids.
 *
 * rv-mask decides an object's category by rv_category_by and writes its name into the annotation. Ids are those of one
 * table for a whole dataset. It comes from a file or a list that the user names, or from the scene (the member
 * `categories` of records): then it is fixed, and a name that is not in it is an error. Without one, a name gets the
 * next id when it first appears. The table is saved with the dataset (categories.json), and continued when the dataset
 * grows.
 */
#ifndef RV_CATEGORIES_H
#define RV_CATEGORIES_H

#include "arena.h"
#include "json.h"

#define RV_CATEGORY_ID_MAX 2147483647 /* readers keep ids in 32 bits */
#define RV_CATEGORIES_MAX 100000

/* The category of an object as a record has it: its property `category` if that is a string, else its tags, sorted and
 * joined with "+"; NULL when it has neither and is background. Objects of a .blend file that is rendered as it stands
 * have no tags, and nobody but the author of the file could add any: there it is the object's name instead, without
 * what Blender adds to keep names apart, so that "Chair", "Chair.001" and "Chair.002 [library.blend]" are chairs. In
 * the arena. */
const char *rv_category_of(struct rv_json object, bool is_of_blend_file, struct rv_arena *arena);

/* Where categories are taken from in place of that. */
enum rv_category_from {
	RV_CATEGORY_DEFAULT,    /* rv_category_of */
	RV_CATEGORY_NAME,       /* the object's name, without what Blender adds */
	RV_CATEGORY_TAGS,       /* its tags, sorted and joined with "+" */
	RV_CATEGORY_COLLECTION, /* the first of its `collections`, without what Blender adds */
	RV_CATEGORY_MATERIAL,   /* the first of its `materials`, likewise */
	RV_CATEGORY_PROPERTY,   /* one of its properties: a string, or a number, true or false as it stands there */
};
struct rv_category_rule {
	enum rv_category_from from;
	const char *key; /* of the property */
};
/* Reads "name", "tags", "collection", "material" or "property:KEY", whose key is borrowed. RV_E_USAGE for all else. */
int rv_category_rule_parse(const char *text, struct rv_category_rule *rule, struct rv_err *err) RV_MUST_USE;
/* The category by a rule; NULL where the object has nothing of the kind and is background. In the arena. */
const char *rv_category_by(const struct rv_category_rule *rule, struct rv_json object, bool is_of_blend_file,
                           struct rv_arena *arena);

struct rv_category {
	char *name, *supercategory;
	uint32_t id;
};

struct rv_categories {
	struct rv_category *items; /* in the order of the table */
	size_t len, cap;
	bool is_fixed;
	uint32_t next_id; /* private, as is what follows */
	uint32_t *slots;  /* a hash table of 1 + places */
	size_t n_slots;
};
#define RV_CATEGORIES_INIT \
	{ \
		.next_id = 1 \
	}
void rv_categories_release(struct rv_categories *table);

/* Adds one. Fails (RV_E_BAD_RECORD) on an empty name, a name or an id that is there, and above the limits. */
int rv_categories_add(struct rv_categories *table, uint32_t id, const char *name, const char *supercategory,
                      struct rv_err *err) RV_MUST_USE;
/* Takes in a JSON array of names, or of objects {"id":1,"name":"mug","supercategory":""}, where ids left out count up
 * from 1; or an object with such an array as `categories`, as COCO files have it. */
int rv_categories_take(struct rv_categories *table, struct rv_json list, struct rv_err *err) RV_MUST_USE;
/* Reads the table that the user asked for, which is fixed then: a file with such JSON, or with a name on each line; or
 * a list "A,B,..." of names. A text with a '/', or one that ends in .json or .txt, is always a file. */
int rv_categories_load(struct rv_categories *table, const char *file_or_list, struct rv_err *err) RV_MUST_USE;

const struct rv_category *rv_categories_find(const struct rv_categories *table, const char *name);
/* The id of a name, which is added to a table that is not fixed. 0 with RV_E_BAD_RECORD when it cannot be. */
uint32_t rv_categories_id(struct rv_categories *table, const char *name, struct rv_err *err);

/* Appends the table as categories.json has it: one JSON array, an object a line. */
void rv_categories_put(const struct rv_categories *table, struct rv_str *text);
/* 0 when both give every name that is in both the same id, and no id to two names. Else fails with RV_E_BAD_RECORD: the
 * message names the first difference, and how to make datasets that fit. `left` and `right` name the tables in it. */
int rv_categories_agree(const struct rv_categories *a, const char *left, const struct rv_categories *b,
                        const char *right, struct rv_err *err) RV_MUST_USE;

#endif

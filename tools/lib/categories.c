/* SPDX-License-Identifier: MIT */
/* Categories of objects, and the table of their ids. */
#include "categories.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "file.h"
#include "murmur.h"
#include "scan.h"

#define FILE_BYTES_MAX ((size_t)64 << 20)
#define SLOTS_MIN 64

/* ---- of an object ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *join_tags(struct rv_json tags, struct rv_arena *arena)
{
	const size_t n = rv_json_type(tags) == RV_JSON_ARRAY ? rv_json_len(tags) : 0;
	const char **const names = rv_arena_alloc(arena, n + 1, sizeof(*names));
	size_t n_names = 0, len = 0;
	for (size_t i = 0; i < n; i++) {
		const char *const name = rv_json_string(rv_json_at(tags, i), NULL);
		if (name) {
			names[n_names++] = name;
			len += strlen(name) + 1;
		}
	}
	if (n_names == 0) {
		return NULL;
	}
	qsort(names, n_names, sizeof(*names), compare_names);
	char *const joined = rv_arena_alloc(arena, len, 1);
	char *at = joined;
	for (size_t i = 0; i < n_names; i++) {
		at = stpcpy(stpcpy(at, i > 0 ? "+" : ""), names[i]);
	}
	return joined[0] ? joined : NULL;
}

/* Without a library " [NAME.blend]", then without a number ".001" of three digits or more, at the end. */
static const char *name_alone(const char *name, struct rv_arena *arena)
{
	static const char library_end[] = ".blend]";
	const size_t end_len = strlen(library_end);
	size_t len = strlen(name), digits = 0;
	if (len > end_len && strcmp(name + len - end_len, library_end) == 0) {
		const char *const bracket = strstr(name, " [");
		len = bracket ? (size_t)(bracket - name) : len;
	}
	while (digits < len && name[len - 1 - digits] >= '0' && name[len - 1 - digits] <= '9') {
		digits++;
	}
	if (digits >= 3 && len > digits + 1 && name[len - 1 - digits] == '.') {
		len -= digits + 1;
	}
	return len > 0 ? rv_arena_strndup(arena, name, len) : NULL;
}

const char *rv_category_of(struct rv_json object, bool is_of_blend_file, struct rv_arena *arena)
{
	const char *const own = rv_json_string(rv_json_get(rv_json_get(object, "properties"), "category"), NULL);
	if (own && own[0]) {
		return rv_arena_strndup(arena, own, strlen(own));
	}
	const char *const joined = join_tags(rv_json_get(object, "tags"), arena);
	const char *const name = rv_json_string(rv_json_get(object, "name"), NULL);
	return joined || !is_of_blend_file || !name ? joined : name_alone(name, arena);
}

/* The first string of a list. */
static const char *first_of(struct rv_json list)
{
	const size_t n = rv_json_type(list) == RV_JSON_ARRAY ? rv_json_len(list) : 0;
	const char *first = NULL;
	for (size_t i = 0; !first && i < n; i++) {
		first = rv_json_string(rv_json_at(list, i), NULL);
	}
	return first;
}

/* A string, or a number, true or false as it stands in the record. */
static const char *text_of(struct rv_json value, struct rv_arena *arena)
{
	const enum rv_json_type type = rv_json_type(value);
	const char *const text = rv_json_string(value, NULL);
	const struct rv_span span = rv_json_text(value);
	if (text) {
		return text[0] ? rv_arena_strndup(arena, text, strlen(text)) : NULL;
	}
	return type == RV_JSON_NUMBER || type == RV_JSON_TRUE || type == RV_JSON_FALSE
	               ? rv_arena_strndup(arena, span.ptr, span.len)
	               : NULL;
}

const char *rv_category_by(const struct rv_category_rule *rule, struct rv_json object, bool is_of_blend_file,
                           struct rv_arena *arena)
{
	const char *name = NULL;
	switch (rule->from) {
	case RV_CATEGORY_DEFAULT:
		return rv_category_of(object, is_of_blend_file, arena);
	case RV_CATEGORY_TAGS:
		return join_tags(rv_json_get(object, "tags"), arena);
	case RV_CATEGORY_PROPERTY:
		return text_of(rv_json_get(rv_json_get(object, "properties"), rule->key), arena);
	case RV_CATEGORY_NAME:
		name = rv_json_string(rv_json_get(object, "name"), NULL);
		break;
	case RV_CATEGORY_COLLECTION:
		name = first_of(rv_json_get(object, "collections"));
		break;
	case RV_CATEGORY_MATERIAL:
		name = first_of(rv_json_get(object, "materials"));
		break;
	}
	return name ? name_alone(name, arena) : NULL;
}

int rv_category_rule_parse(const char *text, struct rv_category_rule *rule, struct rv_err *err)
{
	static const struct {
		const char *word;
		enum rv_category_from from;
	} words[] = {
		{ "name", RV_CATEGORY_NAME },
		{ "tags", RV_CATEGORY_TAGS },
		{ "collection", RV_CATEGORY_COLLECTION },
		{ "material", RV_CATEGORY_MATERIAL },
	};
	static const char property[] = "property:";
	for (size_t i = 0; i < RV_COUNTOF(words); i++) {
		if (strcmp(text, words[i].word) == 0) {
			*rule = (struct rv_category_rule) { .from = words[i].from };
			return 0;
		}
	}
	if (strncmp(text, property, strlen(property)) == 0 && text[strlen(property)]) {
		*rule = (struct rv_category_rule) { .from = RV_CATEGORY_PROPERTY, .key = text + strlen(property) };
		return 0;
	}
	return rv_fail(err, RV_E_USAGE, "'%s' must be name, tags, collection, material or property:KEY", text);
}

/* ---- the table ---- */

void rv_categories_release(struct rv_categories *table)
{
	for (size_t i = 0; i < table->len; i++) {
		free(table->items[i].name);
		free(table->items[i].supercategory);
	}
	free(table->items);
	free(table->slots);
	*table = (struct rv_categories)RV_CATEGORIES_INIT;
}

/* The slot of a name, or the empty one where it belongs. */
static uint32_t *slot_of(const struct rv_categories *table, const char *name)
{
	size_t i = rv_murmur3(name, strlen(name), 0) % table->n_slots;
	while (table->slots[i] != 0 && strcmp(table->items[table->slots[i] - 1].name, name) != 0) {
		i = (i + 1) % table->n_slots;
	}
	return &table->slots[i];
}

static void make_slots(struct rv_categories *table)
{
	if (table->n_slots > 2 * table->len) {
		return;
	}
	free(table->slots);
	table->n_slots = RV_MAX(4 * table->len, (size_t)SLOTS_MIN);
	table->slots = rv_alloc_zero(table->n_slots, sizeof(*table->slots));
	for (size_t i = 0; i < table->len; i++) {
		*slot_of(table, table->items[i].name) = (uint32_t)i + 1;
	}
}

const struct rv_category *rv_categories_find(const struct rv_categories *table, const char *name)
{
	const uint32_t place = table->n_slots == 0 ? 0 : *slot_of(table, name);
	return place == 0 ? NULL : &table->items[place - 1];
}

static const struct rv_category *find_id(const struct rv_categories *table, uint32_t id)
{
	for (size_t i = 0; i < table->len; i++) {
		if (table->items[i].id == id) {
			return &table->items[i];
		}
	}
	return NULL;
}

int rv_categories_add(struct rv_categories *table, uint32_t id, const char *name, const char *supercategory,
                      struct rv_err *err)
{
	if (!name[0]) {
		return rv_fail(err, RV_E_BAD_RECORD, "a category without a name");
	}
	if (rv_categories_find(table, name)) {
		return rv_fail(err, RV_E_BAD_RECORD, "category '%s' is there twice", name);
	}
	/* Ids that count up, which most tables have, are not looked for. */
	const struct rv_category *const other = id < table->next_id ? find_id(table, id) : NULL;
	if (other) {
		return rv_fail(err, RV_E_BAD_RECORD, "categories '%s' and '%s' have the same id %" PRIu32, other->name,
		               name, id);
	}
	if (table->len == RV_CATEGORIES_MAX || id > RV_CATEGORY_ID_MAX) {
		return rv_fail(err, RV_E_LIMIT, "category '%s': there may be %d categories with ids up to %d", name,
		               RV_CATEGORIES_MAX, RV_CATEGORY_ID_MAX);
	}
	RV_GROW(table->items, table->len, table->cap);
	table->items[table->len++] =
	        (struct rv_category) { .name = rv_strdup(name), .supercategory = rv_strdup(supercategory), .id = id };
	table->next_id = RV_MAX(table->next_id, id + 1);
	make_slots(table);
	*slot_of(table, name) = (uint32_t)table->len;
	return 0;
}

uint32_t rv_categories_id(struct rv_categories *table, const char *name, struct rv_err *err)
{
	const struct rv_category *const known = rv_categories_find(table, name);
	const uint32_t id = table->next_id;
	if (known) {
		return known->id;
	}
	if (table->is_fixed) {
		rv_fail(err, RV_E_BAD_RECORD, "category '%s' is not in the table of categories", name);
		return 0;
	}
	return rv_categories_add(table, id, name, "", err) < 0 ? 0 : id;
}

/* ---- reading ---- */

static int take_one(struct rv_categories *table, struct rv_json item, size_t i, struct rv_err *err)
{
	const bool is_object = rv_json_type(item) == RV_JSON_OBJECT;
	const char *const name = rv_json_string(is_object ? rv_json_get(item, "name") : item, NULL);
	const char *const above = rv_json_string(rv_json_get(item, "supercategory"), NULL);
	const struct rv_json id = rv_json_get(item, "id");
	uint64_t number = table->next_id;
	if (!name) {
		return rv_fail(err, RV_E_BAD_RECORD, "categories[%zu] is neither a name nor an object with a name", i);
	}
	if (rv_json_type(id) != RV_JSON_NONE && !rv_json_u64(id, 0, RV_CATEGORY_ID_MAX, &number)) {
		return rv_fail(err, RV_E_BAD_RECORD, "categories[%zu].id must be a whole number in 0..%d", i,
		               RV_CATEGORY_ID_MAX);
	}
	return rv_categories_add(table, (uint32_t)number, name, above ? above : "", err);
}

int rv_categories_take(struct rv_categories *table, struct rv_json list, struct rv_err *err)
{
	const struct rv_json items = rv_json_type(list) == RV_JSON_OBJECT ? rv_json_get(list, "categories") : list;
	const size_t n = rv_json_len(items);
	if (rv_json_type(items) != RV_JSON_ARRAY) {
		return rv_fail(err, RV_E_BAD_RECORD, "categories must be an array of names or of objects");
	}
	for (size_t i = 0; i < n; i++) {
		if (take_one(table, rv_json_at(items, i), i, err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* Names with `end` behind each but the last; blank lines are skipped. */
static int take_names(struct rv_categories *table, const char *text, size_t len, char end, struct rv_err *err)
{
	const char *const stop = text + len;
	for (const char *next; text < stop || end == ','; text = next + 1) {
		const char *const found = memchr(text, end, (size_t)(stop - text));
		next = found ? found : stop;
		const size_t name_len = (size_t)(next - text) - (end == '\n' && next > text && next[-1] == '\r');
		char *const name = rv_strndup(text, name_len);
		const int status =
		        name_len == 0 && end == '\n' ? 0 : rv_categories_add(table, table->next_id, name, "", err);
		free(name);
		if (status < 0 || !found) {
			return status;
		}
	}
	return 0;
}

static int take_file(struct rv_categories *table, const struct rv_str *text, struct rv_err *err)
{
	const size_t blanks = strspn(text->ptr, " \t\r\n");
	struct rv_json json = RV_JSON_INIT;
	if (text->ptr[blanks] != '[' && text->ptr[blanks] != '{') {
		return take_names(table, text->ptr, text->len, '\n', err);
	}
	int status = rv_json_parse(text->ptr, text->len, &json, err);
	if (status == 0) {
		status = rv_categories_take(table, json, err);
	}
	rv_json_release(&json);
	return status;
}

/* A file that is not there must not be taken for the name of a category. */
static bool is_file(const char *text)
{
	const char *const dot = strrchr(text, '.');
	return rv_file_exists(text) || strchr(text, '/') ||
	       (dot && !strchr(text, ',') && (strcmp(dot, ".json") == 0 || strcmp(dot, ".txt") == 0));
}

int rv_categories_load(struct rv_categories *table, const char *file_or_list, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status;
	if (is_file(file_or_list)) {
		status = rv_file_read_named(file_or_list, FILE_BYTES_MAX, &text, err);
		if (status == 0 && take_file(table, &text, err) < 0) {
			status = rv_fail_prefix(err, "'%s'", file_or_list);
		}
	} else {
		status = take_names(table, file_or_list, strlen(file_or_list), ',', err);
	}
	rv_str_release(&text);
	table->is_fixed = true;
	return status;
}

/* ---- writing and comparing ---- */

void rv_categories_put(const struct rv_categories *table, struct rv_str *text)
{
	rv_str_putc(text, '[');
	for (size_t i = 0; i < table->len; i++) {
		struct rv_json_out out;
		rv_str_puts(text, i > 0 ? ",\n" : "\n");
		rv_json_out_init(&out, text);
		rv_json_open(&out, NULL, '{');
		rv_json_put_u64(&out, "id", table->items[i].id);
		rv_json_put_string(&out, "name", table->items[i].name);
		rv_json_put_string(&out, "supercategory", table->items[i].supercategory);
		rv_json_close(&out, '}');
	}
	rv_str_puts(text, "]\n");
}

static int compare_ids(const void *a, const void *b)
{
	const uint32_t left = (*(const struct rv_category *const *)a)->id,
	               right = (*(const struct rv_category *const *)b)->id;
	return (left > right) - (left < right);
}

static const struct rv_category **sorted_by_id(const struct rv_categories *table)
{
	const struct rv_category **const all = rv_alloc_zero(table->len + 1, sizeof(*all));
	for (size_t i = 0; i < table->len; i++) {
		all[i] = &table->items[i];
	}
	if (table->len > 1) {
		qsort(all, table->len, sizeof(*all), compare_ids);
	}
	return all;
}

static int differ(const struct rv_category *a, const char *left, const struct rv_category *b, const char *right,
                  struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_RECORD,
	               "category '%s' is %" PRIu32 " in %s, '%s' is %" PRIu32
	               " in %s: make both with one table (--categories FILE, or self.categories in the scene)",
	               a->name, a->id, left, b->name, b->id, right);
}

int rv_categories_agree(const struct rv_categories *a, const char *left, const struct rv_categories *b,
                        const char *right, struct rv_err *err)
{
	for (size_t i = 0; i < a->len; i++) {
		const struct rv_category *const other = rv_categories_find(b, a->items[i].name);
		if (other && other->id != a->items[i].id) {
			return differ(&a->items[i], left, other, right, err);
		}
	}
	const struct rv_category **const ours = sorted_by_id(a), **const theirs = sorted_by_id(b);
	int status = 0;
	for (size_t i = 0, k = 0; status == 0 && i < a->len && k < b->len;) {
		if (ours[i]->id == theirs[k]->id && strcmp(ours[i]->name, theirs[k]->name) != 0) {
			status = differ(ours[i], left, theirs[k], right, err);
		}
		const uint32_t low = RV_MIN(ours[i]->id, theirs[k]->id);
		i += ours[i]->id == low;
		k += theirs[k]->id == low;
	}
	free(ours);
	free(theirs);
	return status;
}

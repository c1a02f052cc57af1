/* SPDX-License-Identifier: MIT */
#include "categories.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "file.h"

static bool take(struct rv_categories *table, const char *text, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	const bool is_good =
	        rv_json_parse(text, strlen(text), &json, err) == 0 && rv_categories_take(table, json, err) == 0;
	rv_json_release(&json);
	return is_good;
}

static void of_objects(void)
{
	static const struct {
		const char *object, *category;
		bool is_of_blend_file;
	} rows[] = {
		{ "{\"tags\":[\"b\",\"a\"]}", "a+b", false },
		{ "{\"tags\":[\"b\"],\"properties\":{\"category\":\"cup\"}}", "cup", false },
		{ "{\"tags\":[\"b\"],\"properties\":{\"category\":7}}", "b", false },
		{ "{\"tags\":[]}", NULL, false },
		{ "{\"name\":\"Chair\",\"tags\":[]}", NULL, false },
		{ "{}", NULL, false },
		{ "{\"name\":\"Chair\",\"tags\":[\"b\"]}", "b", true },
		{ "{\"name\":\"Chair\",\"properties\":{\"category\":\"seat\"}}", "seat", true },
		{ "{\"name\":\"Chair\",\"tags\":[]}", "Chair", true },
		{ "{\"name\":\"Chair.001\"}", "Chair", true },
		{ "{\"name\":\"Chair.1024\"}", "Chair", true },
		{ "{\"name\":\"Chair.002 [my library.blend]\"}", "Chair", true },
		{ "{\"name\":\"Door [old]\"}", "Door [old]", true },
		{ "{\"name\":\"Mark.42\"}", "Mark.42", true },
		{ "{\"name\":\"x1024\"}", "x1024", true },
		{ "{\"name\":\"Arm.L.003\"}", "Arm.L", true },
		{ "{\"name\":\".001\"}", ".001", true },
		{ "{\"name\":\"\"}", NULL, true },
		{ "{}", NULL, true },
	};
	struct rv_arena arena = RV_ARENA_INIT;
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_json json = RV_JSON_INIT;
		CHECK(rv_json_parse(rows[i].object, strlen(rows[i].object), &json, NULL) == 0);
		const char *const got = rv_category_of(json, rows[i].is_of_blend_file, &arena);
		CHECK_STR(got ? got : "(none)", rows[i].category ? rows[i].category : "(none)");
		rv_json_release(&json);
	}
	rv_arena_release(&arena);
}

static void by_rules(void)
{
	static const char object[] =
	        "{\"name\":\"Chair.002 [a.blend]\",\"tags\":[\"b\",\"a\"],\"collections\":[\"Seats.001\",\"All\"],"
	        "\"materials\":[null,\"Oak.001\",\"Steel\"],\"properties\":{\"category\":\"seat\",\"kind\":\"Oak.001\","
	        "\"rank\":3,\"big\":true,\"none\":null,\"empty\":\"\"}}";
	static const struct {
		const char *rule, *category;
	} rows[] = {
		{ "name", "Chair" },
		{ "tags", "a+b" },
		{ "collection", "Seats" },
		{ "material", "Oak" },
		{ "property:kind", "Oak.001" },
		{ "property:rank", "3" },
		{ "property:big", "true" },
		{ "property:none", NULL },
		{ "property:empty", NULL },
		{ "property:other", NULL },
	};
	struct rv_arena arena = RV_ARENA_INIT;
	struct rv_json json = RV_JSON_INIT, empty = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_category_rule rule;
	CHECK_OK(rv_json_parse(object, strlen(object), &json, &err), &err);
	CHECK_OK(rv_json_parse("{\"tags\":{},\"collections\":\"a\",\"name\":7}", 38, &empty, &err), &err);
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		CHECK_OK(rv_category_rule_parse(rows[i].rule, &rule, &err), &err);
		const char *const got = rv_category_by(&rule, json, true, &arena);
		CHECK_STR(got ? got : "(none)", rows[i].category ? rows[i].category : "(none)");
		CHECK(!rv_category_by(&rule, empty, true, &arena));
	}
	rule = (struct rv_category_rule) { .from = RV_CATEGORY_DEFAULT };
	CHECK_STR(rv_category_by(&rule, json, true, &arena), "seat");
	CHECK_FAILS(rv_category_rule_parse("names", &rule, &err), &err, RV_E_USAGE, "'names' must be name, tags");
	CHECK_FAILS(rv_category_rule_parse("property:", &rule, &err), &err, RV_E_USAGE, "property:KEY");
	rv_json_release(&json);
	rv_json_release(&empty);
	rv_arena_release(&arena);
}

static void appearance(void)
{
	struct rv_categories table = RV_CATEGORIES_INIT;
	struct rv_err err = RV_ERR_INIT;
	struct rv_str text = RV_STR_INIT;
	char name[16];
	for (uint32_t i = 1; i <= 1000; i++) {
		snprintf(name, sizeof(name), "c%u", i);
		CHECK_U64(rv_categories_id(&table, name, &err), i);
	}
	CHECK_U64(rv_categories_id(&table, "c7", &err), 7);
	rv_categories_release(&table);
	CHECK(rv_categories_id(&table, "a \"b\"", &err) == 1 && rv_categories_id(&table, "c", &err) == 2);
	rv_categories_put(&table, &text);
	CHECK_STR(text.ptr, "[\n{\"id\":1,\"name\":\"a \\\"b\\\"\",\"supercategory\":\"\"},\n"
	                    "{\"id\":2,\"name\":\"c\",\"supercategory\":\"\"}]\n");
	/* What was saved is continued. */
	rv_categories_release(&table);
	CHECK(take(&table, text.ptr, &err));
	CHECK(rv_categories_id(&table, "c", &err) == 2 && rv_categories_id(&table, "new", &err) == 3);
	rv_categories_release(&table);
	rv_str_release(&text);
}

static void fixed(void)
{
	struct rv_categories table = RV_CATEGORIES_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK(rv_categories_load(&table, "cup,mug", &err) == 0);
	CHECK(rv_categories_id(&table, "mug", &err) == 2 && rv_categories_id(&table, "box", &err) == 0);
	CHECK_STR(err.text, "category 'box' is not in the table of categories");
	rv_categories_release(&table);
	CHECK(rv_categories_load(&table, "a,,b", &err) < 0);
	rv_categories_release(&table);
	CHECK(rv_categories_load(&table, "there/is/no.json", &err) < 0 && err.code == RV_E_MISSING_FILE);
	rv_categories_release(&table);
	CHECK(rv_categories_load(&table, "no-such.txt", &err) < 0 && err.code == RV_E_MISSING_FILE);
	rv_categories_release(&table);
}

static void files(void)
{
	static const char *const texts[] = {
		"cup\r\n\nmug\n",
		"[\"cup\",\"mug\"]",
		" {\"categories\":[{\"id\":1,\"name\":\"cup\",\"supercategory\":\"kitchen\"},{\"id\":2,\"name\":\"mug\"}]}",
	};
	for (size_t i = 0; i < RV_COUNTOF(texts); i++) {
		struct rv_categories table = RV_CATEGORIES_INIT;
		struct rv_err err = RV_ERR_INIT;
		const char *const path = check_path("categories");
		CHECK(rv_file_write(path, texts[i], strlen(texts[i]), &err) == 0);
		CHECK(rv_categories_load(&table, path, &err) == 0);
		CHECK(table.is_fixed && table.len == 2 && rv_categories_id(&table, "mug", &err) == 2);
		rv_categories_release(&table);
	}
}

static void wrong(void)
{
	static const struct {
		const char *list, *text;
	} rows[] = {
		{ "7", "categories must be an array of names or of objects" },
		{ "[7]", "categories[0] is neither a name nor an object with a name" },
		{ "[\"\"]", "a category without a name" },
		{ "[\"a\",\"a\"]", "category 'a' is there twice" },
		{ "[{\"name\":\"a\",\"id\":-1}]", "categories[0].id must be a whole number in 0..2147483647" },
		{ "[{\"name\":\"a\",\"id\":5},{\"name\":\"b\",\"id\":5}]",
		  "categories 'a' and 'b' have the same id 5" },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_categories table = RV_CATEGORIES_INIT;
		struct rv_err err = RV_ERR_INIT;
		CHECK(!take(&table, rows[i].list, &err));
		CHECK_STR(err.text, rows[i].text);
		rv_categories_release(&table);
	}
}

static void agreement(void)
{
	static const struct {
		const char *left, *right;
		bool agree;
	} rows[] = {
		{ "[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", true },
		{ "[\"a\",\"b\"]", "[\"b\",\"a\"]", false },
		{ "[\"a\",\"b\"]", "[\"a\",\"c\"]", false }, /* 2 is b and c */
		{ "[]", "[\"a\"]", true },
		{ "[{\"id\":9,\"name\":\"z\"},\"y\"]", "[{\"id\":1,\"name\":\"x\"}]", true },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		struct rv_categories left = RV_CATEGORIES_INIT, right = RV_CATEGORIES_INIT;
		struct rv_err err = RV_ERR_INIT;
		CHECK(take(&left, rows[i].left, &err) && take(&right, rows[i].right, &err));
		CHECK((rv_categories_agree(&left, "one", &right, "two", &err) == 0) == rows[i].agree);
		CHECK(rows[i].agree || strstr(err.text, "--categories FILE"));
		rv_categories_release(&left);
		rv_categories_release(&right);
	}
}

CHECK_MODULE(categories)
{
	check_case("the category of an object", of_objects);
	check_case("where the user wants them from", by_rules);
	check_case("ids by first appearance, saved and continued", appearance);
	check_case("a fixed table takes no other name", fixed);
	check_case("files of names, lists and COCO", files);
	check_case("what is wrong is named", wrong);
	check_case("tables that differ do not agree", agreement);
}

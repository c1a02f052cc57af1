/* SPDX-License-Identifier: MIT */
/* The table of categories of a dataset. */
#include "verify/category_table.h"

#include <string.h>

#include "source.h"
#include "vocabulary.h"

#define BYTES_MAX ((size_t)64 << 20)

bool verify_category_table_read(int dir_fd, struct rv_categories *categories, struct verify_problems *problems)
{
	struct rv_source source = RV_SOURCE_INIT;
	struct rv_str text = RV_STR_INIT, again = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (rv_source_open_beneath(&source, dir_fd, RV_CATEGORIES_NAME, &err) < 0) {
		return false; /* not there, or no file, which is found with all others */
	}
	const bool is_table = rv_source_load(&source, BYTES_MAX, &text, &err) == 0 &&
	                      rv_json_parse(text.ptr, text.len, &json, &err) == 0 &&
	                      rv_categories_take(categories, json, &err) == 0;
	if (!is_table) {
		verify_problems_add_err(problems, VERIFY_DATASET_CATEGORIES, RV_CATEGORIES_NAME, &err);
	} else {
		rv_categories_put(categories, &again);
		if (again.len != text.len || memcmp(again.ptr, text.ptr, text.len) != 0) {
			verify_problems_add(problems, VERIFY_DATASET_CATEGORIES, RV_CATEGORIES_NAME,
			                    "it is not written as rv-mux writes it");
		}
	}
	rv_source_close(&source);
	rv_json_release(&json);
	rv_str_release(&text);
	rv_str_release(&again);
	return is_table;
}

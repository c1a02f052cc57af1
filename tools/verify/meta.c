/* SPDX-License-Identifier: MIT */
/* _meta.json against the record: see meta.h. */
#include "verify/meta.h"

#include <string.h>

#include "record.h"
#include "scan.h"
#include "vocabulary.h"

/* Members that rv's tools know; others may have been added to the stream since. */
static bool is_known(const char *key, bool is_stored)
{
	const struct rv_member_row *const row = rv_member_row(key, strlen(key));
	return row && (row->place != RV_PLACE_STREAM) == is_stored;
}

static bool is_compact_line(const struct rv_str *text)
{
	struct rv_str compact = RV_STR_INIT;
	rv_scan_compact(text->ptr, text->len, &compact);
	rv_str_putc(&compact, '\n');
	const bool is = compact.len == text->len && memcmp(compact.ptr, text->ptr, text->len) == 0;
	rv_str_release(&compact);
	return is;
}

static void compare(struct rv_json meta, struct rv_json record, struct verify_problems *problems)
{
	for (int i = rv_json_iter(meta); rv_json_iter_ok(meta, i); i = rv_json_next(meta, i)) {
		const char *const key = rv_json_iter_key(meta, i);
		if (is_known(key, false)) {
			verify_problems_add(problems, VERIFY_META_MEMBER, RV_META_NAME,
			                    "'%s' belongs to the stream, not to a file", key);
		} else if (!rv_json_equal(rv_json_iter_value(meta, i), rv_json_get(record, key))) {
			verify_problems_add(problems, VERIFY_META_MEMBER, RV_META_NAME,
			                    "'%s' is not that of the record", key);
		}
	}
	for (int i = rv_json_iter(record); rv_json_iter_ok(record, i); i = rv_json_next(record, i)) {
		const char *const key = rv_json_iter_key(record, i);
		if (is_known(key, true) && rv_json_type(rv_json_get(meta, key)) == RV_JSON_NONE) {
			verify_problems_add(problems, VERIFY_META_MEMBER, RV_META_NAME,
			                    "'%s' of the record is not in it", key);
		}
	}
}

void verify_meta_check(const struct rv_source *source, struct rv_json record, struct verify_problems *problems)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json meta = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (rv_source_load(source, RV_LINE_MAX + 1, &text, &err) < 0 ||
	    rv_json_parse(text.ptr, text.len, &meta, &err) < 0) {
		verify_problems_add_undecoded(problems, RV_META_NAME, &err);
	} else {
		if (!is_compact_line(&text)) {
			verify_problems_add(problems, VERIFY_META_FORM, RV_META_NAME,
			                    "it is not one line of compact JSON");
		}
		compare(meta, record, problems);
	}
	rv_json_release(&meta);
	rv_str_release(&text);
}

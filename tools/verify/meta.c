/* SPDX-License-Identifier: MIT */
/* _meta.json against the record: see meta.h. */
#include "verify/meta.h"

#include <string.h>

#include "file.h"
#include "record.h"
#include "scan.h"
#include "vocabulary.h"

/* Members that rv's tools know; others may have been added to the stream since. */
static bool is_known(const char *key, bool is_stored)
{
	const struct rv_member_row *const row = rv_member_row(key, strlen(key));
	return row && (row->place != RV_PLACE_STREAM) == is_stored;
}

void verify_meta_check(const char *path, struct rv_json record, struct verify_problems *problems)
{
	struct rv_str text = RV_STR_INIT, compact = RV_STR_INIT;
	struct rv_json meta = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;

	if (rv_file_read(path, RV_LINE_MAX + 1, &text, &err) < 0 || rv_scan_value(text.ptr, text.len, &err) < 0 ||
	    rv_json_parse(text.ptr, text.len, &meta, &err) < 0) {
		verify_problems_add_err(problems, RV_META_NAME, &err);
		goto out;
	}
	rv_scan_compact(text.ptr, text.len, &compact);
	rv_str_putc(&compact, '\n');
	if (compact.len != text.len || memcmp(compact.ptr, text.ptr, text.len) != 0) {
		verify_problems_add(problems, RV_E_BAD_FILE, RV_META_NAME, "it is not one line of compact JSON");
	}
	for (int i = rv_json_iter(meta); rv_json_iter_ok(meta, i); i = rv_json_next(meta, i)) {
		const char *key = rv_json_iter_key(meta, i);
		if (is_known(key, false)) {
			verify_problems_add(problems, RV_E_BAD_RECORD, RV_META_NAME,
			                    "'%s' belongs to the stream, not to a file", key);
		} else if (!rv_json_equal(rv_json_iter_value(meta, i), rv_json_get(record, key))) {
			verify_problems_add(problems, RV_E_BAD_RECORD, RV_META_NAME,
			                    "'%s' is not that of the record", key);
		}
	}
	for (int i = rv_json_iter(record); rv_json_iter_ok(record, i); i = rv_json_next(record, i)) {
		const char *key = rv_json_iter_key(record, i);
		if (is_known(key, true) && rv_json_type(rv_json_get(meta, key)) == RV_JSON_NONE) {
			verify_problems_add(problems, RV_E_BAD_RECORD, RV_META_NAME,
			                    "'%s' of the record is not in it", key);
		}
	}
out:
	rv_json_release(&meta);
	rv_str_release(&compact);
	rv_str_release(&text);
}

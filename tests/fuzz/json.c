/* SPDX-License-Identifier: MIT */
/* Fuzzes JSON values against libjq, which reads the same text in a way of its own: same types, members, bytes, numbers.
 */
#include "fuzz.h"

#include <jv.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#include "json.h"
#include "scan.h"

/* libjq reads numbers with a function of its own, strtod is the C library's: the nearest double is one and the same,
 * but far more digits than a double holds are beyond libjq 1.6. */
#define EXACT_DIGITS 40

static void check_value(struct rv_json ours, jv theirs);

static void check_string(struct rv_json ours, jv theirs)
{
	size_t len = 0;
	const char *const bytes = rv_json_string(ours, &len);
	FUZZ_CHECK(bytes && len == (size_t)jv_string_length_bytes(jv_copy(theirs)));
	FUZZ_CHECK(memcmp(bytes, jv_string_value(theirs), len + 1) == 0);
}

static void check_number(struct rv_json ours, jv theirs)
{
	const double a = rv_json_number(ours, NAN), b = jv_number_value(theirs);
	FUZZ_CHECK(!isnan(a));
	FUZZ_CHECK(a == b || rv_json_text(ours).len > EXACT_DIGITS);
}

static void check_array(struct rv_json ours, jv theirs)
{
	FUZZ_CHECK(rv_json_len(ours) == (size_t)jv_array_length(jv_copy(theirs)));
	for (size_t i = 0; i < rv_json_len(ours); i++) {
		check_value(rv_json_at(ours, i), jv_array_get(jv_copy(theirs), (int)i));
	}
}

static void check_object(struct rv_json ours, jv theirs)
{
	FUZZ_CHECK(rv_json_len(ours) == (size_t)jv_object_length(jv_copy(theirs)));
	for (int i = rv_json_iter(ours); rv_json_iter_ok(ours, i); i = rv_json_next(ours, i)) {
		const char *const key = rv_json_iter_key(ours, i);
		const struct rv_json found = rv_json_get(ours, key), value = rv_json_iter_value(ours, i);
		/* A key with a NUL character is found in turn only. */
		FUZZ_CHECK(found.node == value.node || memchr(rv_json_text(ours).ptr, '\\', rv_json_text(ours).len));
		if (found.node == value.node) {
			check_value(value, jv_object_get(jv_copy(theirs), jv_string(key)));
		}
	}
}

static void check_value(struct rv_json ours, jv theirs)
{
	static const jv_kind kinds[] = {
		[RV_JSON_NULL] = JV_KIND_NULL,     [RV_JSON_FALSE] = JV_KIND_FALSE,   [RV_JSON_TRUE] = JV_KIND_TRUE,
		[RV_JSON_NUMBER] = JV_KIND_NUMBER, [RV_JSON_STRING] = JV_KIND_STRING, [RV_JSON_ARRAY] = JV_KIND_ARRAY,
		[RV_JSON_OBJECT] = JV_KIND_OBJECT,
	};
	struct rv_err err = RV_ERR_INIT;
	const struct rv_span text = rv_json_text(ours);
	FUZZ_CHECK(kinds[rv_json_type(ours)] == jv_get_kind(theirs));
	FUZZ_CHECK(rv_scan_value(text.ptr, text.len, &err) == 0);
	switch (rv_json_type(ours)) {
	case RV_JSON_NUMBER:
		check_number(ours, theirs);
		break;
	case RV_JSON_STRING:
		check_string(ours, theirs);
		break;
	case RV_JSON_ARRAY:
		check_array(ours, theirs);
		break;
	case RV_JSON_OBJECT:
		check_object(ours, theirs);
		break;
	default:
		break;
	}
	jv_free(theirs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *const text = len > 0 ? (const char *)data : "";
	struct rv_err err = RV_ERR_INIT;
	struct rv_str whole = RV_STR_INIT, printed = RV_STR_INIT;
	struct rv_json value, again;
	const bool valid = rv_scan_value(text, len, &err) == 0;
	FUZZ_CHECK((rv_json_parse(text, len, &value, &err) == 0) == valid);
	if (!valid) {
		return 0;
	}
	rv_scan_whole_pairs(text, len, &whole); /* which libjq 1.6 refuses */
	check_value(value, jv_parse_sized(whole.ptr, (int)whole.len));
	rv_str_json_value(&printed, value);
	FUZZ_CHECK(rv_json_parse(printed.ptr, printed.len, &again, &err) == 0);
	FUZZ_CHECK(rv_json_equal(value, again) && rv_json_equal(again, value));
	rv_json_release(&again);
	rv_json_release(&value);
	rv_str_release(&whole);
	rv_str_release(&printed);
	return 0;
}

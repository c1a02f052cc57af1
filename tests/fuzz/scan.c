/* SPDX-License-Identifier: MIT */
/* Fuzzes the JSON scanner: its two ways agree, and what it writes anew is accepted, without blanks, and the same value.
 */
#include "fuzz.h"

#include <string.h>

#include "json.h"
#include "scan.h"

/* A text that was written anew is the same value. */
static void check_same(const struct rv_str *written, struct rv_json value)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_json again;
	FUZZ_CHECK(rv_json_parse(written->ptr, written->len, &again, &err) == 0);
	FUZZ_CHECK(rv_json_equal(value, again));
	rv_json_release(&again);
}

static void check_written(const char *text, size_t len)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str once = RV_STR_INIT, other = RV_STR_INIT;
	struct rv_json value;
	FUZZ_CHECK(rv_json_parse(text, len, &value, &err) == 0);
	rv_scan_compact(text, len, &once);
	check_same(&once, value);
	rv_scan_compact(once.ptr, once.len, &other);
	FUZZ_CHECK(once.len == other.len && !memcmp(once.ptr, other.ptr, once.len));
	rv_str_clear(&other);
	rv_scan_indent(text, len, 2, &other);
	check_same(&other, value);
	rv_json_release(&value);
	rv_str_release(&once);
	rv_str_release(&other);
}

/* The elements one after the other are those of the value. */
static void check_elements(const char *text, size_t len)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_json value;
	struct rv_span element;
	size_t n = 0;
	FUZZ_CHECK(rv_json_parse(text, len, &value, &err) == 0);
	for (size_t at = 0; rv_scan_next_element(text, len, &at, &element); n++) {
		const struct rv_span wanted = rv_json_text(rv_json_at(value, n));
		FUZZ_CHECK(element.len == wanted.len && !memcmp(element.ptr, wanted.ptr, wanted.len));
	}
	FUZZ_CHECK(n == rv_json_len(value));
	rv_json_release(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = len > 0 ? (const char *)data : "";
	struct rv_err err = RV_ERR_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	const bool object = rv_scan_object(text, len, &members, &err) == 0;
	const bool value = rv_scan_value(text, len, &err) == 0;
	FUZZ_CHECK(value || !object);
	FUZZ_CHECK(value || rv_scan_value_in(text, len, 1, &err) < 0);
	if (value) {
		check_written(text, len);
	}
	if (value && text[strspn(text, " \t\r\n")] == '[') {
		check_elements(text, len);
	}
	rv_members_release(&members);
	return 0;
}

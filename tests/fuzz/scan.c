/* SPDX-License-Identifier: MIT */
/* Fuzzes the JSON scanner against libjq: what the one accepts the other reads, and prints as text that is accepted. */
#include "fuzz.h"

#include <string.h>

#include "json.h"
#include "scan.h"

/* The text without blanks is the same value, and without blanks already. */
static void check_compact(const char *text, size_t len, struct rv_json value)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str once = RV_STR_INIT, twice = RV_STR_INIT;
	struct rv_json again;
	rv_scan_compact(text, len, &once);
	FUZZ_CHECK(rv_json_parse(once.ptr, once.len, &again, &err) == 0);
	FUZZ_CHECK(rv_json_equal(value, again));
	rv_json_release(&again);
	rv_scan_compact(once.ptr, once.len, &twice);
	FUZZ_CHECK(once.len == twice.len && !memcmp(once.ptr, twice.ptr, once.len));
	rv_str_release(&once);
	rv_str_release(&twice);
}

/* Our reading of a string is libjq's. */
static void check_string(const char *text, size_t len, struct rv_json value)
{
	struct rv_str resolved = RV_STR_INIT;
	size_t jq_len;
	const char *jq = rv_json_string(value, &jq_len);
	FUZZ_CHECK(rv_scan_string((struct rv_span) { text, len }, &resolved) == (jq != NULL));
	FUZZ_CHECK(!jq || (resolved.len == jq_len && !memcmp(resolved.ptr, jq, jq_len)));
	rv_str_release(&resolved);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *text = len > 0 ? (const char *)data : "";
	struct rv_err err = RV_ERR_INIT;
	struct rv_str printed = RV_STR_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_json value;
	const bool object = rv_scan_object(text, len, &members, &err) == 0;
	if (rv_scan_value(text, len, &err) < 0) {
		FUZZ_CHECK(!object);
		goto out;
	}
	FUZZ_CHECK(rv_json_parse(text, len, &value, &err) == 0);
	/* Distinct keys for us are distinct keys for libjq. */
	FUZZ_CHECK(!object || (rv_json_type(value) == RV_JSON_OBJECT && rv_json_len(value) == members.len));
	rv_str_json_value(&printed, value);
	FUZZ_CHECK(rv_scan_value(printed.ptr, printed.len, &err) == 0);
	check_compact(text, len, value);
	if (len > 0 && text[0] == '"' && text[len - 1] == '"') {
		check_string(text, len, value);
	}
	rv_json_release(&value);
out:
	rv_members_release(&members);
	rv_str_release(&printed);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Fuzzes what a worker replies: it never changes what is not the worker's, and an error is told with a message. */
#include "fuzz.h"

#include <string.h>

#include "blend/sample.h"

static const char text[] = "{\"id\":\"a\",\"index\":7,\"seed\":3,\"params\":{\"x\":1.50}}";

static void check_own(const struct rv_record *record, const char *name, const char *value)
{
	struct rv_span span;
	FUZZ_CHECK(rv_record_get(record, name, &span) && span.len == strlen(value) &&
	           memcmp(span.ptr, value, span.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const struct blend_sample_run run = { .out_dir = "out", .settings = "{}", .dry_run = true };
	struct blend_sample_place place = BLEND_SAMPLE_PLACE_INIT;
	struct rv_record record = RV_RECORD_INIT;
	struct rv_str reply = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_append(&reply, (const char *)data, len);
	FUZZ_CHECK(rv_record_parse(&record, text, sizeof(text) - 1, &err) == 0);
	const int status = blend_sample_commit(&run, "a", "key", "/nowhere", &reply, &place, &record, &err);
	FUZZ_CHECK(status == 0 || err.text[0]);
	check_own(&record, "id", "\"a\"");
	check_own(&record, "index", "7");
	check_own(&record, "seed", "3");
	check_own(&record, "params", "{\"x\":1.50}");
	FUZZ_CHECK(status < 0 || rv_scan_value(record.text.ptr, record.text.len, &err) == 0);
	blend_sample_unclaim(&place);
	rv_str_release(&reply);
	rv_record_release(&record);
	return 0;
}

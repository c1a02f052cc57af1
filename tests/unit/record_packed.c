/* SPDX-License-Identifier: MIT */
#include "record.h"

#include <string.h>

#include "check.h"

static void check_packed(const char *record, const char *wanted)
{
	struct rv_record given = RV_RECORD_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (CHECK_OK(rv_record_parse(&given, record, strlen(record), &err), &err)) {
		rv_record_packed(&given, &text);
		CHECK_TEXT(text, wanted);
		CHECK_TEXT(given.text, record);
	}
	rv_str_release(&text);
	rv_record_release(&given);
}

static void packed(void)
{
	check_packed("{\"id\":\"a\", \"dir\":\"d\", \"x\": 1.50, \"run\":{}, \"verify\":{}}",
	             "{\"id\":\"a\",\"x\":1.50}\n");
	check_packed("{\"passes\":[\"depth\"],\"files\":{\"passes\":\"passes.exr\",\"image\":\"Image.png\"},"
	             "\"channels\":{\"depth\":[\"Depth.Z\"]},\"renders\":{}}",
	             "{\"passes\":[\"depth\"],\"files\":{\"image\":\"Image.png\"}}\n");
	check_packed(
	        "{\"views\":[{\"name\":\"l\",\"files\":{\"image\":\"l.png\",\"passes\":\"l.exr\"}}, 7,{\"name\":\"r\"}]}",
	        "{\"views\":[{\"name\":\"l\",\"files\":{\"image\":\"l.png\"}},7,{\"name\":\"r\"}]}\n");
	check_packed("{\"views\":[],\"files\":null}", "{\"views\":[],\"files\":null}\n");
	check_packed("{\"views\":{}}", "{\"views\":{}}\n");
}

CHECK_MODULE(record_packed)
{
	check_case("records as datasets hold them have no passes", packed);
}

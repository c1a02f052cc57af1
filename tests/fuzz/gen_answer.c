/* SPDX-License-Identifier: MIT */
/* Fuzzes what a generator answers: what is taken is JSON on one line, of the type that was asked for. */
#include "fuzz.h"

#include <string.h>

#include "gen/answer.h"
#include "json.h"

static void check(const struct rv_str *output, enum gen_type type)
{
	static const enum rv_json_type wanted[] = {
		[GEN_TYPE_PATH] = RV_JSON_STRING, [GEN_TYPE_STR] = RV_JSON_STRING, [GEN_TYPE_NUM] = RV_JSON_NUMBER
	};
	struct rv_str result = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (gen_answer_read(output, type, "/tmp", "/tmp", &result, &err) == 0) {
		FUZZ_CHECK(!memchr(result.ptr, '\n', result.len));
		FUZZ_CHECK(rv_json_parse(result.ptr, result.len, &json, &err) == 0);
		FUZZ_CHECK(type == GEN_TYPE_ANY || rv_json_type(json) == wanted[type]);
	} else {
		FUZZ_CHECK(err.code == RV_E_GENERATOR || err.code == RV_E_BAD_RESULT);
	}
	rv_json_release(&json);
	rv_str_release(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_str output = RV_STR_INIT;
	rv_str_append(&output, (const char *)data, len);
	for (int type = GEN_TYPE_ANY; type <= GEN_TYPE_NUM; type++) {
		check(&output, (enum gen_type)type);
	}
	rv_str_release(&output);
	return 0;
}

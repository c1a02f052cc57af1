/* SPDX-License-Identifier: MIT */
/* Tells the errors in the replies of workers. */
#include "reply.h"

#include <string.h>

static int broken(struct rv_err *err, const char *what)
{
	return rv_fail(err, RV_E_CRASH, "the worker broke the protocol: %s", what);
}

int blend_reply_check_hello(const struct rv_str *text, struct rv_err *err)
{
	struct rv_json hello = RV_JSON_INIT;
	int result = -1;
	uint64_t version;
	if (rv_json_parse(text->ptr, text->len, &hello, err) < 0 ||
	    !rv_json_u64(rv_json_get(hello, "hello"), 1, 1, &version)) {
		rv_fail(err, RV_E_NO_BLENDER, "Blender did not say hello as worker.py does");
		goto out;
	}
	const struct rv_json error = rv_json_get(hello, "error");
	if (rv_json_type(error) == RV_JSON_OBJECT) {
		const char *const message = rv_json_string(rv_json_get(error, "message"), NULL);
		rv_fail(err, RV_E_NO_BLENDER, "%s", message ? message : "worker.py failed to start");
		goto out;
	}
	result = 0;
out:
	rv_json_release(&hello);
	return result;
}

int blend_reply_check(const struct rv_record *reply, struct rv_err *err)
{
	static const enum rv_err_code codes[] = { RV_E_SCENE, RV_E_RENDER, RV_E_NO_SPACE, RV_E_USAGE };
	struct rv_span span;
	struct rv_json error = RV_JSON_INIT;
	int result;
	if (!rv_record_get(reply, "ok", &span)) {
		return broken(err, "a reply without 'ok'");
	}
	if (span.len == 4 && !memcmp(span.ptr, "true", 4)) {
		return 0;
	}
	if (!rv_record_get(reply, "error", &span) || rv_json_parse(span.ptr, span.len, &error, err) < 0) {
		return broken(err, "a failure without an error");
	}
	const char *code = rv_json_string(rv_json_get(error, "code"), NULL);
	const char *message = rv_json_string(rv_json_get(error, "message"), NULL);
	result = broken(err, message ? message : "an error without a message");
	if (code && message && strcmp(code, "device_error") == 0) {
		result = rv_fail(err, RV_E_CRASH, "%s", message); /* the worker is of no more use, the sample is */
	}
	for (size_t i = 0; code && message && i < RV_COUNTOF(codes); i++) {
		if (!strcmp(code, rv_err_code_text(codes[i]))) {
			result = rv_fail(err, codes[i], "%s", message);
		}
	}
	rv_json_release(&error);
	return result;
}

bool blend_reply_spoils(const struct rv_str *reply)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	bool spoils = false;
	if (strstr(reply->ptr, "\"spoiled\"") && rv_json_parse(reply->ptr, reply->len, &json, &err) == 0) {
		spoils = rv_json_len(rv_json_get(rv_json_get(json, "run"), "spoiled")) > 0;
	}
	rv_json_release(&json);
	return spoils;
}

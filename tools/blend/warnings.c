/* SPDX-License-Identifier: MIT */
/* The warnings in workers' replies. */
#include "warnings.h"

#include <string.h>

#include "diag.h"
#include "json.h"

static uint64_t hash_text(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
	for (const char *c = text; *c; c++) {
		hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
	}
	return hash;
}

/* False when it was noted before, or there is no room for more. */
static bool note(struct blend_warnings *warnings, uint64_t hash)
{
	for (size_t i = 0; i < warnings->len; i++) {
		if (warnings->told[i] == hash) {
			return false;
		}
	}
	if (warnings->len == BLEND_WARNINGS_MAX) {
		return false;
	}
	warnings->told[warnings->len++] = hash;
	return true;
}

void blend_warnings_tell(struct blend_warnings *warnings, const struct rv_str *reply)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	if (!strstr(reply->ptr, "\"warnings\"") || rv_json_parse(reply->ptr, reply->len, &json, &err) < 0) {
		return;
	}
	const struct rv_json list = rv_json_get(rv_json_get(json, "run"), "warnings");
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const char *const text = rv_json_string(rv_json_at(list, i), NULL);
		if (text && note(warnings, hash_text(text))) {
			rv_warn("%s", text);
		}
	}
	rv_json_release(&json);
}

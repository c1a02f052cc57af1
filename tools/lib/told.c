/* SPDX-License-Identifier: MIT */
/* Remembers texts by their hashes. */
#include "told.h"

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

static bool is_noted(const struct rv_told *told, uint64_t hash)
{
	for (size_t i = 0; i < told->len; i++) {
		if (told->texts[i] == hash) {
			return true;
		}
	}
	return false;
}

/* False when there is no room for more. */
static bool note(struct rv_told *told, uint64_t hash)
{
	if (told->len == RV_TOLD_MAX) {
		return false;
	}
	told->texts[told->len++] = hash;
	return true;
}

void rv_told_warnings(struct rv_told *told, const struct rv_str *reply)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	if (!strstr(reply->ptr, "\"warnings\"") || rv_json_parse(reply->ptr, reply->len, &json, &err) < 0) {
		return;
	}
	const struct rv_json list = rv_json_get(rv_json_get(json, "run"), "warnings");
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const char *const text = rv_json_string(rv_json_at(list, i), NULL);
		if (text && !is_noted(told, hash_text(text)) && note(told, hash_text(text))) {
			rv_warn("%s", text);
		}
	}
	rv_json_release(&json);
}

bool rv_told_error(struct rv_told *told, const char *text)
{
	const uint64_t hash = hash_text(text);
	const bool is_known = is_noted(told, hash);
	if (!is_known) {
		(void)note(told, hash);
	}
	return !is_known;
}

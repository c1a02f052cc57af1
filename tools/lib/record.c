/* SPDX-License-Identifier: MIT */
/* Records: lines of text whose members are read and spliced in place. */
#include "record.h"

#include <inttypes.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "parse.h"
#include "vocabulary.h"

static const char no_member[] = "no member '%s'";

void rv_record_release(struct rv_record *record)
{
	rv_str_release(&record->text);
	rv_members_release(&record->members);
	record->line = 0;
}

void rv_record_clear(struct rv_record *record)
{
	rv_str_clear(&record->text);
	rv_str_puts(&record->text, "{}");
	record->members.len = 0;
	record->members.close_at = 1;
	record->line = 0;
}

int rv_record_parse(struct rv_record *record, const char *text, size_t len, struct rv_err *err)
{
	rv_str_clear(&record->text);
	rv_str_append(&record->text, text, len);
	if (rv_scan_object(record->text.ptr, len, &record->members, err) < 0) {
		rv_record_clear(record);
		return -1;
	}
	return 0;
}

void rv_record_copy(struct rv_record *to, const struct rv_record *from)
{
	rv_str_clear(&to->text);
	rv_str_append(&to->text, from->text.ptr, from->text.len);
	if (to->members.cap < from->members.len) {
		to->members.cap = from->members.len;
		to->members.items = rv_realloc(to->members.items, to->members.cap, sizeof(*to->members.items));
	}
	if (from->members.len > 0) {
		memcpy(to->members.items, from->members.items, from->members.len * sizeof(*to->members.items));
	}
	to->members.len = from->members.len;
	to->members.close_at = from->members.close_at;
	to->line = from->line;
}

/* ---- members ---- */

static bool key_is(const struct rv_record *record, const struct rv_member *member, const char *key, size_t len)
{
	const char *const raw = record->text.ptr + member->key_at;
	/* An escape is longer than what it stands for. */
	if (member->key_len < len || (len > 0 && raw[0] != key[0] && raw[0] != '\\')) {
		return false;
	}
	if (!memchr(raw, '\\', member->key_len)) {
		return member->key_len == len && memcmp(raw, key, len) == 0;
	}
	struct rv_str resolved = RV_STR_INIT;
	rv_scan_string((struct rv_span) { raw - 1, member->key_len + 2 }, &resolved);
	const bool same = resolved.len == len && memcmp(resolved.ptr, key, len) == 0;
	rv_str_release(&resolved);
	return same;
}

static struct rv_member *find(const struct rv_record *record, const char *key)
{
	const size_t len = strlen(key);
	for (size_t i = 0; i < record->members.len; i++) {
		if (key_is(record, &record->members.items[i], key, len)) {
			return &record->members.items[i];
		}
	}
	return NULL;
}

/* Replaces text and moves the places of the members from number `first` on. */
static void splice(struct rv_record *record, size_t at, size_t old_len, const char *text, size_t len, size_t first)
{
	const uint32_t moved = (uint32_t)(len - old_len); /* modulo 2^32, may go back */
	if (record->text.len - old_len + len > UINT32_MAX) {
		rv_bug("a record of more than 4 GiB");
	}
	rv_str_splice(&record->text, at, old_len, text, len);
	for (size_t i = first; i < record->members.len; i++) {
		record->members.items[i].key_at += moved;
		record->members.items[i].value_at += moved;
	}
	record->members.close_at += moved;
}

bool rv_record_get(const struct rv_record *record, const char *key, struct rv_span *value)
{
	const struct rv_member *const member = find(record, key);
	if (!member) {
		return false;
	}
	*value = (struct rv_span) { record->text.ptr + member->value_at, member->value_len };
	return true;
}

void rv_record_set(struct rv_record *record, const char *key, const char *json, size_t len)
{
	struct rv_members *const members = &record->members;
	if (record->text.len == 0) {
		rv_record_clear(record);
	}
	struct rv_member *const member = find(record, key);
	if (member) {
		splice(record, member->value_at, member->value_len, json, len, (size_t)(member - members->items) + 1);
		member->value_len = (uint32_t)len;
		return;
	}
	struct rv_str text = RV_STR_INIT;
	size_t at = members->close_at;
	if (members->len > 0) {
		const struct rv_member *const last = &members->items[members->len - 1];
		at = last->value_at + last->value_len;
		rv_str_putc(&text, ',');
	}
	const size_t key_at = text.len + 1;
	rv_str_json(&text, key, strlen(key));
	const size_t key_len = text.len - key_at - 1;
	rv_str_putc(&text, ':');
	const size_t value_at = text.len;
	rv_str_append(&text, json, len);
	splice(record, at, 0, text.ptr, text.len, members->len);
	rv_str_release(&text);
	RV_GROW(members->items, members->len, members->cap);
	members->items[members->len++] = (struct rv_member) {
		.key_at = (uint32_t)(at + key_at),
		.key_len = (uint32_t)key_len,
		.value_at = (uint32_t)(at + value_at),
		.value_len = (uint32_t)len,
	};
}

void rv_record_set_string(struct rv_record *record, const char *key, const char *text)
{
	struct rv_str json = RV_STR_INIT;
	rv_str_json(&json, text, strlen(text));
	rv_record_set(record, key, json.ptr, json.len);
	rv_str_release(&json);
}

/* Where a new last member of an object goes: behind what stands before the closing brace. */
static size_t end_of_members(struct rv_span object)
{
	size_t at = object.len - 1;
	while (strchr(" \t\r\n", object.ptr[at - 1])) {
		at--;
	}
	return at;
}

void rv_record_set_in(struct rv_record *record, const char *key, const char *inner, const char *json, size_t len)
{
	struct rv_json object = RV_JSON_INIT;
	struct rv_str text = RV_STR_INIT, member = RV_STR_INIT;
	struct rv_span value, old;
	if (!rv_record_get(record, key, &value) || rv_json_parse(value.ptr, value.len, &object, NULL) < 0 ||
	    rv_json_type(object) != RV_JSON_OBJECT) {
		value = (struct rv_span) { .ptr = "{}", .len = 2 };
	}
	rv_str_append(&text, value.ptr, value.len);
	old = rv_json_text(rv_json_get(object, inner));
	if (old.len > 0) {
		rv_str_splice(&text, (size_t)(old.ptr - rv_json_text(object).ptr), old.len, json, len);
	} else {
		rv_str_puts(&member, rv_json_len(object) > 0 ? "," : "");
		rv_str_json(&member, inner, strlen(inner));
		rv_str_putc(&member, ':');
		rv_str_append(&member, json, len);
		rv_str_splice(&text, end_of_members(value), 0, member.ptr, member.len);
	}
	rv_record_set(record, key, text.ptr, text.len);
	rv_json_release(&object);
	rv_str_release(&member);
	rv_str_release(&text);
}

void rv_record_unset(struct rv_record *record, const char *key)
{
	struct rv_members *const members = &record->members;
	struct rv_member *const member = find(record, key);
	if (!member) {
		return;
	}
	/* With the comma before it, or the first one with the comma behind it. */
	const size_t number = (size_t)(member - members->items);
	size_t from = member->key_at - 1, to = member->value_at + member->value_len;
	if (number > 0) {
		from = member[-1].value_at + member[-1].value_len;
	} else if (members->len > 1) {
		to = member[1].key_at - 1;
	}
	splice(record, from, to - from, "", 0, number + 1);
	memmove(member, member + 1, (members->len - number - 1) * sizeof(*member));
	members->len--;
}

void rv_record_stored(const struct rv_record *record, struct rv_str *text)
{
	bool is_first = true;
	rv_str_putc(text, '{');
	for (size_t i = 0; i < record->members.len; i++) {
		const struct rv_member *const member = &record->members.items[i];
		const char *const key = record->text.ptr + member->key_at;
		const struct rv_member_row *const row = rv_member_row(key, member->key_len);
		if (row && row->place == RV_PLACE_STREAM) {
			continue;
		}
		rv_str_puts(text, is_first ? "\"" : ",\"");
		rv_str_append(text, key, member->key_len);
		rv_str_puts(text, "\":");
		rv_scan_compact(record->text.ptr + member->value_at, member->value_len, text);
		is_first = false;
	}
	rv_str_puts(text, "}\n");
}

/* ---- errors ---- */

bool rv_record_has_error(const struct rv_record *record)
{
	struct rv_span value;
	return rv_record_get(record, "error", &value) && !(value.len == 4 && memcmp(value.ptr, "null", 4) == 0);
}

void rv_record_set_error(struct rv_record *record, const struct rv_err *err, unsigned int attempts)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "tool", rv_diag_tool());
	rv_json_put_string(&out, "code", rv_err_code_text(err->code));
	rv_json_put_string(&out, "message", err->text);
	if (attempts > 0) {
		rv_json_put_u64(&out, "attempts", attempts);
	}
	rv_json_close(&out, '}');
	rv_record_set(record, "error", text.ptr, text.len);
	rv_str_release(&text);
}

/* ---- checked members ---- */

/* A value's text for a message, not too much of it. */
static int shown_len(struct rv_span value)
{
	return (int)RV_MIN(value.len, (size_t)80);
}

bool rv_id_is_valid(const char *id, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const char c = id[i];
		const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(c >= '0' && c <= '9') && c != '-' && c != '_') {
			return false;
		}
	}
	return len >= 1 && len <= RV_ID_MAX;
}

int rv_record_id(const struct rv_record *record, struct rv_str *id, struct rv_err *err)
{
	struct rv_span value;
	rv_str_clear(id);
	if (!rv_record_get(record, "id", &value)) {
		return rv_fail(err, RV_E_BAD_RECORD, no_member, "id");
	}
	if (!rv_scan_string(value, id) || !rv_id_is_valid(id->ptr, id->len)) {
		rv_str_clear(id);
		return rv_fail(err, RV_E_BAD_RECORD,
		               "id %.*s is not a string of 1 to %d characters out of A-Z a-z 0-9 _ -", shown_len(value),
		               value.ptr, RV_ID_MAX);
	}
	return 0;
}

int rv_record_seed(const struct rv_record *record, uint64_t *seed, struct rv_err *err)
{
	struct rv_span value;
	if (!rv_record_get(record, "seed", &value)) {
		return rv_fail(err, RV_E_BAD_RECORD, no_member, "seed");
	}
	uint64_t number = 0;
	size_t i = 0;
	while (i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9' && number <= RV_SEED_MAX) {
		number = number * 10 + (uint64_t)(value.ptr[i++] - '0');
	}
	if (i < value.len || number > RV_SEED_MAX) {
		return rv_fail(err, RV_E_BAD_RECORD, "seed %.*s is not a whole number from 0 to %" PRIu64,
		               shown_len(value), value.ptr, RV_SEED_MAX);
	}
	*seed = number;
	return 0;
}

int rv_record_string(const struct rv_record *record, const char *key, struct rv_str *out, struct rv_err *err)
{
	struct rv_span value;
	rv_str_clear(out);
	if (!rv_record_get(record, key, &value)) {
		return rv_fail(err, RV_E_BAD_RECORD, no_member, key);
	}
	if (!rv_scan_string(value, out)) {
		return rv_fail(err, RV_E_BAD_RECORD, "%s %.*s is not a string", key, shown_len(value), value.ptr);
	}
	if (memchr(out->ptr, 0, out->len)) {
		rv_str_clear(out);
		return rv_fail(err, RV_E_BAD_RECORD, "%s holds a NUL character", key);
	}
	return 0;
}

int rv_record_file(const struct rv_record *record, const char *role, struct rv_str *path, struct rv_err *err)
{
	struct rv_record files = RV_RECORD_INIT;
	struct rv_span value;
	int result = -1;
	rv_str_clear(path);
	if (!rv_record_get(record, "files", &value)) {
		rv_fail(err, RV_E_BAD_RECORD, no_member, "files");
		goto out;
	}
	if (rv_record_parse(&files, value.ptr, value.len, NULL) < 0) {
		rv_fail(err, RV_E_BAD_RECORD, "files %.*s is not an object", shown_len(value), value.ptr);
		goto out;
	}
	if (rv_record_string(&files, role, path, err) < 0) {
		rv_fail_prefix(err, "files");
		goto out;
	}
	if (!rv_path_is_inside(path->ptr)) {
		rv_fail(err, RV_E_BAD_RECORD, "files: %s '%s' is not a path below the sample", role, path->ptr);
		rv_str_clear(path);
		goto out;
	}
	result = 0;
out:
	rv_record_release(&files);
	return result;
}

/* SPDX-License-Identifier: MIT */
/* JSON values on the scanner's tape, and the writer of JSON text. */
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "scan_private.h"
#include "scan_tape.h"

#define PLAIN_DIGITS_MAX 15 /* all of them are exact as doubles */

/* ---- values ---- */

static const struct rv_json none;

static struct rv_json value_of(struct rv_tape *tape, const struct rv_node *node)
{
	return (struct rv_json) { .tape = tape, .node = node };
}

int rv_json_parse(const char *text, size_t len, struct rv_json *out, struct rv_err *err)
{
	struct rv_tape *const tape = rv_alloc(sizeof(*tape));
	*out = none;
	if (rv_scan_tape(text, len, tape, err) < 0) {
		free(tape);
		return -1;
	}
	*out = value_of(tape, &tape->nodes[tape->len - 1]);
	return 0;
}

void rv_json_release(struct rv_json *json)
{
	if (json->tape) {
		rv_tape_release(json->tape);
		free(json->tape);
	}
	*json = none;
}

static bool is_container(struct rv_json value)
{
	const enum rv_json_type type = rv_json_type(value);
	return type == RV_JSON_OBJECT || type == RV_JSON_ARRAY;
}

/* A text that was scanned shows its type with its first byte. */
enum rv_json_type rv_json_type(struct rv_json value)
{
	if (!value.node) {
		return RV_JSON_NONE;
	}
	switch (value.tape->text[value.node->at]) {
	case 'n':
		return RV_JSON_NULL;
	case 'f':
		return RV_JSON_FALSE;
	case 't':
		return RV_JSON_TRUE;
	case '"':
		return RV_JSON_STRING;
	case '[':
		return RV_JSON_ARRAY;
	case '{':
		return RV_JSON_OBJECT;
	default:
		return RV_JSON_NUMBER;
	}
}

struct rv_span rv_json_text(struct rv_json value)
{
	if (!value.node) {
		return (struct rv_span) { .ptr = "", .len = 0 };
	}
	return (struct rv_span) { .ptr = value.tape->text + value.node->at, .len = value.node->len };
}

struct rv_json rv_json_get(struct rv_json value, const char *key)
{
	if (rv_json_type(value) != RV_JSON_OBJECT) {
		return none;
	}
	return value_of(value.tape, rv_tape_member(value.tape, value.node, key, strlen(key)));
}

size_t rv_json_len(struct rv_json value)
{
	return is_container(value) ? value.node->count : 0;
}

struct rv_json rv_json_at(struct rv_json array, size_t index)
{
	if (rv_json_type(array) != RV_JSON_ARRAY || index >= array.node->count) {
		return none;
	}
	return value_of(array.tape, &array.tape->nodes[array.node->first + index]);
}

/* Member number i of an object: its key, its value behind it. */
static const struct rv_node *member(struct rv_json object, size_t i)
{
	return &object.tape->nodes[object.node->first + 2 * i];
}

int rv_json_iter(struct rv_json object)
{
	return rv_json_type(object) == RV_JSON_OBJECT ? 0 : -1;
}

bool rv_json_iter_ok(struct rv_json object, int iter)
{
	return iter >= 0 && (size_t)iter < object.node->count;
}

int rv_json_next(struct rv_json object, int iter)
{
	(void)object;
	return iter + 1;
}

const char *rv_json_iter_key(struct rv_json object, int iter)
{
	return object.tape->strings + member(object, (size_t)iter)->first;
}

struct rv_json rv_json_iter_value(struct rv_json object, int iter)
{
	return value_of(object.tape, member(object, (size_t)iter) + 1);
}

const char *rv_json_string(struct rv_json value, size_t *len)
{
	if (rv_json_type(value) != RV_JSON_STRING) {
		return NULL;
	}
	if (len) {
		*len = value.node->count;
	}
	return value.tape->strings + value.node->first;
}

double rv_json_number(struct rv_json value, double fallback)
{
	/* What follows a number in the text ends it for strtod, too. No tool takes the user's locale for numbers. */
	return rv_json_type(value) == RV_JSON_NUMBER ? strtod(value.tape->text + value.node->at, NULL) : fallback;
}

/* A number of digits alone, as most are: strtod costs ten times as much. False for all others. */
static bool plain_digits(struct rv_json value, uint64_t *out)
{
	const struct rv_span text = rv_json_text(value);
	uint64_t number = 0;
	for (size_t i = 0; i < text.len; i++) {
		const unsigned int digit = (unsigned int)text.ptr[i] - '0';
		if (digit > 9) {
			return false;
		}
		number = number * 10 + digit;
	}
	*out = number;
	return text.len >= 1 && text.len <= PLAIN_DIGITS_MAX;
}

bool rv_json_u64(struct rv_json value, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t whole;
	if (!plain_digits(value, &whole)) {
		const double number = rv_json_number(value, -1);
		if (!(number >= 0) || number >= 0x1p64 || number != floor(number)) {
			return false;
		}
		whole = (uint64_t)number;
	}
	if (whole < min || whole > max) {
		return false;
	}
	*out = whole;
	return true;
}

bool rv_json_true(struct rv_json value)
{
	return rv_json_type(value) == RV_JSON_TRUE;
}

static bool same_bytes(struct rv_json left, const struct rv_node *a, struct rv_json right, const struct rv_node *b)
{
	return a->count == b->count &&
	       memcmp(left.tape->strings + a->first, right.tape->strings + b->first, a->count) == 0;
}

static bool same_elements(struct rv_json left, struct rv_json right)
{
	for (size_t i = 0; i < left.node->count; i++) {
		if (!rv_json_equal(rv_json_at(left, i), rv_json_at(right, i))) {
			return false;
		}
	}
	return true;
}

static bool same_members(struct rv_json left, struct rv_json right)
{
	for (size_t i = 0; i < left.node->count; i++) {
		const struct rv_node *const key = member(left, i);
		const struct rv_node *other = member(right, i); /* most often they come in one order */
		other = same_bytes(left, key, right, other)
		                ? other + 1
		                : rv_tape_member(right.tape, right.node, left.tape->strings + key->first, key->count);
		if (!other || !rv_json_equal(value_of(left.tape, key + 1), value_of(right.tape, other))) {
			return false;
		}
	}
	return true;
}

bool rv_json_equal(struct rv_json left, struct rv_json right)
{
	const enum rv_json_type type = rv_json_type(left);
	if (type != rv_json_type(right)) {
		return false;
	}
	switch (type) {
	case RV_JSON_NUMBER:
		return rv_json_number(left, 0) == rv_json_number(right, 0);
	case RV_JSON_STRING:
		return same_bytes(left, left.node, right, right.node);
	case RV_JSON_ARRAY:
		return left.node->count == right.node->count && same_elements(left, right);
	case RV_JSON_OBJECT:
		return left.node->count == right.node->count && same_members(left, right);
	default:
		return true;
	}
}

void rv_str_json_value(struct rv_str *s, struct rv_json value)
{
	const struct rv_span text = rv_json_text(value);
	rv_scan_compact(text.ptr, text.len, s);
}

/* ---- writing ---- */

void rv_json_out_init(struct rv_json_out *out, struct rv_str *text)
{
	*out = (struct rv_json_out) { .text = text };
}

static void put_key(struct rv_json_out *out, const char *key)
{
	if (out->needs_comma) {
		rv_str_putc(out->text, ',');
	}
	out->needs_comma = true;
	if (key) {
		rv_str_json(out->text, key, strlen(key));
		rv_str_putc(out->text, ':');
	}
}

void rv_json_open(struct rv_json_out *out, const char *key, char bracket)
{
	put_key(out, key);
	rv_str_putc(out->text, bracket);
	out->needs_comma = false;
}

void rv_json_close(struct rv_json_out *out, char bracket)
{
	rv_str_putc(out->text, bracket);
	out->needs_comma = true;
}

void rv_json_put_string(struct rv_json_out *out, const char *key, const char *text)
{
	rv_json_put_bytes(out, key, text, strlen(text));
}

void rv_json_put_bytes(struct rv_json_out *out, const char *key, const char *bytes, size_t len)
{
	put_key(out, key);
	rv_str_json(out->text, bytes, len);
}

void rv_json_put_u64(struct rv_json_out *out, const char *key, uint64_t value)
{
	put_key(out, key);
	rv_str_put_u64(out->text, value);
}

void rv_json_put_i64(struct rv_json_out *out, const char *key, int64_t value)
{
	put_key(out, key);
	if (value < 0) {
		rv_str_putc(out->text, '-');
	}
	rv_str_put_u64(out->text, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void rv_json_put_double(struct rv_json_out *out, const char *key, double value)
{
	put_key(out, key);
	rv_str_double(out->text, value);
}

void rv_json_put_bool(struct rv_json_out *out, const char *key, bool value)
{
	put_key(out, key);
	rv_str_puts(out->text, value ? "true" : "false");
}

void rv_json_put_raw(struct rv_json_out *out, const char *key, const char *json, size_t len)
{
	put_key(out, key);
	rv_str_append(out->text, json, len);
}

/* How many bytes stand for themselves in a string. */
static size_t plain_len(const char *bytes, size_t len)
{
	size_t n = 0;
	while (len - n >= 8 && rv_scan_eight_plain(bytes + n)) {
		n += 8;
	}
	while (n < len && bytes[n] >= 0x20 && bytes[n] < 0x7f && bytes[n] != '"' && bytes[n] != '\\') {
		n++;
	}
	return n;
}

void rv_str_json(struct rv_str *s, const char *bytes, size_t len)
{
	static const char hex[] = "0123456789abcdef", short_for[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *p = bytes;
	const char *const end = bytes + len;
	rv_str_putc(s, '"');
	while (p < end) {
		const size_t n_plain = plain_len(p, (size_t)(end - p));
		rv_str_append(s, p, n_plain);
		p += n_plain;
		if (p == end) {
			break;
		}
		const unsigned char c = (unsigned char)*p;
		if (c >= 0x80) {
			const size_t n = rv_scan_utf8(p, (size_t)(end - p));
			rv_str_append(s, n ? p : "\xef\xbf\xbd", n ? n : 3);
			p += n ? n : 1;
			continue;
		}
		const char *const found = c ? strchr(short_for, c) : NULL;
		if (found) {
			rv_str_putc(s, '\\');
			rv_str_putc(s, letters[found - short_for]);
		} else {
			const char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
			rv_str_append(s, escape, sizeof(escape));
		}
		p++;
	}
	rv_str_putc(s, '"');
}

void rv_str_double(struct rv_str *s, double value)
{
	if (!isfinite(value)) {
		rv_bug("a number that JSON cannot hold");
	}
	char text[32];
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value) {
			break;
		}
	}
	rv_str_puts(s, text);
}

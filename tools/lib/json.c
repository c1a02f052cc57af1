/* SPDX-License-Identifier: MIT */
/* JSON values and filters: the one file that knows libjq (1.6 and later). */
#include "json.h"

#include <jq.h>
#include <jv.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "scan.h"

_Static_assert(sizeof(jv) == sizeof(struct rv_json), "struct rv_json holds one jv");

/* ---- values ---- */

static jv to_jv(struct rv_json json)
{
	jv value;
	memcpy(&value, &json, sizeof(value));
	return value;
}

static struct rv_json from_jv(jv value)
{
	struct rv_json json = RV_JSON_INIT;
	if (jv_get_kind(value) != JV_KIND_INVALID) {
		memcpy(&json, &value, sizeof(json));
	}
	return json;
}

/* A value that its container keeps alive: what the getters hand out. */
static struct rv_json borrow(jv value)
{
	const struct rv_json json = from_jv(value);
	jv_free(value);
	return json;
}

static void on_nomem(void *data)
{
	(void)data;
	rv_error("out of memory");
	_Exit(3);
}

/* libjq keeps the handler per thread. */
static void set_nomem_handler(void)
{
	static _Thread_local bool done;
	if (!done) {
		jv_nomem_handler(on_nomem, NULL);
		done = true;
	}
}

/* What libjq says of an invalid value, as an error; the value is released. */
static int fail_invalid(jv invalid, enum rv_err_code code, struct rv_err *err)
{
	jv message = jv_invalid_get_msg(invalid);
	if (jv_get_kind(message) != JV_KIND_STRING) {
		message = jv_dump_string(message, 0);
	}
	rv_fail(err, code, "%s", jv_string_value(message));
	jv_free(message);
	return -1;
}

/* A text that has been scanned; INVALID with *err filled when it is too much for libjq. */
static jv parse_scanned(const char *text, size_t len, struct rv_err *err)
{
	struct rv_str whole = RV_STR_INIT;
	set_nomem_handler();
	if (len > INT_MAX) {
		rv_fail(err, RV_E_LIMIT, "a JSON text of %zu bytes, at most %d are allowed", len, INT_MAX);
		return jv_invalid();
	}
	jv value = jv_parse_sized(text, (int)len);
	if (!jv_is_valid(value)) { /* libjq 1.6 refuses half a pair */
		rv_scan_whole_pairs(text, len, &whole);
		jv_free(value);
		value = jv_parse_sized(whole.ptr, (int)whole.len);
		rv_str_release(&whole);
	}
	if (jv_is_valid(value)) {
		return value;
	}
	fail_invalid(value, RV_E_BAD_JSON, err);
	return jv_invalid();
}

int rv_json_parse(const char *text, size_t len, struct rv_json *out, struct rv_err *err)
{
	*out = (struct rv_json)RV_JSON_INIT;
	if (rv_scan_value(text, len, err) < 0) {
		return -1;
	}
	*out = from_jv(parse_scanned(text, len, err));
	return rv_json_type(*out) == RV_JSON_NONE ? -1 : 0;
}

void rv_json_release(struct rv_json *json)
{
	jv_free(to_jv(*json));
	*json = (struct rv_json)RV_JSON_INIT;
}

enum rv_json_type rv_json_type(struct rv_json value)
{
	switch (jv_get_kind(to_jv(value))) {
	case JV_KIND_NULL:
		return RV_JSON_NULL;
	case JV_KIND_FALSE:
		return RV_JSON_FALSE;
	case JV_KIND_TRUE:
		return RV_JSON_TRUE;
	case JV_KIND_NUMBER:
		return RV_JSON_NUMBER;
	case JV_KIND_STRING:
		return RV_JSON_STRING;
	case JV_KIND_ARRAY:
		return RV_JSON_ARRAY;
	case JV_KIND_OBJECT:
		return RV_JSON_OBJECT;
	default:
		return RV_JSON_NONE;
	}
}

struct rv_json rv_json_get(struct rv_json value, const char *key)
{
	if (rv_json_type(value) != RV_JSON_OBJECT) {
		return (struct rv_json)RV_JSON_INIT;
	}
	return borrow(jv_object_get(jv_copy(to_jv(value)), jv_string(key)));
}

size_t rv_json_len(struct rv_json value)
{
	switch (rv_json_type(value)) {
	case RV_JSON_ARRAY:
		return (size_t)jv_array_length(jv_copy(to_jv(value)));
	case RV_JSON_OBJECT:
		return (size_t)jv_object_length(jv_copy(to_jv(value)));
	default:
		return 0;
	}
}

struct rv_json rv_json_at(struct rv_json array, size_t index)
{
	if (rv_json_type(array) != RV_JSON_ARRAY || index >= rv_json_len(array)) {
		return (struct rv_json)RV_JSON_INIT;
	}
	return borrow(jv_array_get(jv_copy(to_jv(array)), (int)index));
}

int rv_json_iter(struct rv_json object)
{
	return rv_json_type(object) == RV_JSON_OBJECT ? jv_object_iter(to_jv(object)) : -1;
}

bool rv_json_iter_ok(struct rv_json object, int iter)
{
	return iter >= 0 && jv_object_iter_valid(to_jv(object), iter);
}

int rv_json_next(struct rv_json object, int iter)
{
	return jv_object_iter_next(to_jv(object), iter);
}

const char *rv_json_iter_key(struct rv_json object, int iter)
{
	return rv_json_string(borrow(jv_object_iter_key(to_jv(object), iter)), NULL);
}

struct rv_json rv_json_iter_value(struct rv_json object, int iter)
{
	return borrow(jv_object_iter_value(to_jv(object), iter));
}

const char *rv_json_string(struct rv_json value, size_t *len)
{
	if (rv_json_type(value) != RV_JSON_STRING) {
		return NULL;
	}
	if (len) {
		*len = (size_t)jv_string_length_bytes(jv_copy(to_jv(value)));
	}
	return jv_string_value(to_jv(value));
}

double rv_json_number(struct rv_json value, double fallback)
{
	return rv_json_type(value) == RV_JSON_NUMBER ? jv_number_value(to_jv(value)) : fallback;
}

bool rv_json_u64(struct rv_json value, uint64_t min, uint64_t max, uint64_t *out)
{
	const double number = rv_json_number(value, -1);
	if (!(number >= 0) || number >= 0x1p64 || number != floor(number)) {
		return false;
	}
	const uint64_t whole = (uint64_t)number;
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

bool rv_json_equal(struct rv_json left, struct rv_json right)
{
	return jv_equal(jv_copy(to_jv(left)), jv_copy(to_jv(right)));
}

void rv_str_json_value(struct rv_str *s, struct rv_json value)
{
	const jv text = jv_dump_string(jv_copy(to_jv(value)), 0);
	rv_str_append(s, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
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

void rv_str_json(struct rv_str *s, const char *bytes, size_t len)
{
	static const char hex[] = "0123456789abcdef", short_for[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *p = bytes;
	const char *const end = bytes + len;
	rv_str_putc(s, '"');
	while (p < end) {
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
		} else if (c < 0x20 || c == 0x7f) {
			const char escape[] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
			rv_str_append(s, escape, sizeof(escape));
		} else {
			rv_str_putc(s, (char)c);
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

/* ---- filters ---- */

struct rv_filter {
	jq_state *jq;
	bool is_constant; /* the program is one JSON value: no need to look at the input */
	jv constant;
};

/* libjq reports what is wrong with a program in several lines; one is enough. */
static void on_message(void *data, jv message)
{
	struct rv_err *const err = data;
	jv text = jq_format_error(message);
	if (jv_get_kind(text) == JV_KIND_STRING && err && err->code == RV_E_NONE) {
		const char *line = jv_string_value(text);
		static const char prefix[] = "jq: error: ";
		if (strncmp(line, prefix, strlen(prefix)) == 0) {
			line += strlen(prefix);
		}
		rv_fail(err, RV_E_FILTER, "%.*s", (int)strcspn(line, "\n"), line);
	}
	jv_free(text);
}

struct rv_filter *rv_filter_new(const char *program, struct rv_err *err)
{
	struct rv_filter *filter = rv_alloc_zero(1, sizeof(*filter));
	struct rv_err problem = RV_ERR_INIT;
	set_nomem_handler();
	filter->constant = jv_invalid();
	if (rv_scan_value(program, strlen(program), NULL) == 0) {
		filter->constant = parse_scanned(program, strlen(program), &problem);
		filter->is_constant = jv_is_valid(filter->constant);
		if (filter->is_constant) {
			return filter;
		}
	}
	filter->jq = jq_init();
	if (!filter->jq) {
		rv_fail(err, RV_E_MEMORY, "libjq cannot start");
		goto fail;
	}
	jq_set_attr(filter->jq, jv_string("JQ_LIBRARY_PATH"), jv_array());
	jq_set_error_cb(filter->jq, on_message, &problem);
	const int compiled = jq_compile(filter->jq, program);
	/* Without a callback libjq would write to stderr. */
	jq_set_error_cb(filter->jq, on_message, NULL);
	if (!compiled) {
		rv_fail(err, RV_E_USAGE, "'%s' is not a jq program: %s", program,
		        problem.code == RV_E_NONE ? "it does not compile" : problem.text);
		goto fail;
	}
	return filter;
fail:
	rv_filter_free(filter);
	return NULL;
}

void rv_filter_free(struct rv_filter *filter)
{
	if (filter) {
		if (filter->jq) {
			jq_teardown(&filter->jq);
		}
		jv_free(filter->constant);
		free(filter);
	}
}

/* The first output for `input` (released), or INVALID with *err filled. No output: null when `may_be_empty`. */
static jv first_output(struct rv_filter *filter, jv input, bool may_be_empty, struct rv_err *err)
{
	if (filter->is_constant) {
		jv_free(input);
		return jv_copy(filter->constant);
	}
	jq_start(filter->jq, input, 0);
	const jv output = jq_next(filter->jq);
	if (jv_is_valid(output)) {
		return output;
	}
	if (jv_invalid_has_msg(jv_copy(output))) {
		fail_invalid(output, RV_E_FILTER, err);
		return jv_invalid();
	}
	jv_free(output);
	if (may_be_empty) {
		return jv_null();
	}
	rv_fail(err, RV_E_FILTER, "the program gives no result");
	return jv_invalid();
}

int rv_filter_truth(struct rv_filter *filter, const char *text, size_t len, bool *truth, struct rv_err *err)
{
	jv input = jv_null();
	if (!filter->is_constant) {
		input = parse_scanned(text, len, err);
		if (!jv_is_valid(input)) {
			return -1;
		}
	}
	const jv output = first_output(filter, input, true, err);
	const jv_kind kind = jv_get_kind(output);
	*truth = kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
	jv_free(output);
	return kind == JV_KIND_INVALID ? -1 : 0;
}

int rv_filter_values(struct rv_filter *filter, const char *text, size_t len, struct rv_json *before,
                     struct rv_json *after, struct rv_err *err)
{
	*before = *after = (struct rv_json)RV_JSON_INIT;
	const jv input = parse_scanned(text, len, err);
	if (!jv_is_valid(input)) {
		return -1;
	}
	const jv output = first_output(filter, jv_copy(input), false, err);
	if (!jv_is_valid(output)) {
		jv_free(input);
		return -1;
	}
	*before = from_jv(input);
	*after = from_jv(output);
	return 0;
}

int rv_filter_apply(struct rv_filter *filter, const char *text, size_t len, struct rv_str *out, struct rv_err *err)
{
	struct rv_json before, after;
	rv_str_clear(out);
	if (rv_filter_values(filter, text, len, &before, &after, err) < 0) {
		return -1;
	}
	rv_str_json_value(out, after);
	rv_json_release(&before);
	rv_json_release(&after);
	return 0;
}

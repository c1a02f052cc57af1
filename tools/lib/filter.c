/* SPDX-License-Identifier: MIT */
/* jq programs on records: the one file that knows libjq (1.6 and later). */
#include "filter.h"

#include <jq.h>
#include <jv.h>
#include <limits.h>
#include <string.h>

#include "alloc.h"
#include "diag.h"

struct rv_filter {
	jq_state *jq;
	bool is_constant; /* the program is one JSON value: no need to look at the input */
	jv constant;
};

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
static int fail_invalid(jv invalid, struct rv_err *err)
{
	jv message = jv_invalid_get_msg(invalid);
	if (jv_get_kind(message) != JV_KIND_STRING) {
		message = jv_dump_string(message, 0);
	}
	rv_fail(err, RV_E_FILTER, "%s", jv_string_value(message));
	jv_free(message);
	return -1;
}

/* A text that has been scanned; INVALID with *err filled when it is too much for libjq. */
static jv parse(const char *text, size_t len, struct rv_err *err)
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
	fail_invalid(value, err);
	return jv_invalid();
}

/* ---- programs ---- */

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
		filter->constant = parse(program, strlen(program), &problem);
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
		fail_invalid(output, err);
		return jv_invalid();
	}
	jv_free(output);
	if (may_be_empty) {
		return jv_null();
	}
	rv_fail(err, RV_E_FILTER, "the program gives no result");
	return jv_invalid();
}

/* ---- records ---- */

int rv_filter_truth(struct rv_filter *filter, const struct rv_record *record, bool *truth, struct rv_err *err)
{
	jv input = jv_null();
	if (!filter->is_constant) {
		input = parse(record->text.ptr, record->text.len, err);
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

static int merge(struct rv_record *record, jv before, jv after, struct rv_err *err);

static void set_value(struct rv_record *record, const char *key, jv value)
{
	const jv text = jv_dump_string(jv_copy(value), 0);
	rv_record_set(record, key, jv_string_value(text), (size_t)jv_string_length_bytes(jv_copy(text)));
	jv_free(text);
}

/* Makes one member what it became. `old` is INVALID for one that is new. */
static int merge_member(struct rv_record *record, const char *key, jv old, jv value, struct rv_err *err)
{
	struct rv_record inner = RV_RECORD_INIT;
	struct rv_span text;
	int result = 0;
	if (jv_get_kind(old) == JV_KIND_OBJECT && jv_get_kind(value) == JV_KIND_OBJECT &&
	    rv_record_get(record, key, &text) && rv_record_parse(&inner, text.ptr, text.len, NULL) == 0) {
		result = merge(&inner, old, value, err);
		rv_record_set(record, key, inner.text.ptr, inner.text.len);
	} else if (record->members.len == RV_RECORD_MEMBERS_MAX && !rv_record_get(record, key, &text)) {
		result = rv_fail(err, RV_E_LIMIT, "more than %d members", RV_RECORD_MEMBERS_MAX);
	} else {
		set_value(record, key, value);
	}
	rv_record_release(&inner);
	return result;
}

/* Makes an object's text that of `after`, changing only what differs from `before`, at every level of objects. */
static int merge(struct rv_record *record, jv before, jv after, struct rv_err *err)
{
	int result = 0;
	for (int i = jv_object_iter(after); jv_object_iter_valid(after, i) && result == 0;
	     i = jv_object_iter_next(after, i)) {
		const jv key = jv_object_iter_key(after, i);
		const jv value = jv_object_iter_value(after, i);
		const jv old = jv_object_get(jv_copy(before), jv_copy(key));
		if (!jv_is_valid(old) || !jv_equal(jv_copy(old), jv_copy(value))) {
			result = merge_member(record, jv_string_value(key), old, value, err);
		}
		jv_free(old);
		jv_free(value);
		jv_free(key);
	}
	for (int i = jv_object_iter(before); jv_object_iter_valid(before, i) && result == 0;
	     i = jv_object_iter_next(before, i)) {
		const jv key = jv_object_iter_key(before, i);
		if (!jv_object_has(jv_copy(after), jv_copy(key))) {
			rv_record_unset(record, jv_string_value(key));
		}
		jv_free(key);
	}
	return result;
}

int rv_filter_edit(struct rv_filter *filter, struct rv_record *record, struct rv_err *err)
{
	const jv before = parse(record->text.ptr, record->text.len, err);
	if (!jv_is_valid(before)) {
		return -1;
	}
	const jv after = first_output(filter, jv_copy(before), false, err);
	int result = -1;
	if (jv_get_kind(after) == JV_KIND_OBJECT) {
		result = merge(record, before, after, err);
	} else if (jv_is_valid(after)) {
		const jv text = jv_dump_string(jv_copy(after), 0);
		rv_fail(err, RV_E_FILTER, "the result of --set is not an object: %.80s", jv_string_value(text));
		jv_free(text);
	}
	jv_free(before);
	jv_free(after);
	return result;
}

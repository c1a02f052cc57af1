/* SPDX-License-Identifier: MIT */
/*
 * JSON values and filters through libjq: json.c is the only file that knows it. For reading what a tool needs from a
 * record; a line is changed by splicing its text (record.h), never by printing a value anew.
 *
 * A document is parsed and released; everything the getters return is borrowed from it and dies with it. A document
 * and what is borrowed from it belong to one thread (libjq's reference counts are plain integers).
 */
#ifndef RV_JSON_H
#define RV_JSON_H

#include "err.h"
#include "str.h"

enum rv_json_type {
	RV_JSON_NONE, /* not there */
	RV_JSON_NULL,
	RV_JSON_FALSE,
	RV_JSON_TRUE,
	RV_JSON_NUMBER,
	RV_JSON_STRING,
	RV_JSON_ARRAY,
	RV_JSON_OBJECT,
};

struct rv_json {
	uint64_t word[2]; /* libjq's value; all zero: RV_JSON_NONE */
};
#define RV_JSON_INIT \
	{ \
		.word = { 0, 0 } \
	}

/* Fails on what rv_scan_value refuses. */
int rv_json_parse(const char *text, size_t len, struct rv_json *out, struct rv_err *err) RV_MUST_USE;
void rv_json_release(struct rv_json *json);

enum rv_json_type rv_json_type(struct rv_json value);
/* Member of an object; RV_JSON_NONE when it is not there or `value` is no object. Paths nest calls. */
struct rv_json rv_json_get(struct rv_json value, const char *key);
/* Elements of an array or members of an object; 0 for the rest. */
size_t rv_json_len(struct rv_json value);
struct rv_json rv_json_at(struct rv_json array, size_t index);
/* Members of an object in unspecified but deterministic order:
 *	for (int i = rv_json_iter(obj); rv_json_iter_ok(obj, i); i = rv_json_next(obj, i)) */
int rv_json_iter(struct rv_json object);
bool rv_json_iter_ok(struct rv_json object, int iter);
int rv_json_next(struct rv_json object, int iter);
const char *rv_json_iter_key(struct rv_json object, int iter);
struct rv_json rv_json_iter_value(struct rv_json object, int iter);
/* The bytes of a string (NUL-terminated; *len may be NULL), or NULL when it is none. */
const char *rv_json_string(struct rv_json value, size_t *len);
/* `fallback` when it is no number. */
double rv_json_number(struct rv_json value, double fallback);
/* A number that is a whole value in [min, max]; false otherwise. */
bool rv_json_u64(struct rv_json value, uint64_t min, uint64_t max, uint64_t *out);
/* True only for `true`. */
bool rv_json_true(struct rv_json value);
/* Same type and contents; numbers compare as libjq sees them. */
bool rv_json_equal(struct rv_json left, struct rv_json right);

/* Appends JSON text to a string. The writer of objects keeps commas right:
 *	struct rv_json_out out; rv_json_out_init(&out, &str);
 *	rv_json_open(&out, NULL, '{'); rv_json_put_u64(&out, "area", 12); rv_json_close(&out, '}');
 * `key` is NULL inside an array and at the top. */
struct rv_json_out {
	struct rv_str *text;
	bool needs_comma;
};
void rv_json_out_init(struct rv_json_out *out, struct rv_str *text);
void rv_json_open(struct rv_json_out *out, const char *key, char bracket);
void rv_json_close(struct rv_json_out *out, char bracket);
void rv_json_put_string(struct rv_json_out *out, const char *key, const char *text);
void rv_json_put_bytes(struct rv_json_out *out, const char *key, const char *bytes, size_t len);
void rv_json_put_u64(struct rv_json_out *out, const char *key, uint64_t value);
void rv_json_put_i64(struct rv_json_out *out, const char *key, int64_t value);
/* Shortest text that reads back as the same double; must be finite. */
void rv_json_put_double(struct rv_json_out *out, const char *key, double value);
void rv_json_put_bool(struct rv_json_out *out, const char *key, bool value);
/* A ready JSON text. */
void rv_json_put_raw(struct rv_json_out *out, const char *key, const char *json, size_t len);

/* Appends a JSON string token with quotes; bytes that are not UTF-8 become U+FFFD. */
void rv_str_json(struct rv_str *s, const char *bytes, size_t len);
void rv_str_double(struct rv_str *s, double value);
/* Appends the value as compact JSON. */
void rv_str_json_value(struct rv_str *s, struct rv_json value);

/* A compiled jq program; belongs to one thread at a time. The texts given to it must have been scanned. */
struct rv_filter;
/* NULL with RV_E_USAGE when the program does not compile. */
struct rv_filter *rv_filter_new(const char *program, struct rv_err *err);
void rv_filter_free(struct rv_filter *filter);
/* Runs it on a JSON text. *truth: the first output is neither false nor null (no output: false). */
int rv_filter_truth(struct rv_filter *filter, const char *text, size_t len, bool *truth,
                    struct rv_err *err) RV_MUST_USE;
/* Runs it on a JSON text; *out (replaced) is its first output as compact JSON; no output is an error. */
int rv_filter_apply(struct rv_filter *filter, const char *text, size_t len, struct rv_str *out,
                    struct rv_err *err) RV_MUST_USE;
/* Runs it on a JSON text, which becomes *before; *after is its first output, no output is an error. Release both. */
int rv_filter_values(struct rv_filter *filter, const char *text, size_t len, struct rv_json *before,
                     struct rv_json *after, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * JSON values, for reading what a tool needs from a record; a line is changed by splicing its text (record.h), never by
 * printing a value anew.
 *
 * A document is parsed and released; everything the getters return is borrowed from it and dies with it. It holds a
 * copy of the text, is never written to, and may be read by several threads. Getters allocate nothing: rv_json_at takes
 * the same time however long the array is, rv_json_get a time that grows with the logarithm of the members.
 *
 * A key that comes twice in one object counts once: its first place, its last value. (At the top of a record it is an
 * error, see scan.h.)
 */
#ifndef RV_JSON_H
#define RV_JSON_H

#include "err.h"
#include "scan.h"
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
	struct rv_tape *tape;       /* private: the document */
	const struct rv_node *node; /* NULL: RV_JSON_NONE */
};
#define RV_JSON_INIT \
	{ \
		.tape = NULL, .node = NULL \
	}

/* Fails on what rv_scan_value refuses, and on more than 4 GiB. The text may go afterwards. */
int rv_json_parse(const char *text, size_t len, struct rv_json *out, struct rv_err *err) RV_MUST_USE;
/* Releases the document that rv_json_parse made; nothing when that failed or it was released before. */
void rv_json_release(struct rv_json *json);

enum rv_json_type rv_json_type(struct rv_json value);
/* The value as it stands in the text, without blanks around it; empty when it is not there. */
struct rv_span rv_json_text(struct rv_json value);
/* Member of an object; RV_JSON_NONE when it is not there or `value` is no object. Paths nest calls. */
struct rv_json rv_json_get(struct rv_json value, const char *key);
/* Elements of an array or members of an object; 0 for the rest. */
size_t rv_json_len(struct rv_json value);
struct rv_json rv_json_at(struct rv_json array, size_t index);
/* Members of an object in the order of the text:
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
/* Same type and contents; numbers compare as doubles. */
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
/* Appends the value's text without insignificant blanks; nothing when it is not there. */
void rv_str_json_value(struct rv_str *s, struct rv_json value);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A strict JSON scanner (RFC 8259 and UTF-8): checks that a text is one JSON object and tells where its members lie,
 * without building anything. This is what lets a tool replace one member of a line and leave every other byte alone.
 */
#ifndef RV_SCAN_H
#define RV_SCAN_H

#include "err.h"
#include "str.h"

#define RV_JSON_DEPTH_MAX 250 /* libjq refuses 256 */
#define RV_RECORD_MEMBERS_MAX 4096

struct rv_span {
	const char *ptr;
	size_t len;
};

struct rv_member {
	uint32_t key_at, key_len;     /* offset and length in the text, without the quotes, escapes not resolved */
	uint32_t value_at, value_len; /* the value's text without blanks around it */
};

struct rv_members {
	struct rv_member *items;
	size_t len, cap;
	uint32_t close_at; /* offset of the closing brace */
};
#define RV_MEMBERS_INIT \
	{ \
		.items = NULL \
	}
void rv_members_release(struct rv_members *members);

/* Fails (RV_E_BAD_JSON, with the column in bytes from 1; RV_E_LIMIT when nested too deep or with too many members)
 * unless the whole text is one object with distinct top-level keys, compared with their escapes resolved. Blanks around
 * it are allowed. *members is replaced. */
int rv_scan_object(const char *text, size_t len, struct rv_members *members, struct rv_err *err) RV_MUST_USE;
/* Fails unless the whole text is one JSON value of any type. */
int rv_scan_value(const char *text, size_t len, struct rv_err *err) RV_MUST_USE;
/* The same for a value that is to stand `depth` levels deep in another: 1 for one that becomes a member of a record. */
int rv_scan_value_in(const char *text, size_t len, unsigned int depth, struct rv_err *err) RV_MUST_USE;
/* The elements of an array, whose text has been scanned, one after the other: *at is 0 before the first. False after
 * the last. *element lies in the text, without blanks around it. */
bool rv_scan_next_element(const char *text, size_t len, size_t *at, struct rv_span *element);
/* Appends the value's text without insignificant blanks. The text must have been scanned. */
void rv_scan_compact(const char *text, size_t len, struct rv_str *out);
/* The same with each member and element on a line of its own, `indent` blanks further in than what it is in; empty
 * objects and arrays stay on theirs. For files that people read. */
void rv_scan_indent(const char *text, size_t len, unsigned int indent, struct rv_str *out);
/* Resolves the escapes of a string token (with its quotes) and appends the UTF-8; lone surrogates become U+FFFD.
 * False when the token is not a string. */
bool rv_scan_string(struct rv_span token, struct rv_str *out);
/* Appends the text with \ufffd in the place of each escape that is half a surrogate pair. The text must have been
 * scanned. */
void rv_scan_whole_pairs(const char *text, size_t len, struct rv_str *out);
/* Length of the UTF-8 character that starts at `text`: 1 to 4, or 0 when the bytes there are none (RFC 3629). */
size_t rv_scan_utf8(const char *text, size_t len);
bool rv_scan_is_utf8(const char *text, size_t len);

#endif

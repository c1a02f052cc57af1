/* SPDX-License-Identifier: MIT */
/* A strict JSON scanner: one pass over the bytes. What is built of them is a list of members, or a tape. */
#include "scan.h"

#include <string.h>

#include "alloc.h"
#include "scan_private.h"
#include "scan_tape.h"

#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)

typedef unsigned char byte;

struct scan {
	const byte *begin, *end;
	struct rv_err *err;
	struct rv_tape *tape; /* told of every value; NULL: the text is only checked */
};

/* What a byte means inside a string. */
enum { PLAIN, QUOTE, ESCAPE, CONTROL, MULTIBYTE };
#define R4(x) x, x, x, x
#define R16(x) R4(x), R4(x), R4(x), R4(x)
#define R64(x) R16(x), R16(x), R16(x), R16(x)
static const byte string_class[256] = {
	[0x00] = CONTROL, CONTROL,
	CONTROL,          CONTROL,
	CONTROL,          CONTROL,
	CONTROL,          CONTROL,
	R4(CONTROL),      R4(CONTROL),
	R16(CONTROL),     ['"'] = QUOTE,
	['\\'] = ESCAPE,  [0x80] = R64(MULTIBYTE),
	R64(MULTIBYTE),
};

static inline bool is_digit(byte c)
{
	return (unsigned int)c - '0' <= 9;
}

static inline const byte *skip_blanks(const struct scan *s, const byte *p)
{
	while (p < s->end && rv_scan_is_blank((char)*p)) {
		p++;
	}
	return p;
}

static const byte *fail_at(const struct scan *s, const byte *at, enum rv_err_code code, const char *problem)
{
	rv_fail(s->err, code, "column %zu: %s", (size_t)(at - s->begin) + 1, problem);
	return NULL;
}

static const byte *fail_expected(const struct scan *s, const byte *at, const char *expected)
{
	const size_t column = (size_t)(at - s->begin) + 1;
	if (at >= s->end) {
		rv_fail(s->err, RV_E_BAD_JSON, "column %zu: expected %s, found the end", column, expected);
	} else if (*at > 0x20 && *at < 0x7f) {
		rv_fail(s->err, RV_E_BAD_JSON, "column %zu: expected %s, found '%c'", column, expected, *at);
	} else {
		rv_fail(s->err, RV_E_BAD_JSON, "column %zu: expected %s, found byte 0x%02x", column, expected, *at);
	}
	return NULL;
}

/* Length of the UTF-8 character at p, whose first byte is 0x80 or more; 0 when it is none (RFC 3629: no surrogates, no
 * overlong forms, nothing above U+10FFFF). */
static size_t utf8_len(const byte *p, const byte *end)
{
	const byte lead = *p;
	size_t len;
	byte low = 0x80, high = 0xbf;
	if (lead < 0xc2 || lead > 0xf4) {
		return 0;
	}
	if (lead < 0xe0) {
		len = 2;
	} else if (lead < 0xf0) {
		len = 3;
		low = lead == 0xe0 ? 0xa0 : 0x80;
		high = lead == 0xed ? 0x9f : 0xbf;
	} else {
		len = 4;
		low = lead == 0xf0 ? 0x90 : 0x80;
		high = lead == 0xf4 ? 0x8f : 0xbf;
	}
	if ((size_t)(end - p) < len || p[1] < low || p[1] > high) {
		return 0;
	}
	for (size_t i = 2; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) {
			return 0;
		}
	}
	return len;
}

int rv_scan_hex4(const char *text, size_t len)
{
	int value = 0;
	if (len < 4) {
		return -1;
	}
	for (int i = 0; i < 4; i++) {
		const byte digit = (byte)text[i];
		const int lower = digit | 0x20;
		if (is_digit(digit)) {
			value = value * 16 + (digit - '0');
		} else if (lower >= 'a' && lower <= 'f') {
			value = value * 16 + (lower - 'a' + 10);
		} else {
			return -1;
		}
	}
	return value;
}

/* From behind the opening quote to behind the closing one. */
static const byte *scan_string(const struct scan *s, const byte *p)
{
	for (;;) {
		while (s->end - p >= 8 && rv_scan_eight_plain(p)) {
			p += 8;
		}
		while (p < s->end && string_class[*p] == PLAIN) {
			p++;
		}
		if (p == s->end) {
			return fail_at(s, p, RV_E_BAD_JSON, "a string that does not end");
		}
		switch (string_class[*p]) {
		case QUOTE:
			return p + 1;
		case ESCAPE:
			if (p + 1 == s->end) {
				return fail_at(s, p, RV_E_BAD_JSON, "a string that does not end");
			}
			if (p[1] == 'u') {
				if (rv_scan_hex4((const char *)p + 2, (size_t)(s->end - p) - 2) < 0) {
					return fail_at(s, p, RV_E_BAD_JSON, "\\u without four hexadecimal digits");
				}
				p += 6;
			} else if (p[1] != 0 && strchr("\"\\/bfnrt", p[1])) {
				p += 2;
			} else {
				return fail_at(s, p, RV_E_BAD_JSON, "an unknown escape in a string");
			}
			break;
		case CONTROL:
			return fail_at(s, p, RV_E_BAD_JSON,
			               *p == 0 ? "a NUL byte in a string" : "a control character in a string");
		default: {
			const size_t len = utf8_len(p, s->end);
			if (len == 0) {
				return fail_at(s, p, RV_E_BAD_JSON, "invalid UTF-8");
			}
			p += len;
		}
		}
	}
}

static const byte *scan_digits(const struct scan *s, const byte *p)
{
	if (p == s->end || !is_digit(*p)) {
		return fail_expected(s, p, "a digit");
	}
	while (p < s->end && is_digit(*p)) {
		p++;
	}
	return p;
}

static const byte *scan_number(const struct scan *s, const byte *p)
{
	if (*p == '-') {
		p++;
	}
	if (p < s->end && *p == '0') {
		p++;
		if (p < s->end && is_digit(*p)) {
			return fail_at(s, p - 1, RV_E_BAD_JSON, "a number with a leading zero");
		}
	} else if (!(p = scan_digits(s, p))) {
		return NULL;
	}
	if (p < s->end && *p == '.' && !(p = scan_digits(s, p + 1))) {
		return NULL;
	}
	if (p < s->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < s->end && (*p == '+' || *p == '-')) {
			p++;
		}
		return scan_digits(s, p);
	}
	return p;
}

static const byte *scan_word(const struct scan *s, const byte *p, const char *word)
{
	const size_t len = strlen(word);
	if ((size_t)(s->end - p) < len || memcmp(p, word, len) != 0) {
		return fail_expected(s, p, "a value");
	}
	return p + len;
}

/* A value or a key goes on the tape, when there is one. Returns its end, which is NULL when it is none. */
static const byte *note(const struct scan *s, const byte *p, const byte *end)
{
	if (end && s->tape) {
		rv_tape_add(s->tape, (const char *)s->begin, (size_t)(p - s->begin), (size_t)(end - p));
	}
	return end;
}

static const byte *scan_any(const struct scan *s, const byte *p, unsigned int depth);

static int add_member(const struct scan *s, struct rv_members *members, const byte *key, const byte *key_end,
                      const byte *value, const byte *value_end)
{
	if (members->len == RV_RECORD_MEMBERS_MAX) {
		fail_at(s, key, RV_E_LIMIT, "more than " TEXT_OF(RV_RECORD_MEMBERS_MAX) " members");
		return -1;
	}
	RV_GROW(members->items, members->len, members->cap);
	members->items[members->len++] = (struct rv_member) {
		.key_at = (uint32_t)(key - s->begin),
		.key_len = (uint32_t)(key_end - key),
		.value_at = (uint32_t)(value - s->begin),
		.value_len = (uint32_t)(value_end - value),
	};
	return 0;
}

/* From behind the opening brace to behind the closing one; `members` NULL: only checked. */
static const byte *scan_members(const struct scan *s, const byte *p, unsigned int depth, struct rv_members *members)
{
	p = skip_blanks(s, p);
	if (p < s->end && *p == '}') {
		if (members) {
			members->close_at = (uint32_t)(p - s->begin);
		}
		return p + 1;
	}
	for (;;) {
		p = skip_blanks(s, p);
		if (p == s->end || *p != '"') {
			return fail_expected(s, p, "a key");
		}
		const byte *const key = p + 1;
		if (!(p = note(s, p, scan_string(s, key)))) {
			return NULL;
		}
		const byte *const key_end = p - 1;
		p = skip_blanks(s, p);
		if (p == s->end || *p != ':') {
			return fail_expected(s, p, "':'");
		}
		const byte *const value = skip_blanks(s, p + 1);
		if (!(p = scan_any(s, value, depth))) {
			return NULL;
		}
		if (members && add_member(s, members, key, key_end, value, p) < 0) {
			return NULL;
		}
		p = skip_blanks(s, p);
		if (p < s->end && *p == '}') {
			if (members) {
				members->close_at = (uint32_t)(p - s->begin);
			}
			return p + 1;
		}
		if (p == s->end || *p != ',') {
			return fail_expected(s, p, "',' or '}'");
		}
		p++;
	}
}

static const byte *scan_elements(const struct scan *s, const byte *p, unsigned int depth)
{
	p = skip_blanks(s, p);
	if (p < s->end && *p == ']') {
		return p + 1;
	}
	for (;;) {
		if (!(p = scan_any(s, skip_blanks(s, p), depth))) {
			return NULL;
		}
		p = skip_blanks(s, p);
		if (p < s->end && *p == ']') {
			return p + 1;
		}
		if (p == s->end || *p != ',') {
			return fail_expected(s, p, "',' or ']'");
		}
		p++;
	}
}

/* An object or an array that is `depth` levels deep itself. */
static const byte *scan_container(const struct scan *s, const byte *p, unsigned int depth)
{
	if (depth > RV_JSON_DEPTH_MAX) {
		return fail_at(s, p, RV_E_LIMIT, "nested deeper than " TEXT_OF(RV_JSON_DEPTH_MAX) " levels");
	}
	const size_t mark = s->tape ? s->tape->n_open : 0;
	const byte *const end = *p == '{' ? scan_members(s, p + 1, depth, NULL) : scan_elements(s, p + 1, depth);
	if (end && s->tape) {
		rv_tape_close(s->tape, *p == '{', mark, (size_t)(p - s->begin), (size_t)(end - p));
	}
	return end;
}

/* A value whose surroundings are `depth` levels deep. */
static const byte *scan_any(const struct scan *s, const byte *p, unsigned int depth)
{
	if (p == s->end) {
		return fail_expected(s, p, "a value");
	}
	switch (*p) {
	case '"':
		return note(s, p, scan_string(s, p + 1));
	case '{':
	case '[':
		return scan_container(s, p, depth + 1);
	case 't':
		return note(s, p, scan_word(s, p, "true"));
	case 'f':
		return note(s, p, scan_word(s, p, "false"));
	case 'n':
		return note(s, p, scan_word(s, p, "null"));
	default:
		if (*p == '-' || is_digit(*p)) {
			return note(s, p, scan_number(s, p));
		}
		return fail_expected(s, p, "a value");
	}
}

/* ---- interface ---- */

static const char *type_name(byte first)
{
	switch (first) {
	case '[':
		return "an array";
	case '"':
		return "a string";
	case 't':
	case 'f':
		return "a boolean";
	case 'n':
		return "null";
	default:
		return "a number";
	}
}

static int expect_end(const struct scan *s, const byte *p)
{
	p = skip_blanks(s, p);
	if (p != s->end) {
		fail_expected(s, p, "nothing after the value");
		return -1;
	}
	return 0;
}

/* An empty text may come as NULL, to which not even 0 may be added. */
static struct scan over(const char *text, size_t len, struct rv_err *err)
{
	const byte *const begin = (const byte *)(len > 0 ? text : "");
	return (struct scan) { .begin = begin, .end = begin + len, .err = err };
}

int rv_scan_object(const char *text, size_t len, struct rv_members *members, struct rv_err *err)
{
	const struct scan s = over(text, len, err);
	members->len = 0;
	members->close_at = 0;
	if (len > UINT32_MAX) {
		return rv_fail(err, RV_E_LIMIT, "a record of %zu bytes, at most %u are allowed", len, UINT32_MAX);
	}
	const byte *p = skip_blanks(&s, s.begin);
	if (p < s.end && *p == '{') {
		p = scan_members(&s, p + 1, 1, members);
		if (!p || expect_end(&s, p) < 0) {
			return -1;
		}
		return rv_scan_distinct(text, members, err);
	}
	const byte *const value = p;
	if (!(p = scan_any(&s, value, 0)) || expect_end(&s, p) < 0) {
		return -1;
	}
	return rv_fail(err, RV_E_BAD_JSON, "expected an object, found %s", type_name(*value));
}

static int scan_whole(const struct scan *s, unsigned int depth)
{
	const byte *const p = scan_any(s, skip_blanks(s, s->begin), depth);
	return p ? expect_end(s, p) : -1;
}

int rv_scan_value(const char *text, size_t len, struct rv_err *err)
{
	const struct scan s = over(text, len, err);
	return scan_whole(&s, 0);
}

int rv_scan_value_in(const char *text, size_t len, unsigned int depth, struct rv_err *err)
{
	const struct scan s = over(text, len, err);
	return scan_whole(&s, depth);
}

int rv_scan_tape(const char *text, size_t len, struct rv_tape *tape, struct rv_err *err)
{
	struct scan s = over(text, len, err);
	if (len > UINT32_MAX) {
		*tape = (struct rv_tape)RV_TAPE_INIT;
		return rv_fail(err, RV_E_LIMIT, "a JSON text of %zu bytes, at most %u are allowed", len, UINT32_MAX);
	}
	s.tape = tape;
	rv_tape_begin(tape, (const char *)s.begin, len);
	const int result = scan_whole(&s, 0);
	rv_tape_end(tape);
	if (result < 0) {
		rv_tape_release(tape);
	}
	return result;
}

void rv_members_release(struct rv_members *members)
{
	free(members->items);
	*members = (struct rv_members)RV_MEMBERS_INIT;
}

size_t rv_scan_utf8(const char *text, size_t len)
{
	const byte *const p = (const byte *)text;
	if (len == 0) {
		return 0;
	}
	return *p < 0x80 ? 1 : utf8_len(p, p + len);
}

bool rv_scan_is_utf8(const char *text, size_t len)
{
	size_t n = 1;
	for (size_t at = 0; at < len && n > 0; at += n) {
		n = rv_scan_utf8(text + at, len - at);
	}
	return n > 0;
}

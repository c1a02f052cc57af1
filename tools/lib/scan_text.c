/* SPDX-License-Identifier: MIT */
/* Texts that were scanned, written anew: without blanks, with their escapes resolved or made fit for libjq. */
#include <string.h>

#include "scan.h"
#include "scan_private.h"

/* Neither between tokens nor, which does not count, in a string. */
static bool has_no_blanks(const char *text, size_t len)
{
	unsigned char lowest = 0xff;
	for (size_t i = 0; i < len; i++) {
		lowest = RV_MIN(lowest, (unsigned char)text[i]);
	}
	return lowest > ' ';
}

void rv_scan_compact(const char *text, size_t len, struct rv_str *out)
{
	const char *p = text;
	const char *const end = text + len;
	if (has_no_blanks(text, len)) { /* as rv's own tools write it, seen 16 bytes at a time */
		rv_str_append(out, text, len);
		return;
	}
	while (p < end) {
		const char *start = p;
		while (p < end && !rv_scan_is_blank(*p)) {
			if (*p++ == '"') {
				while (p < end && *p != '"') {
					p += *p == '\\' ? 2 : 1;
				}
				p++;
			}
		}
		rv_str_append(out, start, (size_t)(p - start));
		while (p < end && rv_scan_is_blank(*p)) {
			p++;
		}
	}
}

bool rv_scan_next_element(const char *text, size_t len, size_t *at, struct rv_span *element)
{
	const char *p = text + *at, *end = text + len;
	unsigned int depth = 0;
	while (p < end && (rv_scan_is_blank(*p) || *p == ',' || (*at == 0 && p == memchr(text, '[', len)))) {
		p++;
	}
	const char *const start = p;
	for (; p < end; p++) {
		if (*p == '"') {
			for (p++; p < end && *p != '"'; p++) {
				p += *p == '\\';
			}
		} else if (*p == '[' || *p == '{') {
			depth++;
		} else if (depth == 0 && (*p == ',' || *p == ']')) {
			break;
		} else if (*p == ']' || *p == '}') {
			depth--;
		}
	}
	*at = (size_t)(RV_MIN(p, end) - text);
	end = RV_MIN(p, end);
	while (end > start && rv_scan_is_blank(end[-1])) {
		end--;
	}
	*element = (struct rv_span) { .ptr = start, .len = (size_t)(end - start) };
	return element->len > 0;
}

static void new_line(struct rv_str *out, unsigned int columns)
{
	rv_str_printf(out, "\n%*s", (int)columns, "");
}

void rv_scan_indent(const char *text, size_t len, unsigned int indent, struct rv_str *out)
{
	struct rv_str flat = RV_STR_INIT;
	unsigned int columns = 0;
	rv_scan_compact(text, len, &flat);
	for (const char *p = flat.ptr, *const end = p + flat.len; p < end; p++) {
		const char *const start = p;
		if (*p == '"') {
			for (p++; *p != '"'; p++) {
				p += *p == '\\';
			}
		}
		if (*p == '}' || *p == ']') {
			columns -= indent;
			new_line(out, columns);
		}
		rv_str_append(out, start, (size_t)(p + 1 - start));
		if ((*p == '{' || *p == '[') && (p[1] == '}' || p[1] == ']')) {
			rv_str_putc(out, *++p);
		} else if (*p == '{' || *p == '[') {
			columns += indent;
			new_line(out, columns);
		} else if (*p == ',') {
			new_line(out, columns);
		} else if (*p == ':') {
			rv_str_putc(out, ' ');
		}
	}
	rv_str_release(&flat);
}

/* Returns behind the bytes of the character. */
static char *put_utf8(char *out, unsigned int c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	}
	return out;
}

/* The unit that the escape at `at` stands for when that is a surrogate, else 0. */
static unsigned int surrogate_at(const char *at, const char *end)
{
	const int unit = end - at >= 6 && at[0] == '\\' && at[1] == 'u' ? rv_scan_hex4(at + 2, 4) : 0;
	return unit >= 0xd800 && unit < 0xe000 ? (unsigned int)unit : 0;
}

void rv_scan_whole_pairs(const char *text, size_t len, struct rv_str *out)
{
	const char *p = text;
	const char *const end = text + len;
	while (p < end) {
		const char *const escape = memchr(p, '\\', (size_t)(end - p));
		rv_str_append(out, p, (size_t)((escape ? escape : end) - p));
		if (!escape) {
			break;
		}
		const unsigned int half = surrogate_at(escape, end);
		const bool pair = half && half < 0xdc00 && surrogate_at(escape + 6, end) >= 0xdc00;
		const size_t escape_len = pair ? 12 : half ? 6 : 2;
		if (half && !pair) {
			rv_str_puts(out, "\\ufffd");
		} else {
			rv_str_append(out, escape, escape_len);
		}
		p = escape + escape_len;
	}
}

size_t rv_scan_resolve(const char *text, size_t len, char *out)
{
	static const char letters[] = "bfnrt", values[] = "\b\f\n\r\t";
	const char *p = text;
	const char *const end = text + len;
	char *at = out;
	while (p < end) {
		const char *const escape = memchr(p, '\\', (size_t)(end - p));
		const size_t plain = (size_t)((escape ? escape : end) - p);
		memcpy(at, p, plain);
		at += plain;
		if (!escape) {
			break;
		}
		if (escape[1] != 'u') {
			const char *const letter = strchr(letters, escape[1]);
			*at++ = letter ? values[letter - letters] : escape[1];
			p = escape + 2;
			continue;
		}
		unsigned int c = (unsigned int)rv_scan_hex4(escape + 2, 4);
		const unsigned int low = surrogate_at(escape + 6, end);
		p = escape + 6;
		if (c >= 0xd800 && c < 0xdc00 && low >= 0xdc00) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			p += 6;
		}
		at = put_utf8(at, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
	}
	return (size_t)(at - out);
}

bool rv_scan_string(struct rv_span token, struct rv_str *out)
{
	if (token.len < 2 || token.ptr[0] != '"') {
		return false;
	}
	rv_str_reserve(out, token.len - 2);
	out->len += rv_scan_resolve(token.ptr + 1, token.len - 2, out->ptr + out->len);
	out->ptr[out->len] = '\0';
	return true;
}

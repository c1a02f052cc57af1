/* SPDX-License-Identifier: MIT */
/* Private to scan*.c. */
#ifndef RV_SCAN_PRIVATE_H
#define RV_SCAN_PRIVATE_H

#include <string.h>

#include "scan.h"

/* Blanks between tokens. */
static inline bool rv_scan_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* True when none of eight bytes of a string is a quote, a backslash, a control, DEL, or the start of a multi-byte
 * character. */
static inline bool rv_scan_eight_plain(const void *bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word;
	memcpy(&word, bytes, sizeof(word));
	const uint64_t quote = word ^ (ones * '"'), escape = word ^ (ones * '\\'), del = word ^ (ones * 0x7f);
	return ((word | (word - ones * 0x20) | (quote - ones) | (escape - ones) | (del - ones)) & ones * 0x80) == 0;
}

/* Value of the four hexadecimal digits that the text starts with, or -1. */
int rv_scan_hex4(const char *text, size_t len);

/* Writes what stands between the quotes of a scanned string with its escapes resolved, lone surrogates as U+FFFD: never
 * more bytes than the text has. Returns how many. */
size_t rv_scan_resolve(const char *text, size_t len, char *out);

/* With escapes resolved: fails (RV_E_BAD_JSON, with the column) when a key of a text that was scanned comes twice. */
int rv_scan_distinct(const char *text, const struct rv_members *members, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Errors as values: formatting and classification. */
#include "err.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Copies `text` (of which `len` bytes would have been needed) and marks a cut one with "...", on a UTF-8 boundary. */
static void store(struct rv_err *err, const char *text, size_t len)
{
	if (len < sizeof(err->text)) {
		memcpy(err->text, text, len + 1);
		return;
	}
	size_t keep = sizeof(err->text) - sizeof("...");
	while (keep > 0 && ((unsigned char)text[keep] & 0xC0) == 0x80) {
		keep--;
	}
	memcpy(err->text, text, keep);
	memcpy(err->text + keep, "...", sizeof("..."));
}

/* The arguments may lie in err->text, hence the buffer of its own. */
static void RV_PRINTF(3, 0) format_into(struct rv_err *err, const char *suffix, const char *format, va_list args)
{
	char text[RV_ERR_TEXT_MAX];
	int wanted = vsnprintf(text, sizeof(text), format, args);
	size_t len = wanted < 0 ? 0 : (size_t)wanted;
	if (suffix && len < sizeof(text)) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, ": %s", suffix);
	}
	store(err, text, len);
}

int rv_fail(struct rv_err *err, enum rv_err_code code, const char *format, ...)
{
	if (err) {
		va_list args;
		va_start(args, format);
		format_into(err, NULL, format, args);
		va_end(args);
		err->code = code;
	}
	return -1;
}

int rv_fail_errno(struct rv_err *err, const char *format, ...)
{
	int number = errno;
	if (err) {
		va_list args;
		va_start(args, format);
		format_into(err, strerror(number), format, args);
		va_end(args);
		switch (number) {
		case ENOSPC:
		case EDQUOT:
			err->code = RV_E_NO_SPACE;
			break;
		case ENOENT:
			err->code = RV_E_MISSING_FILE;
			break;
		case EMFILE:
		case ENFILE:
		case EAGAIN:
		case ENOLCK:
			err->code = RV_E_RESOURCES;
			break;
		case ENOMEM:
			err->code = RV_E_MEMORY;
			break;
		default:
			err->code = RV_E_IO;
		}
	}
	return -1;
}

int rv_fail_prefix(struct rv_err *err, const char *format, ...)
{
	if (err) {
		char old[RV_ERR_TEXT_MAX];
		memcpy(old, err->text, sizeof(old));
		va_list args;
		va_start(args, format);
		format_into(err, old, format, args);
		va_end(args);
	}
	return -1;
}

const char *rv_err_code_text(enum rv_err_code code)
{
	static const char *const texts[] = {
#define RV_ERR_TEXT(constant, text) text,
		RV_ERR_CODES(RV_ERR_TEXT)
#undef RV_ERR_TEXT
	};
	return (size_t)code < RV_COUNTOF(texts) ? texts[code] : "none";
}

int rv_err_exit_status(enum rv_err_code code)
{
	switch (code) {
	case RV_E_USAGE:
	case RV_E_FILTER:
	case RV_E_BAD_JSON:
	case RV_E_BAD_RECORD:
	case RV_E_TOO_LONG:
	case RV_E_DUPLICATE_ID:
		return 2;
	case RV_E_MISSING_FILE:
	case RV_E_NO_SPACE:
	case RV_E_IO:
	case RV_E_BUSY:
	case RV_E_TAKEN:
	case RV_E_NO_BLENDER:
	case RV_E_RESOURCES:
	case RV_E_CHILD:
	case RV_E_MEMORY:
		return 3;
	default:
		return 1;
	}
}

bool rv_err_is_passing(enum rv_err_code code)
{
	return code == RV_E_RESOURCES || code == RV_E_BUSY;
}

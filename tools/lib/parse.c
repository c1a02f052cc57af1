/* SPDX-License-Identifier: MIT */
/* Text to numbers, strictly. */
#include "parse.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "image.h"

#define NAME_LEN_MAX 63 /* longer words have no nearest name */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at the start of `text`; false when there is none or the value does not fit. *end: what follows them. */
static bool scan_u64(const char *text, const char **end, uint64_t *out)
{
	uint64_t value = 0;
	const char *at = text;
	for (; is_digit(*at); at++) {
		if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value)) {
			return false;
		}
	}
	*end = at;
	*out = value;
	return at != text;
}

/* A decimal number at the start of `text`, never "inf", "nan" or hexadecimal; false when there is none or it is out of
 * range of a double. */
static bool scan_double(const char *text, const char **end, double *out)
{
	const char *at = text + (*text == '-' || *text == '+');
	size_t digits = strspn(at, "0123456789");
	at += digits;
	if (*at == '.') {
		size_t more = strspn(++at, "0123456789");
		digits += more;
		at += more;
	}
	if (!digits) {
		return false;
	}
	if (*at == 'e' || *at == 'E') {
		const char *exponent = at + 1;
		exponent += *exponent == '-' || *exponent == '+';
		if (is_digit(*exponent)) {
			at = exponent + strspn(exponent, "0123456789");
		}
	}
	char *stop;
	*out = strtod(text, &stop); /* no tool calls setlocale: the point is '.' */
	*end = at;
	return stop == at && isfinite(*out);
}

int rv_parse_u64(const char *text, const char *what, uint64_t min, uint64_t max, uint64_t *out, struct rv_err *err)
{
	const char *end;
	uint64_t value;
	if (!scan_u64(text, &end, &value) || *end || value < min || value > max) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is not a whole number from %" PRIu64 " to %" PRIu64, what,
		               text, min, max);
	}
	*out = value;
	return 0;
}

int rv_parse_i64(const char *text, const char *what, int64_t min, int64_t max, int64_t *out, struct rv_err *err)
{
	bool negative = *text == '-';
	const char *end;
	uint64_t magnitude;
	bool fits = scan_u64(text + negative, &end, &magnitude) && !*end &&
	            magnitude <= (uint64_t)INT64_MAX + (negative ? 1 : 0);
	int64_t value = 0;
	if (fits) {
		value = (int64_t)(negative ? -magnitude : magnitude);
		fits = value >= min && value <= max;
	}
	if (!fits) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is not a whole number from %" PRId64 " to %" PRId64, what,
		               text, min, max);
	}
	*out = value;
	return 0;
}

int rv_parse_double(const char *text, const char *what, double min, double max, double *out, struct rv_err *err)
{
	const char *end;
	double value;
	if (!scan_double(text, &end, &value) || *end || value < min || value > max) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is not a number from %.15g to %.15g", what, text, min, max);
	}
	*out = value;
	return 0;
}

int rv_parse_size(const char *text, const char *what, uint64_t *out, struct rv_err *err)
{
	static const char letters[] = "KMGT";
	const char *end;
	uint64_t value;
	bool good = scan_u64(text, &end, &value);
	if (good && *end) {
		const char *letter = strchr(letters, *end);
		uint64_t base = end[1] == 'B' ? 1000 : 1024;
		good = letter && end[1 + (base == 1000)] == '\0';
		for (const char *step = letters; good && step <= letter; step++) {
			good = !__builtin_mul_overflow(value, base, &value);
		}
	}
	if (!good) {
		return rv_fail(err, RV_E_USAGE,
		               "%s: '%s' is not a size in bytes (a whole number below 2^64, with K, M, G "
		               "or T for powers of 1024, KB, MB, GB or TB for powers of 1000)",
		               what, text);
	}
	*out = value;
	return 0;
}

int rv_parse_seconds(const char *text, const char *what, double *out, struct rv_err *err)
{
	static const struct {
		const char *suffix;
		double seconds;
	} units[] = { { "", 1 }, { "ms", 1e-3 }, { "s", 1 }, { "m", 60 }, { "h", 3600 } };
	const char *end;
	double value;
	if (scan_double(text, &end, &value) && value >= 0) {
		for (size_t i = 0; i < RV_COUNTOF(units); i++) {
			if (strcmp(end, units[i].suffix) == 0 && isfinite(value * units[i].seconds)) {
				*out = value * units[i].seconds;
				return 0;
			}
		}
	}
	return rv_fail(err, RV_E_USAGE, "%s: '%s' is not a time (seconds from 0, or a number with ms, s, m or h)", what,
	               text);
}

int rv_parse_ratio(const char *text, const char *what, uint32_t *num, uint32_t *den, struct rv_err *err)
{
	const char *end;
	uint64_t above, below = 1;
	if (!scan_u64(text, &end, &above) || (*end && (*end != '/' || !scan_u64(end + 1, &end, &below) || *end)) ||
	    above < 1 || above > RV_RATIO_MAX || below < 1 || below > RV_RATIO_MAX) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is not N or N/M, each from 1 to %d", what, text,
		               RV_RATIO_MAX);
	}
	*num = (uint32_t)above;
	*den = (uint32_t)below;
	return 0;
}

int rv_parse_jobs(const char *text, const char *what, size_t automatic, size_t *out, struct rv_err *err)
{
	if (strcmp(text, "auto") == 0) {
		*out = RV_MIN(automatic, (size_t)RV_JOBS_MAX);
		return 0;
	}
	uint64_t jobs;
	if (rv_parse_u64(text, what, 1, RV_JOBS_MAX, &jobs, NULL) < 0) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is neither 'auto' nor a whole number from 1 to %d", what,
		               text, RV_JOBS_MAX);
	}
	*out = (size_t)jobs;
	return 0;
}

int rv_parse_resolution(const char *text, const char *what, uint32_t *width, uint32_t *height, struct rv_err *err)
{
	const char *end;
	uint64_t w, h;
	if (!scan_u64(text, &end, &w) || (*end != ',' && *end != 'x') || !scan_u64(end + 1, &end, &h) || *end ||
	    w < 1 || w > RV_IMAGE_SIDE_MAX || h < 1 || h > RV_IMAGE_SIDE_MAX) {
		return rv_fail(err, RV_E_USAGE, "%s: '%s' is not WIDTH,HEIGHT or WIDTHxHEIGHT, each from 1 to %d", what,
		               text, RV_IMAGE_SIDE_MAX);
	}
	*width = (uint32_t)w;
	*height = (uint32_t)h;
	return 0;
}

/* Edit distance in which swapping two neighbours counts one (optimal string alignment). */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][NAME_LEN_MAX + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];
	for (size_t j = 0; j <= b_len; j++) {
		last[j] = j;
	}
	for (size_t i = 1; i <= a_len; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);
			best = RV_MIN(best, RV_MIN(last[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				best = RV_MIN(best, before[j - 2] + 1);
			}
			row[j] = best;
		}
		size_t *free_row = before;
		before = last;
		last = row;
		row = free_row;
	}
	return last[b_len];
}

const char *rv_nearest_name(const char *word, const char *const *candidates)
{
	size_t len = strlen(word);
	if (len > NAME_LEN_MAX) {
		return NULL;
	}
	const char *nearest = NULL;
	size_t least = len / 3 + 1;
	for (size_t i = 0; candidates[i]; i++) {
		size_t candidate_len = strlen(candidates[i]);
		if (candidate_len > NAME_LEN_MAX) {
			continue;
		}
		if (strcasecmp(word, candidates[i]) == 0) {
			return candidates[i];
		}
		size_t distance = edit_distance(word, len, candidates[i], candidate_len);
		if (distance < least) {
			least = distance;
			nearest = candidates[i];
		}
	}
	return nearest;
}

/* SPDX-License-Identifier: MIT */
/* Included before everything else by the build (-include): feature macros, attributes, small helpers. */
#ifndef RV_PRELUDE_H
#define RV_PRELUDE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define _FILE_OFFSET_BITS 64

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef RV_VERSION
#define RV_VERSION "0.2.0"
#endif

/* The argument numbered `fmt` is a printf format, its arguments start at `args`. */
#define RV_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
/* The result tells of a failure and may not be ignored. */
#define RV_MUST_USE __attribute__((warn_unused_result))
#define RV_NORETURN __attribute__((noreturn))
#define RV_UNUSED __attribute__((unused))

#define RV_COUNTOF(array) (sizeof(array) / sizeof((array)[0]))
#define RV_MIN(a, b) ((a) < (b) ? (a) : (b))
#define RV_MAX(a, b) ((a) > (b) ? (a) : (b))

/* *out = a * b; false, *out untouched, when it does not fit. For every size that comes from input. */
static inline bool rv_mul_size(size_t a, size_t b, size_t *out)
{
	size_t product;
	if (__builtin_mul_overflow(a, b, &product)) {
		return false;
	}
	*out = product;
	return true;
}

/* *out = a + b; false, *out untouched, when it does not fit. */
static inline bool rv_add_size(size_t a, size_t b, size_t *out)
{
	size_t sum;
	if (__builtin_add_overflow(a, b, &sum)) {
		return false;
	}
	*out = sum;
	return true;
}

#endif

/* SPDX-License-Identifier: MIT */
/* Formats of ids. */
#include "naming.h"

#include <string.h>

#include "record.h"

#define NUMBER_DIGITS 16 /* of 2^53 */

size_t seed_put_digits(char *to, uint64_t value, size_t width)
{
	char digits[20];
	size_t n = 0;
	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	size_t len = RV_MAX(n, width);
	memset(to, '0', len - n);
	for (size_t i = 0; i < n; i++) {
		to[len - 1 - i] = digits[i];
	}
	return len;
}

/* "%d" or "%08d" at the start: its length, and the digits wanted; 0 when it is neither. */
static size_t percent(const char *format, size_t *width)
{
	size_t at = 1;
	*width = 0;
	if (format[at] == '0') {
		while (format[at] >= '0' && format[at] <= '9' && *width <= RV_ID_MAX) {
			*width = *width * 10 + (size_t)(format[at++] - '0');
		}
	}
	return format[at] == 'd' ? at + 1 : 0;
}

int seed_naming_parse(struct seed_naming *naming, const char *format, struct rv_err *err)
{
	size_t longest = 0;
	*naming = (struct seed_naming) { .n_parts = 0 };
	for (const char *at = format; *at;) {
		if (naming->n_parts == SEED_NAMING_PARTS_MAX) {
			return rv_fail(err, RV_E_USAGE, "--id '%s' has more than %d parts", format,
			               SEED_NAMING_PARTS_MAX);
		}
		size_t len, width = 0;
		size_t i = naming->n_parts++;
		naming->parts[i].kind = SEED_NAMING_INDEX;
		if (*at == '%' && (len = percent(at, &width)) > 0) {
			naming->has_index = true;
		} else if (strncmp(at, "{index}", 7) == 0) {
			len = 7;
			naming->has_index = true;
		} else if (strncmp(at, "{seed}", 6) == 0) {
			len = 6;
			naming->parts[i].kind = SEED_NAMING_SEED;
			naming->has_seed = true;
		} else {
			len = strcspn(at, "%{");
			if (!rv_id_is_valid(at, RV_MIN(len, (size_t)RV_ID_MAX))) {
				return rv_fail(err, RV_E_USAGE,
				               "--id '%s': '%s' is none of A-Z a-z 0-9 _ - %%d %%0Nd {index} {seed}",
				               format, at);
			}
			naming->parts[i].kind = SEED_NAMING_TEXT;
		}
		naming->parts[i].text = at;
		naming->parts[i].len = naming->parts[i].kind == SEED_NAMING_TEXT ? len : width;
		longest += naming->parts[i].kind == SEED_NAMING_TEXT ? len : RV_MAX(width, (size_t)NUMBER_DIGITS);
		at += len;
	}
	if (longest == 0 || longest > RV_ID_MAX) {
		return rv_fail(err, RV_E_USAGE, "--id '%s' makes ids of up to %zu characters, must be 1 to %d", format,
		               longest, RV_ID_MAX);
	}
	return 0;
}

size_t seed_naming_put(const struct seed_naming *naming, uint64_t index, uint64_t seed, char *to)
{
	char *at = to;
	for (size_t i = 0; i < naming->n_parts; i++) {
		if (naming->parts[i].kind == SEED_NAMING_TEXT) {
			memcpy(at, naming->parts[i].text, naming->parts[i].len);
			at += naming->parts[i].len;
		} else {
			uint64_t number = naming->parts[i].kind == SEED_NAMING_INDEX ? index : seed;
			at += seed_put_digits(at, number, naming->parts[i].len);
		}
	}
	return (size_t)(at - to);
}

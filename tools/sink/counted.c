/* SPDX-License-Identifier: MIT */
/* Numbers over a dataset. */
#include "sink/counted.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vocabulary.h"

void sink_counted_part(struct sink_counted *counted)
{
	counted->training.first = counted->training.next;
	counted->testing.first = counted->testing.next;
}

static bool is_testing(const char *path, const struct format_place *place)
{
	return strcmp(place->split, rv_split_names[RV_SPLIT_TEST]) == 0 || strstr(path, "/testing/");
}

uint64_t sink_counted_base(const struct sink_counted *counted, const char *path, const struct format_place *place)
{
	return is_testing(path, place) ? counted->testing.first : counted->training.first;
}

int sink_counted_take(struct sink_counted *counted, const char *path, struct format_place *place, struct rv_err *err)
{
	char *const number = place->sequence[0] ? place->sequence : place->number;
	uint64_t *const next = is_testing(path, place) ? &counted->testing.next : &counted->training.next;
	const uint64_t at = sink_counted_base(counted, path, place) + strtoull(number, NULL, 10);
	const size_t n_digits = strlen(number);
	char digits[24];
	if ((size_t)snprintf(digits, sizeof(digits), "%0*" PRIu64, (int)n_digits, at) != n_digits) {
		return rv_fail(err, RV_E_LIMIT, "'%s' has a number of %zu digits, and would be %" PRIu64, path,
		               n_digits, at);
	}
	memcpy(number, digits, n_digits);
	*next = RV_MAX(*next, at + 1);
	return 0;
}

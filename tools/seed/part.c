/* SPDX-License-Identifier: MIT */
/* Ranges and shards. */
#include "part.h"

#include <inttypes.h>
#include <string.h>

#include "parse.h"
#include "plan.h"

/* Two numbers with one of the characters of `between` between them; which one goes to *which. False: not so. */
static bool parse_pair(const char *text, const char *between, uint64_t *a, uint64_t *b, char *which)
{
	const char *const mark = text + strcspn(text, between);
	struct rv_str first = RV_STR_INIT;
	rv_str_append(&first, text, (size_t)(mark - text));
	const bool is_pair = *mark && rv_parse_u64(first.ptr, "", 0, SEED_INDEX_END, a, NULL) == 0 &&
	                     rv_parse_u64(mark + 1, "", 0, SEED_INDEX_END, b, NULL) == 0;
	*which = *mark;
	rv_str_release(&first);
	return is_pair;
}

static int take_range(struct seed_part *part, const char *range, uint64_t start, struct rv_err *err)
{
	uint64_t first, last;
	char which;
	if (rv_parse_u64(range, "", 0, SEED_INDEX_END, &first, NULL) == 0) {
		last = first;
	} else if (!parse_pair(range, "-", &first, &last, &which) || first > last) {
		return rv_fail(err, RV_E_USAGE, "--range '%s' is not A-B (indices, A <= B) or A", range);
	}
	if (part->to == 0 || first < start || last - start >= part->to) {
		return rv_fail(err, RV_E_USAGE,
		               "--range '%s' is not within the indices of the sequence, %" PRIu64 " to %" PRIu64, range,
		               start, start + part->to - RV_MIN(part->to, 1));
	}
	part->from = first - start;
	part->to = last - start + 1;
	part->is_open = false;
	return 0;
}

/* Of contiguous parts the first n mod N get one more. */
static int take_shard(struct seed_part *part, const char *shard, struct rv_err *err)
{
	uint64_t i, n;
	char kind;
	if (!parse_pair(shard, "/%", &i, &n, &kind) || n == 0) {
		return rv_fail(err, RV_E_USAGE, "--shard '%s' is not I/N or I%%N with 0 <= I < N", shard);
	}
	if (i >= n) {
		return rv_fail(err, RV_E_USAGE, "--shard '%s': I is counted from 0 and must be below N", shard);
	}
	if (kind == '%') {
		part->from = RV_MIN(part->from + i, part->to);
		part->step = n;
		return 0;
	}
	if (part->is_open) {
		return rv_fail(err, RV_E_USAGE,
		               "--shard '%s' needs a known number of samples, not inf or a list: give --range, or I%%N",
		               shard);
	}
	const uint64_t total = part->to - part->from;
	part->from += total / n * i + RV_MIN(i, total % n);
	part->to = part->from + total / n + (i < total % n);
	return 0;
}

int seed_part_init(struct seed_part *part, uint64_t start, uint64_t total, bool is_open, const char *range,
                   const char *shard, struct rv_err *err)
{
	*part = (struct seed_part) { .to = total, .step = 1, .is_open = is_open };
	return (range && take_range(part, range, start, err) < 0) || (shard && take_shard(part, shard, err) < 0) ? -1
	                                                                                                         : 0;
}

uint64_t seed_part_count(const struct seed_part *part)
{
	return (part->to - part->from + part->step - 1) / part->step;
}

bool seed_part_has(const struct seed_part *part, uint64_t place)
{
	return place >= part->from && place < part->to && (place - part->from) % part->step == 0;
}

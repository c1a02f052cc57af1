/* SPDX-License-Identifier: MIT */
/*
 * How the samples of a set are spread, from their records: over splits, in their order, over categories.
 *
 * - A seed that is in two splits leaks: what was made of it is in both. So does a group, where --group-by says what of
 *   a record must stay in one split.
 * - A sample's category is that of its largest object. In the order of `index` (of the stream, where a record has none)
 *   neighbours have one category as often as chance has it, or samples are sorted: told when they have it `runs`
 *   standard deviations more often (limits.def), of 20 samples or more, as counted over all orders of the same samples.
 * - Categories are out of balance when one has more than `balance` times as many objects as another.
 *
 * Sorted through files: memory grows with the number of categories alone.
 */
#ifndef RV_VERIFY_SPREAD_H
#define RV_VERIFY_SPREAD_H

#include "sample.h"
#include "verify/problems.h"

struct rv_expression; /* filter.h */
struct verify_spread;
/* `group_by` is borrowed; NULL: there are no groups. */
struct verify_spread *verify_spread_new(const struct rv_expression *group_by);
void verify_spread_free(struct verify_spread *spread);
/* From any thread, in any order. */
int verify_spread_add(struct verify_spread *spread, const struct rv_sample *sample, struct rv_err *err) RV_MUST_USE;
/* To be called once. Problems of all samples together have the path ".". */
int verify_spread_end(struct verify_spread *spread, struct verify_problems *problems, struct rv_err *err) RV_MUST_USE;

#endif

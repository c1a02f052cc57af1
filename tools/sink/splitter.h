/* SPDX-License-Identifier: MIT */
/*
 * Which split a sample is in, for records that do not say it: --split.
 *
 * By a hash of its id, or of what --split-by says of it: the same for each sample whatever else is in the dataset, so
 * that one that grows, or is made in parts, never moves a sample from one split to another. Shares are met on average.
 * With `is_balanced` by turns instead, for each combination of categories on its own: shares are met closely, for rare
 * categories, too, but depend on the samples before.
 */
#ifndef RV_SINK_SPLITTER_H
#define RV_SINK_SPLITTER_H

#include "sample.h"

struct sink_splitter_options {
	const char *shares; /* "80,10,10": of train, val and test; those left out at the end are 0 */
	const char *by;     /* a jq expression: samples of one value stay together; NULL: the id */
	bool is_balanced;
};

struct sink_splitter;
/* NULL with RV_E_USAGE when an option is wrong. */
struct sink_splitter *sink_splitter_new(const struct sink_splitter_options *options, struct rv_err *err);
void sink_splitter_free(struct sink_splitter *splitter); /* NULL is allowed */
/* The split of a sample, whatever its record says. */
int sink_splitter_choose(struct sink_splitter *splitter, const struct rv_sample *sample, enum rv_split *split,
                         struct rv_err *err) RV_MUST_USE;

#endif

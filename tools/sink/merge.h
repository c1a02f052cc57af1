/* SPDX-License-Identifier: MIT */
/*
 * Datasets that were made in parts, as with rv-seed --shard, become one: with the bytes that one run over the samples
 * of all, part after part, would have given. Files of samples and shards are not copied where the file system can do
 * without (adopt.h), what is of all samples is written anew; which is which say the rows of formats
 * (FORMAT_MERGE_LIST). Shards stay as they are: one run has the same where each part fills its last one.
 *
 * A file that is not copied is taken at the size and the digest that its part's manifest has; all others, and shards,
 * whose ids are looked at, are read and must have that digest.
 */
#ifndef RV_SINK_MERGE_H
#define RV_SINK_MERGE_H

#include "sink/dataset.h"
#include "sink/info.h"

struct sink_merge_options {
	char *const *parts; /* directories, in the order of the samples */
	size_t n_parts;
	const bool *is_chosen; /* formats, of format_all; none: all that the parts have */
	const struct sink_info *info;
};

/* Fills the dataset and puts it in its place. RV_E_USAGE, naming the part, for one that is no dataset of rv or is
 * damaged, parts of unlike settings, an id that comes twice, and a format that cannot be merged. Sets the formats'
 * options to those of the parts. */
int sink_merge(const struct sink_merge_options *options, struct sink_dataset *dataset, uint64_t *n_samples,
               struct rv_err *err) RV_MUST_USE;

#endif

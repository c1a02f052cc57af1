/* SPDX-License-Identifier: MIT */
/* The card of a dataset for Hugging Face: README.md, whose head says which files are which split. */
#ifndef RV_SINK_HF_CARD_H
#define RV_SINK_HF_CARD_H

#include "sink/sink.h"
#include "vocabulary.h"

/* Writes the format's "card" for the splits that have rows, each in a folder of its name, with what the user tells of
 * the dataset (info.h). */
int sink_hf_card(const struct sink_target *target, const struct format *format, const bool has_split[RV_SPLITS],
                 uint64_t n_rows, struct rv_err *err) RV_MUST_USE;
/* The same of merged datasets, whose rows are those of the format's "rows", lines or shards: a sink_class.merge. */
int sink_hf_card_merge(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err);

#endif

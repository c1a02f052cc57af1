/* SPDX-License-Identifier: MIT */
/* The card of a dataset for Hugging Face: README.md, whose head says which files are which split. */
#ifndef RV_SINK_HF_CARD_H
#define RV_SINK_HF_CARD_H

#include "sink/split_files.h"

/* Writes the format's "card" for the splits that have rows. Nothing is said of a licence or a name: these are for the
 * user to choose. */
int sink_hf_card(struct sink_dataset *dataset, const struct format *format, const struct sink_split_files *rows,
                 uint64_t n_rows, struct rv_err *err) RV_MUST_USE;

#endif

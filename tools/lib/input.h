/* SPDX-License-Identifier: MIT */
/*
 * Where the records of a stream come from: standard input, or directories that hold samples.
 *
 * A directory is one of these:
 *	a directory of samples     its children have a _meta.json; hidden ones are not finished and skipped; of one
 *	                           that is the directory of a run of `rv render`, the samples in it
 *	a sample's directory       it has a _meta.json itself
 *	a dataset                  its manifest.jsonl begins as rv-mux writes it: then the samples are those of its
 *	                           folder dir/, which the format `dir` makes
 *
 * Records of directories come sorted by `index`, those without one last, then by `id`; each has `dir` set to its
 * directory, as it was given. Memory stays flat over a million samples: their order is kept by a sorter (sorter.h),
 * each _meta.json is read once for that and once more when its turn comes.
 */
#ifndef RV_INPUT_H
#define RV_INPUT_H

#include "lines.h"
#include "record.h"

struct rv_input;

/* Standard input without directories. Otherwise all are looked through here. NULL with RV_E_USAGE when one holds no
 * samples; RV_E_CANCELLED when a signal came meanwhile. */
struct rv_input *rv_input_open(char *const *dirs, size_t n, struct rv_err *err);
void rv_input_close(struct rv_input *input);
/* 1: a record. 0: the end. 2: a line that is no record; a sample whose _meta.json cannot be read, is no record, or has
 * another id than its directory; one with an id that came before in another directory or the same once more: *err tells
 * why, the record holds what is known of it (`dir` of a sample, its line number). -1: reading failed, or a signal came
 * (RV_E_CANCELLED). */
int rv_input_next(struct rv_input *input, struct rv_record *record, struct rv_err *err) RV_MUST_USE;
/* How many samples the directories hold; 0 for standard input. */
uint64_t rv_input_count(const struct rv_input *input);
/* Of standard input, as in lines.h; directories never keep anybody waiting. */
bool rv_input_would_block(struct rv_input *input);
void rv_input_on_wait(struct rv_input *input, rv_reader_wait_fn *wait, void *context);

/* The directory is a dataset of rv. */
bool rv_input_is_dataset(const char *dir);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * croissant.json, which says to catalogues what a dataset is (MLCommons Croissant 1.1): what the user tells of it
 * (info.h), each file that is not one of many with its digest, the many by patterns, and where they come from: seeds,
 * rv, Blender. Made where the user tells anything; what Croissant requires beyond that is then asked for in a warning.
 *
 *	struct sink_croissant *croissant = sink_croissant_open(&info, dataset);      from here on it sees each file
 *	sink_croissant_add(croissant, &sample); ...
 *	sink_croissant_write(croissant, err);
 *	sink_croissant_free(croissant);
 */
#ifndef RV_SINK_CROISSANT_H
#define RV_SINK_CROISSANT_H

#include "sample.h"
#include "sink/dataset.h"
#include "sink/info.h"

struct sink_croissant;

/* Both are borrowed. */
struct sink_croissant *sink_croissant_open(const struct sink_info *info, struct sink_dataset *dataset);
void sink_croissant_free(struct sink_croissant *croissant); /* NULL is allowed */
/* A sample that is in the dataset. */
void sink_croissant_add(struct sink_croissant *croissant, const struct rv_sample *sample);
/* All samples of a dataset whose croissant.json this is: for one that is made of others, whose samples `n_samples` are.
 * RV_E_BAD_FILE on a text that is none. */
int sink_croissant_join(struct sink_croissant *croissant, const struct rv_str *text, uint64_t n_samples,
                        struct rv_err *err) RV_MUST_USE;
int sink_croissant_write(struct sink_croissant *croissant, struct rv_err *err) RV_MUST_USE;

#endif

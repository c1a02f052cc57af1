/* SPDX-License-Identifier: MIT */
/*
 * Samples into all formats of a dataset at once.
 *
 *	struct sink_mux *mux = sink_mux_open(&options, dataset, err);
 *	switch (sink_mux_add(mux, &sample, err)) ...                           (any number of times)
 *	sink_mux_finish(mux, n_errors, err);
 *	sink_mux_free(mux);
 */
#ifndef RV_SINK_MUX_H
#define RV_SINK_MUX_H

#include "sink/sink.h"

struct sink_mux;

struct sink_mux_options {
	/* Of format_all. A chosen format takes every sample or refuses it. When none is chosen, the formats are those
	 * that their descriptions make by default, each of the samples that it has a use for; the others are left out
	 * of it and counted. */
	const bool *is_chosen;
	const char *categories; /* what --categories was given, or NULL */
	const struct sink_info *info;
	bool is_lossy; /* --lossy (lossy.h) */
};

/* Borrows the dataset and all that the options have. Fails on wrong ones. */
struct sink_mux *sink_mux_open(const struct sink_mux_options *options, struct sink_dataset *dataset,
                               struct rv_err *err);
void sink_mux_free(struct sink_mux *mux);
/* 0, SINK_REFUSED or SINK_BROKEN. The sample must be whole. */
int sink_mux_add(struct sink_mux *mux, const struct rv_sample *sample, struct rv_err *err) RV_MUST_USE;
/* How many samples were added. */
uint64_t sink_mux_count(const struct sink_mux *mux);
/* Tells people what was made and where: "dataset/: 12 samples, 36 annotations, 3 categories; coco, webdataset"; only
 * with --verbose when the tool is not the last one of a pipe. */
void sink_mux_tell(const struct sink_mux *mux, const char *where, bool is_last);
/* Warns of the formats of an earlier dataset that went with it, since this one does not have them. */
void sink_mux_tell_gone(const struct sink_mux *mux, const char *where, const struct sink_head *earlier);
/* Writes what is left and puts the dataset in its place; warns of what formats do not have. */
int sink_mux_finish(struct sink_mux *mux, uint64_t n_errors, struct rv_err *err) RV_MUST_USE;

#endif

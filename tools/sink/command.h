/* SPDX-License-Identifier: MIT */
/* What rv-mux is told on its command line; what formats are told is theirs (format/format.h). */
#ifndef RV_SINK_COMMAND_H
#define RV_SINK_COMMAND_H

#include "options.h"
#include "sink/dataset.h"
#include "sink/splitter.h"

struct sink_command {
	const char *output;
	struct rv_option_list formats, explained, info, stats; /* --format, --explain, --info, --stats */
	struct sink_splitter_options splits;
	const char *categories;            /* NULL: not given */
	size_t jobs;                       /* 0: auto */
	struct sink_dataset_options place; /* but for `syncs` and `n_threads` */
	bool no_sync, shrinks, lists_formats, merges, is_lossy;
};

extern struct sink_command sink_command;

/* All options with where their values go; valid for good. */
const struct rv_option *sink_command_table(void);
void sink_command_release(void);

#endif

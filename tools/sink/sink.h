/* SPDX-License-Identifier: MIT */
/*
 * What the writer of a format is. A sample goes through every format in two steps: `prepare` looks at all that the
 * format needs of it and fails when something is missing or wrong, which makes the sample an error and leaves it out of
 * ALL formats; `add`, called only when every format was content, writes, and fails only because of the environment,
 * which ends the run.
 *
 * What the description says a format needs is checked before (sink_sample_fits); mux.h calls the writers of all formats
 * of format/list.def. So to add a format: format/format.h.
 */
#ifndef RV_SINK_SINK_H
#define RV_SINK_SINK_H

#include "categories.h"
#include "sink/dataset.h"
#include "sink/info.h"
#include "sink/picture.h"
#include "sink/store.h"

#define SINK_REFUSED (-1) /* this sample is no good */
#define SINK_BROKEN (-2)  /* nothing more can be written */

/* Where formats write. */
struct sink_target {
	struct sink_dataset *dataset;
	struct sink_store *store;
	const struct sink_info *info;
	const struct rv_categories *categories; /* of a format that has_categories, whole when `finish` is called */
};

/* What a merge of datasets (merge.h) has found of a format in all parts. */
struct sink_merged {
	const struct format *format;
	/* Of each row of its description: files as they are, or lines, by split; the last of those without one. */
	uint64_t (*counts)[RV_SPLITS + 1];
	uint64_t n_first;   /* its samples in the first part, */
	const char *first;  /* which is called that */
	char *const *parts; /* all of them, for files of FORMAT_MERGE_READ */
	size_t n_parts;
	uint64_t n_rows;            /* of all files of FORMAT_MERGE_NUMBERED, as `ids` counts them */
	const struct rv_str *texts; /* the different files of FORMAT_MERGE_MADE */
	size_t n_texts;
};
/* The counts of the row of that name. */
const uint64_t *sink_merged_counts(const struct sink_merged *merged, const char *row);

/* Takes the id of a sample. */
typedef int sink_id_fn(void *to, const char *id, size_t len, struct rv_err *err);

struct sink_class {
	const struct format *format;
	size_t state_bytes; /* of the writer's own memory, which is zeroed before `open` */
	/* Takes the format's options; fails when they are wrong. `target` is borrowed. Makes no file yet. Called also
	 * for formats that are not made. */
	int (*open)(void *state, const struct sink_target *target, struct rv_err *err);
	/* 0, SINK_REFUSED, or SINK_BROKEN (for a format that has to write in order to check). A sample that is prepared
	 * and not added (because another format refused it) leaves no trace. */
	int (*prepare)(void *state, struct sink_sample *sample, struct rv_err *err);
	/* Writes the sample that was prepared last. */
	int (*add)(void *state, struct sink_sample *sample, struct rv_err *err);
	/* Writes what comes after the last sample. Called when there was one. */
	int (*finish)(void *state, struct rv_err *err);
	/* Of formats with files of FORMAT_MERGE_NUMBERED: tells the ids of the samples in one, each once, and adds to
	 * *n_rows how many rows it has, or samples. */
	int (*ids)(const struct rv_source *file, sink_id_fn *take, void *to, uint64_t *n_rows, struct rv_err *err);
	/* After the files of all parts are in the dataset: writes those of FORMAT_MERGE_MADE and _READ. RV_E_USAGE
	 * where parts do not fit. NULL: there are none. Called without `open`. */
	int (*merge)(const struct sink_target *target, const struct sink_merged *merged, struct rv_err *err);
	/* Called after `open`, whether it failed or not. */
	void (*release)(void *state);
};

/* In the order of format_all. */
extern const struct sink_class *const sink_classes[FORMAT_IDS];

#endif

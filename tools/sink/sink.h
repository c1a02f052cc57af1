/* SPDX-License-Identifier: MIT */
/*
 * The formats of a dataset, as a table, and the loop over those that were asked for.
 *
 * A sample goes through every format in two steps: `prepare` looks at all that the format needs of it and fails when
 * something is missing or wrong, which makes the sample an error and leaves it out of ALL formats; `add`, called only
 * when every format was content, writes, and fails only because of the environment, which ends the run.
 *
 * To add a format: write a file with a struct sink_class, name it here and in the table in sink.c.
 */
#ifndef RV_SINK_SINK_H
#define RV_SINK_SINK_H

#include "dataset.h"
#include "options.h"
#include "sample.h"
#include "video.h"

struct sink_settings {
	const char *categories;         /* names separated by commas, or NULL */
	struct rv_video_settings video; /* fps_num 0: what a sequence's record says, else 24 */
	const char *video_role;
	uint64_t shard_bytes, shard_samples; /* 0: no limit */
	int zstd_level;                      /* 0: shards are not compressed */
	uint64_t sheet_samples;
};

#define SINK_REFUSED (-1) /* this sample is no good */
#define SINK_BROKEN (-2)  /* nothing more can be written */

struct sink_class {
	const char *name;
	const char *help;
	/* Both are borrowed. NULL with *err on wrong settings. Makes no file yet. */
	void *(*open)(struct sink_dataset *dataset, const struct sink_settings *settings, struct rv_err *err);
	/* 0, SINK_REFUSED, or SINK_BROKEN (for a format that has to write in order to check). A sample that is
	 * prepared and not added (because another format refused it) leaves no trace. */
	int (*prepare)(void *sink, const struct sink_sample *sample, struct rv_err *err);
	/* Writes the sample that was prepared last. */
	int (*add)(void *sink, const struct sink_sample *sample, struct rv_err *err);
	/* Writes what comes after the last sample. */
	int (*finish)(void *sink, struct rv_err *err);
	void (*free)(void *sink);
};

extern const struct sink_class sink_coco;
extern const struct sink_class sink_webdataset;
extern const struct sink_class sink_video;
extern const struct sink_class sink_sheet;
extern const struct sink_class sink_transforms;

struct sink_sinks;

/* `formats` is a list like "coco,video"; NULL: webdataset, with coco and sheet when the first sample has labels, and
 * video when its video role is a sequence. Both other arguments are borrowed. */
struct sink_sinks *sink_sinks_open(const char *formats, struct sink_dataset *dataset,
                                   const struct sink_settings *settings, struct rv_err *err);
/* 0, SINK_REFUSED or SINK_BROKEN. */
int sink_sinks_add(struct sink_sinks *sinks, const struct sink_sample *sample, struct rv_err *err) RV_MUST_USE;
int sink_sinks_finish(struct sink_sinks *sinks, struct rv_err *err) RV_MUST_USE;
/* Names of the formats in use, in the table's order; valid as long as `sinks`. */
const char *const *sink_sinks_names(struct sink_sinks *sinks, size_t *n);
void sink_sinks_free(struct sink_sinks *sinks);

#endif

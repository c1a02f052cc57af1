/* SPDX-License-Identifier: MIT */
/*
 * The formats of a dataset, as a table, and the loop over those that were asked for.
 *
 * A sample goes through every format in two steps: `prepare` looks at all that the format needs of it and fails when
 * something is missing or wrong, which makes the sample an error and leaves it out of ALL formats; `add`, called only
 * when every format was content, writes, and fails only because of the environment, which ends the run.
 *
 * To add a format: write a file with a struct rv_sink_class, name it here and in the table in sink.c.
 */
#ifndef RV_SINK_SINK_H
#define RV_SINK_SINK_H

#include "dataset.h"
#include "options.h"
#include "sample.h"
#include "video.h"

struct rv_sink_settings {
	const char *categories;         /* names separated by commas, or NULL */
	struct rv_video_settings video; /* fps_num 0: what a sequence's record says, else 24 */
	const char *video_role;
	uint64_t shard_bytes, shard_samples; /* 0: no limit */
	int zstd_level;                      /* 0: shards are not compressed */
	uint64_t sheet_samples;
};

#define RV_SINK_REFUSED (-1) /* this sample is no good */
#define RV_SINK_BROKEN (-2)  /* nothing more can be written */

struct rv_sink_class {
	const char *name;
	const char *help;
	/* Both are borrowed. NULL with *err on wrong settings. Makes no file yet. */
	void *(*open)(struct rv_dataset *dataset, const struct rv_sink_settings *settings, struct rv_err *err);
	/* 0, RV_SINK_REFUSED, or RV_SINK_BROKEN (for a format that has to write in order to check). A sample that is
	 * prepared and not added (because another format refused it) leaves no trace. */
	int (*prepare)(void *sink, const struct rv_sample *sample, struct rv_err *err);
	/* Writes the sample that was prepared last. */
	int (*add)(void *sink, const struct rv_sample *sample, struct rv_err *err);
	/* Writes what comes after the last sample. */
	int (*finish)(void *sink, struct rv_err *err);
	void (*free)(void *sink);
};

extern const struct rv_sink_class rv_sink_coco;
extern const struct rv_sink_class rv_sink_webdataset;
extern const struct rv_sink_class rv_sink_video;
extern const struct rv_sink_class rv_sink_sheet;
extern const struct rv_sink_class rv_sink_transforms;

struct rv_sinks;

/* `formats` is a list like "coco,video"; NULL: webdataset, with coco and sheet when the first sample has labels, and
 * video when its video role is a sequence. Both other arguments are borrowed. */
struct rv_sinks *rv_sinks_open(const char *formats, struct rv_dataset *dataset, const struct rv_sink_settings *settings,
                               struct rv_err *err);
/* 0, RV_SINK_REFUSED or RV_SINK_BROKEN. */
int rv_sinks_add(struct rv_sinks *sinks, const struct rv_sample *sample, struct rv_err *err) RV_MUST_USE;
int rv_sinks_finish(struct rv_sinks *sinks, struct rv_err *err) RV_MUST_USE;
/* Names of the formats in use, in the table's order; valid as long as `sinks`. */
const char *const *rv_sinks_names(struct rv_sinks *sinks, size_t *n);
void rv_sinks_free(struct rv_sinks *sinks);

#endif

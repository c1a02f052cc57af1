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
	/* Called after `open`, whether it failed or not. */
	void (*release)(void *state);
};

#endif

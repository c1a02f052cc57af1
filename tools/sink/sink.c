/* SPDX-License-Identifier: MIT */
/* The table of formats. */
#include "sink.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static const struct sink_class *const classes[] = {
	&sink_coco, &sink_webdataset, &sink_video, &sink_sheet, &sink_transforms,
};
#define N_CLASSES RV_COUNTOF(classes)

struct sink_sinks {
	struct sink_dataset *dataset;
	const struct sink_settings *settings;
	bool by_sample;        /* which formats: the first sample decides */
	void *open[N_CLASSES]; /* NULL: not in use */
	const char *names[N_CLASSES];
};

static int open_sink(struct sink_sinks *sinks, size_t i, struct rv_err *err)
{
	if (!sinks->open[i]) {
		sinks->open[i] = classes[i]->open(sinks->dataset, sinks->settings, err);
	}
	return sinks->open[i] ? 0 : -1;
}

static int open_named(struct sink_sinks *sinks, const char *name, size_t len, struct rv_err *err)
{
	struct rv_str known = RV_STR_INIT;
	for (size_t i = 0; i < N_CLASSES; i++) {
		if (strlen(classes[i]->name) == len && memcmp(classes[i]->name, name, len) == 0) {
			rv_str_release(&known);
			return open_sink(sinks, i, err);
		}
		rv_str_printf(&known, "%s%s", i > 0 ? ", " : "", classes[i]->name);
	}
	rv_fail(err, RV_E_USAGE, "unknown format '%.*s', allowed: %s", (int)len, name, known.ptr);
	rv_str_release(&known);
	return -1;
}

struct sink_sinks *sink_sinks_open(const char *formats, struct sink_dataset *dataset,
                                   const struct sink_settings *settings, struct rv_err *err)
{
	struct sink_sinks *sinks = rv_alloc_zero(1, sizeof(*sinks));
	sinks->dataset = dataset;
	sinks->settings = settings;
	sinks->by_sample = !formats;
	while (formats) {
		size_t len = strcspn(formats, ",");
		if (open_named(sinks, formats, len, err) < 0) {
			sink_sinks_free(sinks);
			return NULL;
		}
		formats = formats[len] ? formats + len + 1 : NULL;
	}
	return sinks;
}

void sink_sinks_free(struct sink_sinks *sinks)
{
	for (size_t i = 0; sinks && i < N_CLASSES; i++) {
		if (sinks->open[i]) {
			classes[i]->free(sinks->open[i]);
		}
	}
	free(sinks);
}

static int open_by_sample(struct sink_sinks *sinks, const struct sink_sample *sample, struct rv_err *err)
{
	const struct sink_role *video = sink_sample_role(sample, sinks->settings->video_role);
	bool has_labels = sink_sample_has_labels(sample);
	for (size_t i = 0; i < N_CLASSES; i++) {
		bool wanted = classes[i] == &sink_webdataset || (classes[i] == &sink_coco && has_labels) ||
		              (classes[i] == &sink_sheet && has_labels) ||
		              (classes[i] == &sink_video && video && video->is_array);
		if (wanted && open_sink(sinks, i, err) < 0) {
			return SINK_BROKEN;
		}
	}
	sinks->by_sample = false;
	return 0;
}

int sink_sinks_add(struct sink_sinks *sinks, const struct sink_sample *sample, struct rv_err *err)
{
	int result = sinks->by_sample ? open_by_sample(sinks, sample, err) : 0;
	for (size_t i = 0; i < N_CLASSES && result == 0; i++) {
		if (sinks->open[i]) {
			result = classes[i]->prepare(sinks->open[i], sample, err);
		}
	}
	for (size_t i = 0; i < N_CLASSES && result == 0; i++) {
		if (sinks->open[i] && classes[i]->add(sinks->open[i], sample, err) < 0) {
			result = SINK_BROKEN;
		}
	}
	return result;
}

int sink_sinks_finish(struct sink_sinks *sinks, struct rv_err *err)
{
	for (size_t i = 0; i < N_CLASSES; i++) {
		if (sinks->open[i] && classes[i]->finish(sinks->open[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

const char *const *sink_sinks_names(struct sink_sinks *sinks, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < N_CLASSES; i++) {
		if (sinks->open[i]) {
			sinks->names[(*n)++] = classes[i]->name;
		}
	}
	return sinks->names;
}

/* SPDX-License-Identifier: MIT */
/* The table of formats. */
#include "sink.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"

static const struct rv_sink_class *const classes[] = {
	&rv_sink_coco, &rv_sink_webdataset, &rv_sink_video, &rv_sink_sheet, &rv_sink_transforms,
};
#define N_CLASSES RV_COUNTOF(classes)

struct rv_sinks {
	struct rv_dataset *dataset;
	const struct rv_sink_settings *settings;
	bool by_sample;        /* which formats: the first sample decides */
	void *open[N_CLASSES]; /* NULL: not in use */
	const char *names[N_CLASSES];
};

static int open_sink(struct rv_sinks *sinks, size_t i, struct rv_err *err)
{
	if (!sinks->open[i]) {
		sinks->open[i] = classes[i]->open(sinks->dataset, sinks->settings, err);
	}
	return sinks->open[i] ? 0 : -1;
}

static int open_named(struct rv_sinks *sinks, const char *name, size_t len, struct rv_err *err)
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

struct rv_sinks *rv_sinks_open(const char *formats, struct rv_dataset *dataset, const struct rv_sink_settings *settings,
                               struct rv_err *err)
{
	struct rv_sinks *sinks = rv_alloc_zero(1, sizeof(*sinks));
	sinks->dataset = dataset;
	sinks->settings = settings;
	sinks->by_sample = !formats;
	while (formats) {
		size_t len = strcspn(formats, ",");
		if (open_named(sinks, formats, len, err) < 0) {
			rv_sinks_free(sinks);
			return NULL;
		}
		formats = formats[len] ? formats + len + 1 : NULL;
	}
	return sinks;
}

void rv_sinks_free(struct rv_sinks *sinks)
{
	for (size_t i = 0; sinks && i < N_CLASSES; i++) {
		if (sinks->open[i]) {
			classes[i]->free(sinks->open[i]);
		}
	}
	free(sinks);
}

static int open_by_sample(struct rv_sinks *sinks, const struct rv_sample *sample, struct rv_err *err)
{
	const struct rv_role *video = rv_sample_role(sample, sinks->settings->video_role);
	bool has_labels = rv_sample_has_labels(sample);
	for (size_t i = 0; i < N_CLASSES; i++) {
		bool wanted = classes[i] == &rv_sink_webdataset || (classes[i] == &rv_sink_coco && has_labels) ||
		              (classes[i] == &rv_sink_sheet && has_labels) ||
		              (classes[i] == &rv_sink_video && video && video->is_array);
		if (wanted && open_sink(sinks, i, err) < 0) {
			return RV_SINK_BROKEN;
		}
	}
	sinks->by_sample = false;
	return 0;
}

int rv_sinks_add(struct rv_sinks *sinks, const struct rv_sample *sample, struct rv_err *err)
{
	int result = sinks->by_sample ? open_by_sample(sinks, sample, err) : 0;
	for (size_t i = 0; i < N_CLASSES && result == 0; i++) {
		if (sinks->open[i]) {
			result = classes[i]->prepare(sinks->open[i], sample, err);
		}
	}
	for (size_t i = 0; i < N_CLASSES && result == 0; i++) {
		if (sinks->open[i] && classes[i]->add(sinks->open[i], sample, err) < 0) {
			result = RV_SINK_BROKEN;
		}
	}
	return result;
}

int rv_sinks_finish(struct rv_sinks *sinks, struct rv_err *err)
{
	for (size_t i = 0; i < N_CLASSES; i++) {
		if (sinks->open[i] && classes[i]->finish(sinks->open[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

const char *const *rv_sinks_names(struct rv_sinks *sinks, size_t *n)
{
	*n = 0;
	for (size_t i = 0; i < N_CLASSES; i++) {
		if (sinks->open[i]) {
			sinks->names[(*n)++] = classes[i]->name;
		}
	}
	return sinks->names;
}

/* SPDX-License-Identifier: MIT */
/* What a dataset holds. */
#include "sink/histograms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

void sink_histograms_release(struct sink_histograms *histograms)
{
	free(histograms->categories);
	*histograms = (struct sink_histograms)SINK_HISTOGRAMS_INIT;
}

/* ---- bins ---- */

static int size_bin(uint64_t area_px)
{
	int bin = 0;
	for (uint64_t side = 4; bin < SINK_SIZE_BINS - 1 && area_px >= side * side; side *= 2) {
		bin++;
	}
	return bin;
}

static int cell_of(const struct sink_picture *picture, const struct rv_annotation *annotation)
{
	const uint32_t width = annotation->width > 0 ? annotation->width : picture->picture->width,
	               height = annotation->height > 0 ? annotation->height : picture->picture->height;
	if (width == 0 || height == 0) {
		return -1;
	}
	/* Twice the middle, so that all numbers are whole. */
	const uint64_t x = 2 * (uint64_t)annotation->bbox[0] + annotation->bbox[2],
	               y = 2 * (uint64_t)annotation->bbox[1] + annotation->bbox[3];
	const uint64_t column = RV_MIN(x * SINK_GRID / (2 * (uint64_t)width), SINK_GRID - 1),
	               row = RV_MIN(y * SINK_GRID / (2 * (uint64_t)height), SINK_GRID - 1);
	return (int)(row * SINK_GRID + column);
}

struct sink_bins sink_bins_of(const struct sink_picture *picture, const struct sink_label *label)
{
	const double truncation = rv_json_number(rv_json_get(label->annotation->json, "truncation"), NAN);
	struct sink_bins bins = { .size = size_bin(label->annotation->area_px),
		                  .truncation = -1,
		                  .cell = cell_of(picture, label->annotation) };
	if (truncation >= 0 && truncation <= 1) {
		bins.truncation = RV_MIN((int)(truncation * SINK_TRUNCATION_BINS), SINK_TRUNCATION_BINS - 1);
	}
	return bins;
}

/* ---- counting ---- */

static void count_category(struct sink_histograms *histograms, const struct sink_label *label)
{
	if (!label->annotation->category) {
		histograms->n_uncategorized++;
		return;
	}
	if (label->class >= histograms->n_categories) {
		const size_t n = RV_MAX((size_t)label->class + 1, 2 * histograms->n_categories);
		histograms->categories = rv_realloc(histograms->categories, n, sizeof(*histograms->categories));
		memset(histograms->categories + histograms->n_categories, 0,
		       (n - histograms->n_categories) * sizeof(*histograms->categories));
		histograms->n_categories = n;
	}
	histograms->categories[label->class]++;
}

static void add_picture(struct sink_histograms *histograms, const struct sink_picture *picture)
{
	histograms->n_pictures++;
	histograms->n_annotations += picture->n_labels;
	histograms->objects[RV_MIN(picture->n_labels, SINK_OBJECTS_BINS - 1)]++;
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct sink_bins bins = sink_bins_of(picture, &picture->labels[i]);
		count_category(histograms, &picture->labels[i]);
		histograms->sizes[bins.size]++;
		if (bins.truncation >= 0) {
			histograms->truncations[bins.truncation]++;
		}
		if (bins.cell >= 0) {
			histograms->cells[bins.cell]++;
		}
	}
}

void sink_histograms_add(struct sink_histograms *histograms, const struct sink_sample *sample)
{
	histograms->n_samples++;
	histograms->splits[sample->split]++;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		add_picture(histograms, &sample->pictures[i]);
	}
}

/* ---- as JSON ---- */

static void put_counts(struct rv_json_out *out, const char *key, const uint64_t *counts, size_t n)
{
	rv_json_open(out, key, '[');
	for (size_t i = 0; i < n; i++) {
		rv_json_put_u64(out, NULL, counts[i]);
	}
	rv_json_close(out, ']');
}

void sink_histograms_put(const struct sink_histograms *histograms, const struct rv_categories *table,
                         struct rv_json_out *out)
{
	rv_json_open(out, "histograms", '{');
	rv_json_put_u64(out, "pictures", histograms->n_pictures);
	rv_json_put_u64(out, "annotations", histograms->n_annotations);
	rv_json_put_u64(out, "uncategorized", histograms->n_uncategorized);
	rv_json_open(out, "splits", '{');
	for (enum rv_split split = 0; split < RV_SPLITS; split++) {
		rv_json_put_u64(out, rv_split_names[split], histograms->splits[split]);
	}
	rv_json_close(out, '}');
	rv_json_open(out, "categories", '[');
	for (size_t i = 0; i < table->len; i++) {
		rv_json_open(out, NULL, '[');
		rv_json_put_u64(out, NULL, table->items[i].id);
		rv_json_put_u64(out, NULL, i < histograms->n_categories ? histograms->categories[i] : 0);
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
	put_counts(out, "sizes", histograms->sizes, SINK_SIZE_BINS);
	put_counts(out, "truncations", histograms->truncations, SINK_TRUNCATION_BINS);
	put_counts(out, "cells", histograms->cells, SINK_CELLS);
	put_counts(out, "objects", histograms->objects, SINK_OBJECTS_BINS);
	rv_json_close(out, '}');
}

/* SPDX-License-Identifier: MIT */
/*
 * What a dataset holds, counted while it is written: for the page, and for --stats.
 *
 * Every annotation with an area above 0 counts once in each histogram; an object of a clip once a frame.
 *
 *	sizes        the square root of the area in pixels, in bins that double: under 4, 4 to 8, .. 512 and more
 *	truncations  the part of the object that is outside the picture, in tenths; 1 belongs to the last
 *	cells        where the middle of its box lies, in 8 rows of 8 cells, row by row from the top left
 *	objects      how many annotations a picture has: 0, 1, .. 31 and more
 */
#ifndef RV_SINK_HISTOGRAMS_H
#define RV_SINK_HISTOGRAMS_H

#include "categories.h"
#include "sink/picture.h"

#define SINK_SIZE_BINS 9
#define SINK_TRUNCATION_BINS 10
#define SINK_GRID 8
#define SINK_CELLS (SINK_GRID * SINK_GRID)
#define SINK_OBJECTS_BINS 32

struct sink_histograms {
	uint64_t n_samples, n_pictures, n_annotations, n_uncategorized;
	uint64_t splits[RV_SPLITS]; /* samples */
	uint64_t sizes[SINK_SIZE_BINS], truncations[SINK_TRUNCATION_BINS], cells[SINK_CELLS],
	        objects[SINK_OBJECTS_BINS];
	uint64_t *categories; /* by place in the dataset's table, 0 above the end */
	size_t n_categories;
};
#define SINK_HISTOGRAMS_INIT \
	{ \
		.n_samples = 0 \
	}
void sink_histograms_release(struct sink_histograms *histograms);

/* The bins of one annotation; the last two are -1 where the record does not tell. */
struct sink_bins {
	int size, truncation, cell;
};
struct sink_bins sink_bins_of(const struct sink_picture *picture, const struct sink_label *label);

/* Counts a sample with all its pictures. */
void sink_histograms_add(struct sink_histograms *histograms, const struct sink_sample *sample);
/* Writes them as the member "histograms" of an object, categories by their ids in the table. */
void sink_histograms_put(const struct sink_histograms *histograms, const struct rv_categories *table,
                         struct rv_json_out *out);

#endif

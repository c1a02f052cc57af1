/* SPDX-License-Identifier: MIT */
/*
 * Labels from an index map: for every object in it run lengths, box and area, all in one walk over the pixels, however
 * many objects there are.
 */
#ifndef RV_MASK_LABELS_H
#define RV_MASK_LABELS_H

#include "image.h"
#include "rle.h"
#include "vocabulary.h"

struct mask_label {
	uint32_t index;
	struct rv_rle rle;
	uint64_t area_px;
	uint32_t bbox[4]; /* x, y, width, height */
};

struct mask_labels {
	struct rv_image map;      /* U16, one channel: 0 is background */
	struct mask_label *items; /* of the `len` indices that are in the map, ascending */
	size_t len, cap;          /* cap: items that own memory, kept for the next map */
	uint32_t *slots;          /* private: per index, 1 + where its label is while the map is walked over */
};
#define MASK_LABELS_INIT \
	{ \
		.items = NULL \
	}

void mask_labels_release(struct mask_labels *labels);
/* Float values that are no whole numbers in 0..RV_INDEX_MAX are RV_E_BAD_FILE, with the pixel's place. Replaces
 * *labels (its memory is used again). */
int mask_labels_from(const struct rv_image *floats, struct mask_labels *labels, struct rv_err *err) RV_MUST_USE;
/* The same check and conversion for a map without labels. */
int mask_index_map(const struct rv_image *floats, struct rv_image *map, struct rv_err *err) RV_MUST_USE;

#endif

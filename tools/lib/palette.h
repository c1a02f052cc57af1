/* SPDX-License-Identifier: MIT */
/*
 * Colours that are told apart, by people with normal sight, without red (protan) or green (deutan) cones alike, and
 * from black, white and grey: 64 of them, then the same lighter, then darker by 0.12 of OKLab's lightness. The first
 * ones differ most. How much is a test (tests/lib/palette_checks.py).
 *
 *	struct rv_palette palette = rv_palette_deal(&sample, &arena);
 *	rv_palette_of(&palette, index, rgb);
 */
#ifndef RV_PALETTE_H
#define RV_PALETTE_H

#include "sample.h"

#define RV_PALETTE_LEN 192

/* The colour of a rank, from 0; behind the last they begin anew. */
void rv_palette_colour(size_t rank, uint8_t rgb[3]);
/* True when white text can be read better on a colour than black; the contrast is 4.5 or more then. */
bool rv_palette_wants_white(const uint8_t rgb[3]);

/* Colours of the objects of a sample, the same in all its frames and views: by their rank among those of the record's
 * objects that have an index. A floor, that is the largest of the objects without a category, is dark grey where others
 * have one. */
struct rv_palette {
	const struct rv_sample *sample; /* borrowed */
	const uint8_t (*rgb)[3];        /* of each object; in the arena */
	size_t floor;                   /* its place among the objects; their number where there is none */
};
struct rv_palette rv_palette_deal(const struct rv_sample *sample, struct rv_arena *arena);
/* The colour of an object's index, black of 0. An index that no object has gets one as if it were a rank. */
void rv_palette_of(const struct rv_palette *palette, uint32_t index, uint8_t rgb[3]);

/* True when this index is the floor's. */
bool rv_palette_is_floor(const struct rv_palette *palette, uint32_t index);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a set of labelled pictures is like, as histograms with fixed bins, to be compared with another set (--against):
 * the same for samples, datasets and trees that anybody made, as far as each knows it.
 *
 *	size         of an object's box: the square root of its share of the picture, in bins of half an octave
 *	aspect       its width by its height, in bins of half an octave
 *	x, y         where its middle lies, as shares of the picture's sides
 *	objects      how many a picture has
 *	visibility   the part of an object that is not hidden, truncation the part that is outside the picture
 *	brightness   of a picture: the mean of its luma (luma.h)
 *	colour       of pixels: red, green and blue in four steps each
 *	category     of objects, by name
 */
#ifndef RV_VERIFY_PORTRAIT_H
#define RV_VERIFY_PORTRAIT_H

#include "image.h"
#include "sample.h"

struct verify_luma;

/* X(constant, name, bins, least, greatest, unit): a value belongs to bin floor(bins * (value - least) / (greatest -
 * least)), those outside to the first or last. */
#define VERIFY_QUANTITIES(X) \
	X(SIZE, "size", 20, -10, 0, "log2 of the share of the picture's side") \
	X(ASPECT, "aspect", 16, -4, 4, "log2 of width by height") \
	X(MIDDLE_X, "x", 16, 0, 1, "share of the width") \
	X(MIDDLE_Y, "y", 16, 0, 1, "share of the height") \
	X(OBJECTS, "objects", 32, 0, 32, "objects of a picture") \
	X(VISIBILITY, "visibility", 10, 0, 1, "share of the object") \
	X(TRUNCATION, "truncation", 10, 0, 1, "share of the object") \
	X(BRIGHTNESS, "brightness", 32, 0, 256, "mean luma") \
	X(COLOUR, "colour", 64, 0, 64, "16 red + 4 green + blue, in four steps each")

enum verify_quantity {
#define VERIFY_QUANTITY(constant, name, bins, least, greatest, unit) VERIFY_QUANTITY_##constant,
	VERIFY_QUANTITIES(VERIFY_QUANTITY)
#undef VERIFY_QUANTITY
	        VERIFY_QUANTITY_COUNT
};
#define VERIFY_BINS_MAX 64

struct verify_histogram {
	uint64_t bins[VERIFY_BINS_MAX], n; /* the last: all of them together */
};

struct verify_named_count {
	char *name;
	uint64_t n;
};

struct verify_portrait;
struct verify_portrait *verify_portrait_new(void);
void verify_portrait_free(struct verify_portrait *portrait); /* NULL is allowed */

/* These may be called by several threads. */
/* An object: its box as shares of the picture, x, y, width and height, and its width by its height in pixels, NAN when
 * that is not known; `category` NULL: it has none. */
void verify_portrait_object(struct verify_portrait *portrait, const char *category, const double box[4], double aspect);
/* A picture with this many objects. */
void verify_portrait_picture(struct verify_portrait *portrait, uint64_t n_objects);
/* A sample: all objects and pictures of it. */
void verify_portrait_sample(struct verify_portrait *portrait, const struct rv_sample *sample);
/* An image of U8 or U16, and its luma. */
void verify_portrait_image(struct verify_portrait *portrait, const struct rv_image *image,
                           const struct verify_luma *luma);

/* ---- what it came to ---- */

struct verify_quantity_row {
	const char *name, *unit;
	size_t bins;
	double least, greatest;
};
extern const struct verify_quantity_row verify_quantities[VERIFY_QUANTITY_COUNT];

const struct verify_histogram *verify_portrait_get(const struct verify_portrait *portrait, enum verify_quantity which);
/* The categories by name. */
const struct verify_named_count *verify_portrait_categories(const struct verify_portrait *portrait, size_t *n);

#endif

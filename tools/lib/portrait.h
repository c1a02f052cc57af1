/* SPDX-License-Identifier: MIT */
/*
 * What a set of labelled pictures is like, as histograms with fixed bins: for the page of a dataset, for figures of it
 * (rv-mux --stats), and to be compared with another set (rv-verify --against). It is the same for samples, datasets and
 * trees that anybody made, as far as each knows it. Memory does not grow with the number of pictures.
 *
 *	size         of an object's box: the square root of its share of the picture, in bins of half an octave
 *	side         of an object: the square root of its area in pixels: under 4, 4 to 8, .. 512 and more
 *	aspect       its width by its height, in bins of half an octave
 *	x, y         where its middle lies, as shares of the picture's sides
 *	position     the same together: 8 rows of 8 cells, row by row from the top left
 *	objects      how many a picture has
 *	visibility   the part of an object that is not hidden, truncation the part that is outside the picture
 *	brightness   of a picture: the mean of its luma
 *	colour       of pixels: red, green and blue in four steps each
 *	category     of objects, by name
 *	params       of samples, by name (values.h)
 *
 * An object is an annotation with an area; one of a clip counts once a frame.
 */
#ifndef RV_PORTRAIT_H
#define RV_PORTRAIT_H

#include "image.h"
#include "sample.h"
#include "values.h"

/* X(constant, name, bins, least, greatest, unit, is_ordered): a value belongs to bin floor(bins * (value - least) /
 * (greatest - least)), those outside to the first or last. Not ordered: bins that are near need not be alike. */
#define RV_QUANTITIES(X) \
	X(SIZE, "size", 20, -10, 0, "log2 of the share of the picture's side", true) \
	X(SIDE, "side", 9, 1, 10, "log2 of pixels", true) \
	X(ASPECT, "aspect", 16, -4, 4, "log2 of width by height", true) \
	X(MIDDLE_X, "x", 16, 0, 1, "share of the width", true) \
	X(MIDDLE_Y, "y", 16, 0, 1, "share of the height", true) \
	X(POSITION, "position", 64, 0, 64, "8 rows of 8 cells of the picture", false) \
	X(OBJECTS, "objects", 32, 0, 32, "objects of a picture", true) \
	X(VISIBILITY, "visibility", 10, 0, 1, "share of the object", true) \
	X(TRUNCATION, "truncation", 10, 0, 1, "share of the object", true) \
	X(BRIGHTNESS, "brightness", 32, 0, 256, "mean luma", true) \
	X(COLOUR, "colour", 64, 0, 64, "16 red + 4 green + blue, in four steps each", false)
#define RV_POSITION_CELLS 8 /* of a row, and rows */

enum rv_quantity {
#define RV_QUANTITY(constant, name, bins, least, greatest, unit, is_ordered) RV_QUANTITY_##constant,
	RV_QUANTITIES(RV_QUANTITY)
#undef RV_QUANTITY
	        RV_QUANTITY_COUNT
};
#define RV_BINS_MAX 64

struct rv_histogram {
	uint64_t bins[RV_BINS_MAX], n; /* the last: all of them together */
};

struct rv_named_count {
	char *name;
	uint64_t n;
};

struct rv_portrait;
struct rv_portrait *rv_portrait_new(void);
void rv_portrait_free(struct rv_portrait *portrait); /* NULL is allowed */

/* These may be called by several threads. */
/* An object: its box as shares of the picture, x, y, width and height, and its width by its height in pixels, NAN when
 * that is not known; `category` NULL: it has none. */
void rv_portrait_object(struct rv_portrait *portrait, const char *category, const double box[4], double aspect);
/* A picture with this many objects. */
void rv_portrait_picture(struct rv_portrait *portrait, uint64_t n_objects);
/* A sample: all objects and pictures of it. */
void rv_portrait_sample(struct rv_portrait *portrait, const struct rv_sample *sample);
/* An image of U8 or U16, and the mean of its luma, of 0..255. */
void rv_portrait_image(struct rv_portrait *portrait, const struct rv_image *image, double brightness);

/* ---- what it came to ---- */

struct rv_quantity_row {
	const char *name, *unit;
	size_t bins;
	double least, greatest;
	bool is_ordered;
};
extern const struct rv_quantity_row rv_quantities[RV_QUANTITY_COUNT];

/* The bin of a value; -1: it is NAN. */
int rv_quantity_bin(enum rv_quantity which, double value);
/* What is known of an object of a picture, by quantity; NAN elsewhere. */
void rv_quantities_of(const struct rv_picture *picture, const struct rv_annotation *annotation,
                      double values[RV_QUANTITY_COUNT]);

const struct rv_histogram *rv_portrait_get(const struct rv_portrait *portrait, enum rv_quantity which);
/* The categories by name. */
const struct rv_named_count *rv_portrait_categories(const struct rv_portrait *portrait, size_t *n);
/* How many objects are of one. */
uint64_t rv_portrait_category(const struct rv_portrait *portrait, const char *name);
/* What was counted as samples: of these alone it is known. */
struct rv_portrait_counts {
	uint64_t samples, pictures, objects, without_category;
	uint64_t splits[RV_SPLITS + 1]; /* the last: of none */
};
const struct rv_portrait_counts *rv_portrait_counts(const struct rv_portrait *portrait);
const struct rv_values *rv_portrait_params(const struct rv_portrait *portrait);

#endif

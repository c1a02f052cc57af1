/* SPDX-License-Identifier: MIT */
/* What a set of pictures is like: see portrait.h. */
#include "portrait.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

#define COLOUR_PIXELS 4096 /* of a picture, at most, in equal steps */
#define EDGE_NEAR 1e-3     /* of a bin: formats keep six digits, and a value at an edge is to be in one bin */

const struct rv_quantity_row rv_quantities[RV_QUANTITY_COUNT] = {
#define RV_QUANTITY(constant, name_, bins_, least_, greatest_, unit_, is_ordered_) \
	{ .name = (name_), \
	  .unit = (unit_), \
	  .bins = (bins_), \
	  .least = (least_), \
	  .greatest = (greatest_), \
	  .is_ordered = (is_ordered_) },
	RV_QUANTITIES(RV_QUANTITY)
#undef RV_QUANTITY
};

struct rv_portrait {
	pthread_mutex_t lock;
	struct rv_histogram histograms[RV_QUANTITY_COUNT];
	struct rv_named_count *categories; /* by name */
	size_t len, cap;
	struct rv_portrait_counts counts;
	struct rv_values params;
};

struct rv_portrait *rv_portrait_new(void)
{
	struct rv_portrait *const portrait = rv_alloc_zero(1, sizeof(*portrait));
	pthread_mutex_init(&portrait->lock, NULL);
	return portrait;
}

void rv_portrait_free(struct rv_portrait *portrait)
{
	if (!portrait) {
		return;
	}
	for (size_t i = 0; i < portrait->len; i++) {
		free(portrait->categories[i].name);
	}
	free(portrait->categories);
	rv_values_release(&portrait->params);
	pthread_mutex_destroy(&portrait->lock);
	free(portrait);
}

/* ---- bins -------------------------------------------------------------------------------------------------------- */

int rv_quantity_bin(enum rv_quantity which, double value)
{
	const struct rv_quantity_row *const row = &rv_quantities[which];
	const double share = (value - row->least) / (row->greatest - row->least);
	const double at = floor((double)row->bins * share + EDGE_NEAR);
	if (!isfinite(at)) {
		return -1;
	}
	return at <= 0 ? 0 : at >= (double)row->bins ? (int)row->bins - 1 : (int)at;
}

static void set_unknown(double values[RV_QUANTITY_COUNT])
{
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		values[i] = NAN;
	}
}

/* Of a middle in shares of the picture. */
static double cell_of(double x, double y)
{
	const double cells = RV_POSITION_CELLS, near = EDGE_NEAR;
	const double column = fmin(fmax(floor(cells * x + near), 0), cells - 1),
	             row = fmin(fmax(floor(cells * y + near), 0), cells - 1);
	return cells * row + column;
}

/* Of a box in shares of the picture. */
static void set_box(const double box[4], double values[RV_QUANTITY_COUNT])
{
	const double x = box[0] + box[2] / 2, y = box[1] + box[3] / 2;
	values[RV_QUANTITY_SIZE] = log2(sqrt(box[2] * box[3]));
	values[RV_QUANTITY_MIDDLE_X] = x;
	values[RV_QUANTITY_MIDDLE_Y] = y;
	values[RV_QUANTITY_POSITION] = cell_of(x, y);
}

void rv_quantities_of(const struct rv_picture *picture, const struct rv_annotation *annotation,
                      double values[RV_QUANTITY_COUNT])
{
	const double w = annotation->width > 0 ? annotation->width : picture->width,
	             h = annotation->height > 0 ? annotation->height : picture->height;
	const uint32_t *const box = annotation->bbox;
	set_unknown(values);
	if (annotation->area_px == 0) {
		return;
	}
	if (w > 0 && h > 0 && box[2] > 0 && box[3] > 0) {
		set_box((const double[]) { box[0] / w, box[1] / h, box[2] / w, box[3] / h }, values);
		values[RV_QUANTITY_ASPECT] = log2((double)box[2] / box[3]);
	}
	values[RV_QUANTITY_SIDE] = log2((double)annotation->area_px) / 2;
	values[RV_QUANTITY_VISIBILITY] = rv_json_number(rv_json_get(annotation->json, "visibility"), NAN);
	values[RV_QUANTITY_TRUNCATION] = rv_json_number(rv_json_get(annotation->json, "truncation"), NAN);
}

/* ---- counting, with the lock held -------------------------------------------------------------------------------- */

static void count(struct rv_portrait *portrait, enum rv_quantity which, double value, uint64_t n)
{
	const int bin = rv_quantity_bin(which, value);
	if (bin >= 0) {
		portrait->histograms[which].bins[bin] += n;
		portrait->histograms[which].n += n;
	}
}

/* The place of a category, or the one where it belongs. */
static size_t place_of(const struct rv_portrait *portrait, const char *name, bool *is_there)
{
	size_t low = 0, high = portrait->len;
	*is_there = false;
	while (low < high && !*is_there) {
		const size_t middle = (low + high) / 2;
		const int order = strcmp(portrait->categories[middle].name, name);
		*is_there = order == 0;
		low = order < 0 ? middle + 1 : order == 0 ? middle : low;
		high = order < 0 ? high : middle;
	}
	return low;
}

static void count_category(struct rv_portrait *portrait, const char *name)
{
	bool is_there;
	const size_t at = place_of(portrait, name, &is_there);
	if (!is_there) {
		RV_GROW(portrait->categories, portrait->len, portrait->cap);
		memmove(&portrait->categories[at + 1], &portrait->categories[at],
		        (portrait->len++ - at) * sizeof(*portrait->categories));
		portrait->categories[at] = (struct rv_named_count) { .name = rv_strdup(name) };
	}
	portrait->categories[at].n++;
}

static void count_object(struct rv_portrait *portrait, const char *category, const double values[RV_QUANTITY_COUNT])
{
	for (size_t i = 0; i < RV_QUANTITY_COUNT; i++) {
		count(portrait, (enum rv_quantity)i, values[i], 1);
	}
	if (category) {
		count_category(portrait, category);
	}
}

static void add_picture(struct rv_portrait *portrait, const struct rv_picture *picture)
{
	uint64_t n_objects = 0;
	for (size_t i = 0; i < picture->n_annotations; i++) {
		const struct rv_annotation *const annotation = &picture->annotations[i];
		double values[RV_QUANTITY_COUNT];
		if (annotation->area_px > 0) {
			rv_quantities_of(picture, annotation, values);
			count_object(portrait, annotation->category, values);
			portrait->counts.without_category += !annotation->category;
			n_objects++;
		}
	}
	if (picture->has_annotations) {
		count(portrait, RV_QUANTITY_OBJECTS, (double)n_objects, 1);
	}
	portrait->counts.pictures++;
	portrait->counts.objects += n_objects;
}

/* ---- what is there ----------------------------------------------------------------------------------------------- */

void rv_portrait_object(struct rv_portrait *portrait, const char *category, const double box[4], double aspect)
{
	double values[RV_QUANTITY_COUNT];
	set_unknown(values);
	if (!(box[2] > 0 && box[3] > 0)) {
		return;
	}
	set_box(box, values);
	values[RV_QUANTITY_ASPECT] = log2(aspect);
	pthread_mutex_lock(&portrait->lock);
	count_object(portrait, category, values);
	pthread_mutex_unlock(&portrait->lock);
}

void rv_portrait_picture(struct rv_portrait *portrait, uint64_t n_objects)
{
	pthread_mutex_lock(&portrait->lock);
	count(portrait, RV_QUANTITY_OBJECTS, (double)n_objects, 1);
	pthread_mutex_unlock(&portrait->lock);
}

void rv_portrait_sample(struct rv_portrait *portrait, const struct rv_sample *sample)
{
	const struct rv_json params = rv_json_get(sample->json, "params");
	pthread_mutex_lock(&portrait->lock);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (!rv_picture_is_layer(&sample->pictures[i])) {
			add_picture(portrait, &sample->pictures[i]);
		}
	}
	for (int i = rv_json_iter(params); rv_json_iter_ok(params, i); i = rv_json_next(params, i)) {
		rv_values_add(&portrait->params, rv_json_iter_key(params, i), rv_json_iter_value(params, i));
	}
	portrait->counts.samples++;
	portrait->counts.splits[sample->split ? rv_split_find(sample->split) : RV_SPLITS]++;
	pthread_mutex_unlock(&portrait->lock);
}

/* Of 8 bits. */
static unsigned int value_at(const struct rv_image *image, size_t i)
{
	return image->pixel == RV_PIXEL_U8 ? image->u8[i] : image->u16[i] >> 8;
}

void rv_portrait_image(struct rv_portrait *portrait, const struct rv_image *image, double brightness)
{
	const size_t n = (size_t)image->width * image->height, step = (n + COLOUR_PIXELS - 1) / COLOUR_PIXELS;
	uint64_t colours[RV_BINS_MAX] = { 0 };
	for (size_t i = 0; i < n; i += step) {
		unsigned int colour = 0;
		for (size_t k = 0; k < 3; k++) {
			colour =
			        colour << 2 | value_at(image, i * image->channels + (image->channels < 3 ? 0 : k)) >> 6;
		}
		colours[colour]++;
	}
	pthread_mutex_lock(&portrait->lock);
	count(portrait, RV_QUANTITY_BRIGHTNESS, brightness, 1);
	for (size_t i = 0; i < RV_BINS_MAX; i++) {
		count(portrait, RV_QUANTITY_COLOUR, (double)i, colours[i]);
	}
	pthread_mutex_unlock(&portrait->lock);
}

const struct rv_histogram *rv_portrait_get(const struct rv_portrait *portrait, enum rv_quantity which)
{
	return &portrait->histograms[which];
}

const struct rv_named_count *rv_portrait_categories(const struct rv_portrait *portrait, size_t *n)
{
	*n = portrait->len;
	return portrait->categories;
}

uint64_t rv_portrait_category(const struct rv_portrait *portrait, const char *name)
{
	bool is_there;
	const size_t at = place_of(portrait, name, &is_there);
	return is_there ? portrait->categories[at].n : 0;
}

const struct rv_portrait_counts *rv_portrait_counts(const struct rv_portrait *portrait)
{
	return &portrait->counts;
}

const struct rv_values *rv_portrait_params(const struct rv_portrait *portrait)
{
	return &portrait->params;
}

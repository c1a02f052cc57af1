/* SPDX-License-Identifier: MIT */
/* What a set of pictures is like: see portrait.h. */
#include "verify/portrait.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/luma.h"

#define COLOUR_PIXELS 4096 /* of a picture, at most, in equal steps */
#define EDGE_NEAR 1e-3     /* of a bin: formats keep six digits, and a value at an edge is to be in one bin */

const struct verify_quantity_row verify_quantities[VERIFY_QUANTITY_COUNT] = {
#define VERIFY_QUANTITY(constant, name_, bins_, least_, greatest_, unit_) \
	{ .name = (name_), .unit = (unit_), .bins = (bins_), .least = (least_), .greatest = (greatest_) },
	VERIFY_QUANTITIES(VERIFY_QUANTITY)
#undef VERIFY_QUANTITY
};

struct verify_portrait {
	pthread_mutex_t lock;
	struct verify_histogram histograms[VERIFY_QUANTITY_COUNT];
	struct verify_named_count *categories; /* by name */
	size_t len, cap;
};

struct verify_portrait *verify_portrait_new(void)
{
	struct verify_portrait *const portrait = rv_alloc_zero(1, sizeof(*portrait));
	pthread_mutex_init(&portrait->lock, NULL);
	return portrait;
}

void verify_portrait_free(struct verify_portrait *portrait)
{
	if (!portrait) {
		return;
	}
	for (size_t i = 0; i < portrait->len; i++) {
		free(portrait->categories[i].name);
	}
	free(portrait->categories);
	pthread_mutex_destroy(&portrait->lock);
	free(portrait);
}

/* ---- counting, with the lock held -------------------------------------------------------------------------------- */

static void count(struct verify_portrait *portrait, enum verify_quantity which, double value, uint64_t n)
{
	const struct verify_quantity_row *const row = &verify_quantities[which];
	const double share = (value - row->least) / (row->greatest - row->least);
	const double at = floor((double)row->bins * share + EDGE_NEAR);
	if (isfinite(at)) {
		struct verify_histogram *const histogram = &portrait->histograms[which];
		histogram->bins[at <= 0 ? 0 : at >= (double)row->bins ? row->bins - 1 : (size_t)at] += n;
		histogram->n += n;
	}
}

static void count_category(struct verify_portrait *portrait, const char *name)
{
	size_t low = 0, high = portrait->len;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		const int order = strcmp(portrait->categories[middle].name, name);
		if (order == 0) {
			portrait->categories[middle].n++;
			return;
		}
		low = order < 0 ? middle + 1 : low;
		high = order < 0 ? high : middle;
	}
	RV_GROW(portrait->categories, portrait->len, portrait->cap);
	memmove(&portrait->categories[low + 1], &portrait->categories[low],
	        (portrait->len++ - low) * sizeof(*portrait->categories));
	portrait->categories[low] = (struct verify_named_count) { .name = rv_strdup(name), .n = 1 };
}

static void count_object(struct verify_portrait *portrait, const char *category, const double box[4])
{
	if (!(box[2] > 0 && box[3] > 0)) {
		return;
	}
	count(portrait, VERIFY_QUANTITY_SIZE, log2(sqrt(box[2] * box[3])), 1);
	count(portrait, VERIFY_QUANTITY_MIDDLE_X, box[0] + box[2] / 2, 1);
	count(portrait, VERIFY_QUANTITY_MIDDLE_Y, box[1] + box[3] / 2, 1);
	if (category) {
		count_category(portrait, category);
	}
}

/* ---- what is there ----------------------------------------------------------------------------------------------- */

void verify_portrait_object(struct verify_portrait *portrait, const char *category, const double box[4], double aspect)
{
	pthread_mutex_lock(&portrait->lock);
	count_object(portrait, category, box);
	count(portrait, VERIFY_QUANTITY_ASPECT, log2(aspect), 1);
	pthread_mutex_unlock(&portrait->lock);
}

void verify_portrait_picture(struct verify_portrait *portrait, uint64_t n_objects)
{
	pthread_mutex_lock(&portrait->lock);
	count(portrait, VERIFY_QUANTITY_OBJECTS, (double)n_objects, 1);
	pthread_mutex_unlock(&portrait->lock);
}

void verify_portrait_sample(struct verify_portrait *portrait, const struct rv_sample *sample)
{
	pthread_mutex_lock(&portrait->lock);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct rv_picture *const picture = &sample->pictures[i];
		for (size_t k = 0; k < picture->n_annotations; k++) {
			const struct rv_annotation *const one = &picture->annotations[k];
			const double w = picture->width, h = picture->height;
			const double box[4] = { one->bbox[0] / w, one->bbox[1] / h, one->bbox[2] / w,
				                one->bbox[3] / h };
			if (w > 0 && h > 0 && one->bbox[2] > 0 && one->bbox[3] > 0) {
				count_object(portrait, one->category, box);
				count(portrait, VERIFY_QUANTITY_ASPECT, log2((double)one->bbox[2] / one->bbox[3]), 1);
			}
			count(portrait, VERIFY_QUANTITY_VISIBILITY,
			      rv_json_number(rv_json_get(one->json, "visibility"), NAN), 1);
			count(portrait, VERIFY_QUANTITY_TRUNCATION,
			      rv_json_number(rv_json_get(one->json, "truncation"), NAN), 1);
		}
		if (picture->has_annotations) {
			count(portrait, VERIFY_QUANTITY_OBJECTS, (double)picture->n_annotations, 1);
		}
	}
	pthread_mutex_unlock(&portrait->lock);
}

/* Of 8 bits. */
static unsigned int value_at(const struct rv_image *image, size_t i)
{
	return image->pixel == RV_PIXEL_U8 ? image->u8[i] : image->u16[i] >> 8;
}

void verify_portrait_image(struct verify_portrait *portrait, const struct rv_image *image,
                           const struct verify_luma *luma)
{
	const size_t n = (size_t)image->width * image->height, step = (n + COLOUR_PIXELS - 1) / COLOUR_PIXELS;
	uint64_t sum = 0, colours[VERIFY_BINS_MAX] = { 0 };
	for (size_t i = 0; i < n; i++) {
		sum += luma->pixels[i];
	}
	for (size_t i = 0; i < n; i += step) {
		unsigned int colour = 0;
		for (size_t k = 0; k < 3; k++) {
			colour =
			        colour << 2 | value_at(image, i * image->channels + (image->channels < 3 ? 0 : k)) >> 6;
		}
		colours[colour]++;
	}
	pthread_mutex_lock(&portrait->lock);
	count(portrait, VERIFY_QUANTITY_BRIGHTNESS, (double)sum / (double)n, 1);
	for (size_t i = 0; i < VERIFY_BINS_MAX; i++) {
		count(portrait, VERIFY_QUANTITY_COLOUR, (double)i, colours[i]);
	}
	pthread_mutex_unlock(&portrait->lock);
}

const struct verify_histogram *verify_portrait_get(const struct verify_portrait *portrait, enum verify_quantity which)
{
	return &portrait->histograms[which];
}

const struct verify_named_count *verify_portrait_categories(const struct verify_portrait *portrait, size_t *n)
{
	*n = portrait->len;
	return portrait->categories;
}

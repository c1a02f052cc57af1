/* SPDX-License-Identifier: MIT */
/* KITTI MOTS: of each sequence, and of each of its views, the frames, and their masks twice: as pictures, and as rows
 * of text. Objects of a class are numbered from 1, in the order of their indices, over a clip. */
#include "format/mots.h"

#include <inttypes.h>
#include <strings.h>

#include "png.h"
#include "sink/indexed.h"
#include "sink/kitti_sequences.h"
#include "sink/lossy.h"

#define INDICES ((size_t)RV_INDEX_MAX + 1)
#define IGNORED (FORMAT_MOTS_IGNORE * FORMAT_MOTS_CLASS)

struct mots {
	const struct sink_target *target;
	struct sink_kitti_sequences sequences;
	struct rv_str text, png;
	struct rv_rle rle;
	struct rv_image map, ignored;
	uint16_t *ids; /* by index, of each camera of the sample at hand */
};

static int mots_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct mots *const mots = state;
	*mots = (struct mots) { .target = target, .rle = RV_RLE_INIT, .text = RV_STR_INIT, .png = RV_STR_INIT };
	sink_kitti_sequences_init(&mots->sequences, target, &format_mots);
	return 0;
}

static void mots_release(void *state)
{
	struct mots *const mots = state;
	sink_kitti_sequences_release(&mots->sequences);
	rv_str_release(&mots->text);
	rv_str_release(&mots->png);
	rv_rle_release(&mots->rle);
	rv_image_release(&mots->map);
	rv_image_release(&mots->ignored);
}

/* ---- what can be written ---- */

/* The number of a category's class, whatever its case; 0: it is none. */
static unsigned int class_of(const char *category)
{
	for (unsigned int i = 0; format_mots_classes[i]; i++) {
		if (strcasecmp(format_mots_classes[i], category) == 0) {
			return i + 1;
		}
	}
	return format_mots_options.other == 0 ? FORMAT_MOTS_IGNORE : 0;
}

/* Gives each object of a picture its class as an id; 0: it is left out. */
static int mark(struct sink_sample *sample, const struct sink_picture *picture, uint16_t *ids, struct rv_err *err)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		const unsigned int class = annotation->category ? class_of(annotation->category) : 0;
		if (annotation->category && class == 0 &&
		    sink_lossy(sample, FORMAT_ID_mots, err,
		               "object %" PRIu32 ": format mots has no class '%s': give objects a custom property "
		               "'category' of car or pedestrian, have all others ignored (mots:other=ignore)",
		               annotation->index, annotation->category) < 0) {
			return -1;
		}
		ids[annotation->index] = (uint16_t) class;
	}
	return 0;
}

/* Makes ids of classes. */
static int number(struct sink_sample *sample, uint16_t *ids, struct rv_err *err)
{
	unsigned int n[FORMAT_MOTS_IGNORE + 1] = { 0 };
	for (size_t i = 0; i < INDICES; i++) {
		const unsigned int class = ids[i];
		if (class == 0) {
			continue;
		}
		const bool is_too_many = n[class] == FORMAT_MOTS_INSTANCES_MAX;
		if (is_too_many && sink_lossy(sample, FORMAT_ID_mots, err,
		                              "format mots: a sequence has at most %d objects of a class: give a "
		                              "category to fewer, choose youtube-vis",
		                              FORMAT_MOTS_INSTANCES_MAX) < 0) {
			return -1;
		}
		n[class] += class != FORMAT_MOTS_IGNORE && !is_too_many;
		ids[i] = is_too_many ? 0 : (uint16_t)(class * FORMAT_MOTS_CLASS + n[class]);
	}
	return 0;
}

/* Replaces mots->map by the ids of a picture. */
static int draw(struct mots *mots, struct sink_sample *sample, const struct sink_picture *picture, const uint16_t *ids,
                struct rv_err *err)
{
	uint16_t *const of_labels = rv_arena_alloc(&sample->arena, picture->n_labels + 1, sizeof(*of_labels));
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		of_labels[i] = annotation->category ? ids[annotation->index] : 0;
	}
	return sink_indexed_map16(sample, picture, of_labels, &mots->map, err) < 0
	               ? rv_fail_prefix(err, "format mots: field '%sannotations'", picture->picture->field)
	               : 0;
}

static int mots_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct mots *const mots = state;
	const size_t n_frames = sample->sample->n_frames;
	if (sink_kitti_sequences_check(&mots->sequences, sample, err) < 0) {
		return SINK_REFUSED;
	}
	mots->ids = rv_arena_alloc(&sample->arena, sample->n_pictures / n_frames * INDICES, sizeof(*mots->ids));
	for (size_t i = 0; i < sample->n_pictures; i++) {
		uint16_t *const ids = mots->ids + i / n_frames * INDICES;
		if (mark(sample, &sample->pictures[i], ids, err) < 0 ||
		    (i % n_frames == n_frames - 1 && number(sample, ids, err) < 0)) {
			return SINK_REFUSED;
		}
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (draw(mots, sample, &sample->pictures[i], mots->ids + i / n_frames * INDICES, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- a sequence ---- */

static void put_row(struct mots *mots, const struct sink_picture *picture, unsigned int id, const char *counts,
                    size_t len)
{
	rv_str_printf(&mots->text, "%zu %u %u %" PRIu32 " %" PRIu32 " ", picture->picture->frame_number, id,
	              id / FORMAT_MOTS_CLASS, picture->height, picture->width);
	rv_str_append(&mots->text, counts, len);
	rv_str_putc(&mots->text, '\n');
}

/* What is ignored in a frame is one mask. */
static int put_ignored(struct mots *mots, const struct sink_picture *picture, struct rv_err *err)
{
	const size_t n = (size_t)picture->width * picture->height;
	bool is_there = false;
	if (rv_image_init(&mots->ignored, picture->width, picture->height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		mots->ignored.u8[i] = mots->map.u16[i] == IGNORED;
		is_there |= mots->ignored.u8[i];
	}
	if (is_there) {
		struct rv_str counts = RV_STR_INIT;
		rv_rle_from_mask(&mots->rle, mots->ignored.u8, picture->width, picture->height);
		rv_rle_compress(&mots->rle, &counts);
		put_row(mots, picture, IGNORED, counts.ptr, counts.len);
		rv_str_release(&counts);
	}
	return 0;
}

/* Labels are sorted by index, and so are the ids of a class. */
static void put_class(struct mots *mots, const struct sink_picture *picture, unsigned int class, const uint16_t *ids)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		const unsigned int id = annotation->category ? ids[annotation->index] : 0;
		if (id / FORMAT_MOTS_CLASS == class) {
			put_row(mots, picture, id, annotation->counts, annotation->counts_len);
		}
	}
}

static int add_frame(struct mots *mots, struct sink_sample *sample, const struct sink_picture *picture,
                     const uint16_t *ids, struct rv_err *err)
{
	const char *const path = sink_kitti_sequences_path(&mots->sequences, "mask", picture->picture->frame_number);
	rv_str_clear(&mots->png);
	if (draw(mots, sample, picture, ids, err) < 0 || rv_png_encode(&mots->map, &mots->png, err) < 0 ||
	    sink_dataset_write(mots->target->dataset, path, mots->png.ptr, mots->png.len, err) < 0) {
		return -1;
	}
	for (unsigned int class = 1; format_mots_classes[class - 1]; class ++) {
		put_class(mots, picture, class, ids);
	}
	return put_ignored(mots, picture, err);
}

/* The pictures of one camera. */
static int add_sequence(struct mots *mots, struct sink_sample *sample, const struct sink_picture *pictures,
                        const uint16_t *ids, struct rv_err *err)
{
	if (sink_kitti_sequences_begin(&mots->sequences, sample, pictures, err) < 0) {
		return -1;
	}
	rv_str_clear(&mots->text);
	for (size_t i = 0; i < sample->sample->n_frames; i++) {
		if (add_frame(mots, sample, &pictures[i], ids, err) < 0) {
			return -1;
		}
	}
	const char *const path = sink_kitti_sequences_path(&mots->sequences, "labels", 0);
	return sink_dataset_write(mots->target->dataset, path, mots->text.ptr, mots->text.len, err) < 0
	               ? -1
	               : sink_kitti_sequences_end(&mots->sequences, sample, pictures, err);
}

static int mots_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct mots *const mots = state;
	const size_t n_frames = sample->sample->n_frames;
	for (size_t i = 0; i < sample->n_pictures; i += n_frames) {
		if (add_sequence(mots, sample, &sample->pictures[i], mots->ids + i / n_frames * INDICES, err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int mots_finish(void *state, struct rv_err *err)
{
	return sink_kitti_sequences_close(&((struct mots *)state)->sequences, err);
}

const struct sink_class sink_mots = {
	.format = &format_mots,
	.state_bytes = sizeof(struct mots),
	.open = mots_open,
	.prepare = mots_prepare,
	.add = mots_add,
	.finish = mots_finish,
	.release = mots_release,
};

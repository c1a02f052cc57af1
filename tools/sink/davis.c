/* SPDX-License-Identifier: MIT */
/* DAVIS: a folder of frames and one of masks for each sequence and each of its views. The objects that have a category
 * and are seen in any frame of the clip are numbered from 1, in the order of their indices. */
#include "format/davis.h"

#include <inttypes.h>
#include <string.h>

#include "sink/indexed.h"
#include "sink/lossy.h"
#include "sink/sink.h"
#include "sink/split_files.h"

struct davis {
	const struct sink_target *target;
	struct sink_split_files lists;
	struct rv_str path, png;
	uint8_t *numbers; /* by index, of each camera of the sample at hand */
};

#define INDICES ((size_t)RV_INDEX_MAX + 1)

static int davis_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct davis *const davis = state;
	davis->target = target;
	sink_split_files_init(&davis->lists, target->dataset, &format_davis, "list");
	rv_str_init(&davis->path);
	rv_str_init(&davis->png);
	return 0;
}

static void davis_release(void *state)
{
	struct davis *const davis = state;
	sink_split_files_release(&davis->lists);
	rv_str_release(&davis->path);
	rv_str_release(&davis->png);
}

/* ---- what can be written ---- */

/* Marks the objects of a picture. */
static void mark(const struct sink_picture *picture, uint8_t *is_seen)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		is_seen[annotation->index] |= annotation->category != NULL;
	}
}

/* Numbers the objects that are marked; 0: it is left out. */
static int number(struct sink_sample *sample, uint8_t *numbers, struct rv_err *err)
{
	uint8_t n = 0;
	for (size_t i = 0; i < INDICES; i++) {
		const bool is_too_many = numbers[i] && n == FORMAT_DAVIS_NUMBER_MAX;
		if (is_too_many && sink_lossy(sample, FORMAT_ID_davis, err,
		                              "format davis: masks of 8 bits tell %d objects of a clip apart: give a "
		                              "category to fewer, choose coco",
		                              FORMAT_DAVIS_NUMBER_MAX) < 0) {
			return -1;
		}
		numbers[i] = numbers[i] && !is_too_many ? ++n : 0;
	}
	return 0;
}

static int davis_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct davis *const davis = state;
	const size_t n_frames = sample->sample->n_frames;
	if (n_frames > FORMAT_DAVIS_FRAMES_MAX) {
		rv_fail(err, RV_E_LIMIT, "format davis: a sequence has at most %d frames", FORMAT_DAVIS_FRAMES_MAX);
		return SINK_REFUSED;
	}
	if (sink_sample_check_frames(sample, &format_davis, err) < 0) {
		return SINK_REFUSED;
	}
	davis->numbers = rv_arena_alloc(&sample->arena, sample->n_pictures / n_frames, INDICES);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		uint8_t *const numbers = davis->numbers + i / n_frames * INDICES;
		mark(&sample->pictures[i], numbers);
		if (i % n_frames == n_frames - 1 && number(sample, numbers, err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- a sequence ---- */

static int add_mask(struct davis *davis, struct sink_sample *sample, const struct sink_picture *picture,
                    const uint8_t *numbers, struct rv_err *err)
{
	uint8_t *const of_labels = rv_arena_alloc(&sample->arena, picture->n_labels + 1, 1);
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		of_labels[i] = annotation->category ? numbers[annotation->index] : 0;
	}
	sink_picture_path(picture->picture, &format_davis, "mask", "", "", &davis->path);
	return sink_indexed_png(sample, picture, of_labels, &davis->png, err) < 0
	               ? -1
	               : sink_dataset_write(davis->target->dataset, davis->path.ptr, davis->png.ptr, davis->png.len,
	                                    err);
}

static int davis_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct davis *const davis = state;
	const size_t n_frames = sample->sample->n_frames;
	for (size_t i = 0; i < sample->n_pictures; i++) {
		const struct sink_picture *const picture = &sample->pictures[i];
		const struct rv_picture *const of = picture->picture;
		sink_picture_path(of, &format_davis, "image", "", NULL, &davis->path);
		if (sink_store_image(davis->target->store, sample, of, &format_davis, davis->path.ptr, err) < 0 ||
		    add_mask(davis, sample, picture, davis->numbers + i / n_frames * INDICES, err) < 0) {
			return -1;
		}
		if (i % n_frames == 0) {
			const char *const name = rv_arena_printf(&sample->arena, "%s%s%s\n", of->sample->id,
			                                         of->view ? "." : "", of->view ? of->view : "");
			if (sink_split_files_put(&davis->lists, sample->split, name, strlen(name), err) < 0) {
				return -1;
			}
		}
	}
	return 0;
}

static int davis_finish(void *state, struct rv_err *err)
{
	return sink_split_files_close(&((struct davis *)state)->lists, err);
}

const struct sink_class sink_davis = {
	.format = &format_davis,
	.state_bytes = sizeof(struct davis),
	.open = davis_open,
	.prepare = davis_prepare,
	.add = davis_add,
	.finish = davis_finish,
	.release = davis_release,
};

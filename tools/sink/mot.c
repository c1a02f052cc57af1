/* SPDX-License-Identifier: MIT */
/* MOT Challenge: a folder for each sequence and each of its views, with its frames, their boxes and what is said of it
 * as a whole. An object's id is its index. */
#include "format/mot.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "format/video.h"
#include "sink/lossy.h"
#include "sink/sink.h"
#include "sink/split_files.h"

struct mot {
	const struct sink_target *target;
	struct sink_split_files seqmaps;
	struct rv_str path, text;
	double fps; /* of the sample at hand */
};

static int mot_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct mot *const mot = state;
	mot->target = target;
	sink_split_files_init(&mot->seqmaps, target->dataset, &format_mot, "seqmap");
	rv_str_init(&mot->path);
	rv_str_init(&mot->text);
	return 0;
}

static void mot_release(void *state)
{
	struct mot *const mot = state;
	sink_split_files_release(&mot->seqmaps);
	rv_str_release(&mot->path);
	rv_str_release(&mot->text);
}

/* ---- what can be written ---- */

/* The number of a category's class, whatever its case; 0: it is none. */
static unsigned int class_of(const char *category)
{
	for (unsigned int i = 0; format_mot_classes[i]; i++) {
		if (strcasecmp(format_mot_classes[i], category) == 0) {
			return i + 1;
		}
	}
	return (unsigned int)(format_mot_options.other + 1);
}

static int check_picture(struct sink_sample *sample, const struct sink_picture *picture, struct rv_err *err)
{
	for (size_t k = 0; k < picture->n_labels; k++) {
		const struct rv_annotation *const annotation = picture->labels[k].annotation;
		if (annotation->category && class_of(annotation->category) == 0 &&
		    sink_lossy(sample, FORMAT_ID_mot, err,
		               "object %" PRIu32 ": format mot has no class '%s': give objects a custom property "
		               "'category' of pedestrian, car, bicycle or another of MOT's, let all others be one of "
		               "them (mot:other=pedestrian)",
		               annotation->index, annotation->category) < 0) {
			return -1;
		}
		const double seen = rv_json_number(rv_json_get(annotation->json, "visib_fract"), 1);
		if (!(seen >= 0 && seen <= 1)) {
			return rv_fail(err, RV_E_BAD_RECORD,
			               "annotation of index %" PRIu32 ": visib_fract %g is not in 0..1",
			               annotation->index, seen);
		}
	}
	return 0;
}

static int mot_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct mot *const mot = state;
	if (sample->sample->n_frames > FORMAT_MOT_FRAMES_MAX) {
		rv_fail(err, RV_E_LIMIT, "format mot: a sequence has at most %d frames", FORMAT_MOT_FRAMES_MAX);
		return SINK_REFUSED;
	}
	if (sink_sample_fps(sample, &mot->fps, err) < 0 || sink_sample_check_frames(sample, &format_mot, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (check_picture(sample, &sample->pictures[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

/* ---- a sequence ---- */

static void put_rows(const struct sink_picture *picture, struct rv_str *text)
{
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		const uint32_t *const box = annotation->bbox;
		const unsigned int class = annotation->category ? class_of(annotation->category) : 0;
		if (class > 0) {
			rv_str_printf(text, "%zu,%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%d,%u,",
			              picture->picture->frame_number + 1, annotation->index, box[0] + 1, box[1] + 1,
			              box[2], box[3], class == FORMAT_MOT_PEDESTRIAN, class);
			rv_str_double(text, rv_json_number(rv_json_get(annotation->json, "visib_fract"), 1));
			rv_str_putc(text, '\n');
		}
	}
}

static int write_text(struct mot *mot, const struct rv_picture *first, const char *layout, struct rv_err *err)
{
	sink_picture_path(first, &format_mot, layout, "", "", &mot->path);
	return sink_dataset_write(mot->target->dataset, mot->path.ptr, mot->text.ptr, mot->text.len, err);
}

/* Readers want a whole number of frames per second. */
static void put_seqinfo(const struct mot *mot, const struct sink_picture *first, const char *name, struct rv_str *text)
{
	rv_str_clear(text);
	rv_str_printf(text, "[Sequence]\nname=%s\nimDir=img1\nframeRate=%.0f\nseqLength=%zu\n", name,
	              fmax(1, round(isnan(mot->fps) ? FORMAT_VIDEO_FPS : mot->fps)), first->picture->sample->n_frames);
	rv_str_printf(text, "imWidth=%" PRIu32 "\nimHeight=%" PRIu32 "\nimExt=.%s\n", first->width, first->height,
	              sink_picture_extension(first->picture, &format_mot));
}

static int add_name(struct mot *mot, enum rv_split split, const char *name, struct rv_err *err)
{
	rv_str_clear(&mot->text);
	rv_str_printf(&mot->text, "%s%s\n", sink_split_files_has(&mot->seqmaps, split) ? "" : "name\n", name);
	return sink_split_files_put(&mot->seqmaps, split, mot->text.ptr, mot->text.len, err);
}

/* The pictures of one camera. */
static int add_sequence(struct mot *mot, struct sink_sample *sample, const struct sink_picture *pictures,
                        struct rv_err *err)
{
	const struct rv_picture *const first = pictures[0].picture;
	const char *const name = rv_arena_printf(&sample->arena, "%s%s%s", sample->sample->id, first->view ? "." : "",
	                                         first->view ? first->view : "");
	rv_str_clear(&mot->text);
	for (size_t i = 0; i < sample->sample->n_frames; i++) {
		const struct rv_picture *const picture = pictures[i].picture;
		sink_picture_path(picture, &format_mot, "image", "", NULL, &mot->path);
		if (sink_store_image(mot->target->store, sample, picture, &format_mot, mot->path.ptr, err) < 0) {
			return -1;
		}
		put_rows(&pictures[i], &mot->text);
	}
	if (write_text(mot, first, "gt", err) < 0) {
		return -1;
	}
	put_seqinfo(mot, &pictures[0], name, &mot->text);
	return write_text(mot, first, "seqinfo", err) < 0 ? -1 : add_name(mot, sample->split, name, err);
}

static int mot_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	for (size_t i = 0; i < sample->n_pictures; i += sample->sample->n_frames) {
		if (add_sequence(state, sample, &sample->pictures[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

static int mot_finish(void *state, struct rv_err *err)
{
	return sink_split_files_close(&((struct mot *)state)->seqmaps, err);
}

const struct sink_class sink_mot = {
	.format = &format_mot,
	.state_bytes = sizeof(struct mot),
	.open = mot_open,
	.prepare = mot_prepare,
	.add = mot_add,
	.finish = mot_finish,
	.release = mot_release,
};

/* SPDX-License-Identifier: MIT */
/* Sequences as KITTI's benchmarks number them. */
#include "sink/kitti_sequences.h"

#include <inttypes.h>
#include <stdio.h>

#include "format/kitti.h"
#include "format/layout.h"

void sink_kitti_sequences_init(struct sink_kitti_sequences *sequences, const struct sink_target *target,
                               const struct format *format)
{
	sequences->target = target;
	sequences->format = format;
	sink_split_files_init(&sequences->seqmaps, target->dataset, format, "seqmap");
	rv_str_init(&sequences->path);
}

void sink_kitti_sequences_release(struct sink_kitti_sequences *sequences)
{
	sink_split_files_release(&sequences->seqmaps);
	for (int part = 0; part < SINK_KITTI_PARTS; part++) {
		sink_output_abort(sequences->mappings[part]);
	}
	rv_str_release(&sequences->path);
}

static int part_of(enum rv_split split)
{
	return split == RV_SPLIT_TEST ? SINK_KITTI_TESTING : SINK_KITTI_TRAINING;
}

int sink_kitti_sequences_check(const struct sink_kitti_sequences *sequences, struct sink_sample *sample,
                               struct rv_err *err)
{
	const size_t n_frames = sample->sample->n_frames;
	if (n_frames > FORMAT_KITTI_FRAMES_MAX ||
	    sequences->n[part_of(sample->split)] + sample->n_pictures / n_frames > FORMAT_KITTI_SEQUENCES_MAX) {
		return rv_fail(err, RV_E_LIMIT,
		               "format %s numbers sequences with four digits and frames with six: a dataset has at "
		               "most %d sequences of %d frames",
		               sequences->format->name, FORMAT_KITTI_SEQUENCES_MAX, FORMAT_KITTI_FRAMES_MAX);
	}
	return sink_sample_check_frames(sample, sequences->format, err);
}

/* *sequences->path is replaced. */
static void set_path(struct sink_kitti_sequences *sequences, const char *layout, size_t frame, const char *extension)
{
	struct format_place place = { .id = "" };
	const int part = part_of(sequences->split);
	format_place_set_split(&place, rv_split_names[sequences->split]);
	snprintf(place.sequence, sizeof(place.sequence), "%04" PRIu64, sequences->n[part] % FORMAT_KITTI_SEQUENCES_MAX);
	snprintf(place.number, sizeof(place.number), "%06zu", frame % FORMAT_KITTI_FRAMES_MAX);
	snprintf(place.ext, sizeof(place.ext), "%s", extension);
	rv_str_clear(&sequences->path);
	format_expand(format_layout(sequences->format, layout), &place, &sequences->path);
}

int sink_kitti_sequences_begin(struct sink_kitti_sequences *sequences, struct sink_sample *sample,
                               const struct sink_picture *pictures, struct rv_err *err)
{
	sequences->split = sample->split;
	for (size_t i = 0; i < sample->sample->n_frames; i++) {
		const struct rv_picture *const picture = pictures[i].picture;
		set_path(sequences, "image", i, sink_picture_extension(picture, sequences->format));
		if (sink_store_image(sequences->target->store, sample, picture, sequences->format, sequences->path.ptr,
		                     err) < 0) {
			return -1;
		}
	}
	return 0;
}

const char *sink_kitti_sequences_path(struct sink_kitti_sequences *sequences, const char *layout, size_t frame)
{
	set_path(sequences, layout, frame, "");
	return sequences->path.ptr;
}

static int put_mapping(struct sink_kitti_sequences *sequences, int part, const struct rv_picture *first,
                       struct rv_err *err)
{
	if (!sequences->mappings[part]) {
		set_path(sequences, "mapping", 0, "");
		sequences->mappings[part] = sink_dataset_create(sequences->target->dataset, sequences->path.ptr, err);
	}
	rv_str_clear(&sequences->path);
	rv_str_printf(&sequences->path, "%04" PRIu64 " %s %s\n", sequences->n[part], first->sample->id,
	              first->view ? first->view : "-");
	return sequences->mappings[part]
	               ? sink_output_write(sequences->mappings[part], sequences->path.ptr, sequences->path.len, err)
	               : -1;
}

int sink_kitti_sequences_end(struct sink_kitti_sequences *sequences, const struct sink_sample *sample,
                             const struct sink_picture *pictures, struct rv_err *err)
{
	const int part = part_of(sample->split);
	if (put_mapping(sequences, part, pictures[0].picture, err) < 0) {
		return -1;
	}
	rv_str_clear(&sequences->path);
	rv_str_printf(&sequences->path, "%04" PRIu64 " empty 000000 %06zu\n", sequences->n[part],
	              sample->sample->n_frames);
	sequences->n[part]++;
	return sink_split_files_put(&sequences->seqmaps, sample->split, sequences->path.ptr, sequences->path.len, err);
}

int sink_kitti_sequences_close(struct sink_kitti_sequences *sequences, struct rv_err *err)
{
	for (int part = 0; part < SINK_KITTI_PARTS; part++) {
		struct sink_output *const mapping = sequences->mappings[part];
		sequences->mappings[part] = NULL;
		if (mapping && sink_dataset_finish(sequences->target->dataset, mapping, err) < 0) {
			return -1;
		}
	}
	return sink_split_files_close(&sequences->seqmaps, err);
}

/* SPDX-License-Identifier: MIT */
/*
 * Sequences as KITTI's benchmarks number them: in the order of the stream, each view apart, and those of test by
 * themselves. A format that has them names the layouts "image", "mapping" and "seqmap", and whatever else it likes.
 *
 *	sink_kitti_sequences_init(&sequences, target, &format_mots);
 *	sink_kitti_sequences_check(&sequences, sample, err);                        in `prepare`
 *	sink_kitti_sequences_begin(&sequences, sample, pictures, err);              of a camera: writes its frames
 *	sink_kitti_sequences_path(&sequences, "labels", 0);                         of a file of this sequence
 *	sink_kitti_sequences_end(&sequences, sample, pictures, err);                writes the lines of lists
 *	sink_kitti_sequences_close(&sequences, err);
 *	sink_kitti_sequences_release(&sequences);                                   in every case
 */
#ifndef RV_SINK_KITTI_SEQUENCES_H
#define RV_SINK_KITTI_SEQUENCES_H

#include "sink/sink.h"
#include "sink/split_files.h"

enum { SINK_KITTI_TRAINING, SINK_KITTI_TESTING, SINK_KITTI_PARTS };

struct sink_kitti_sequences {
	const struct sink_target *target; /* private, as is what follows */
	const struct format *format;
	struct sink_split_files seqmaps;
	struct sink_output *mappings[SINK_KITTI_PARTS];
	uint64_t n[SINK_KITTI_PARTS];
	enum rv_split split; /* of the sequence at hand */
	struct rv_str path;
};

void sink_kitti_sequences_init(struct sink_kitti_sequences *sequences, const struct sink_target *target,
                               const struct format *format);
void sink_kitti_sequences_release(struct sink_kitti_sequences *sequences);
/* The sample's frames are of one size and can be numbered. */
int sink_kitti_sequences_check(const struct sink_kitti_sequences *sequences, struct sink_sample *sample,
                               struct rv_err *err) RV_MUST_USE;
/* `pictures`: the frames of a camera. */
int sink_kitti_sequences_begin(struct sink_kitti_sequences *sequences, struct sink_sample *sample,
                               const struct sink_picture *pictures, struct rv_err *err) RV_MUST_USE;
/* Below the dataset; valid until the next call. `frame` is counted from 0. */
const char *sink_kitti_sequences_path(struct sink_kitti_sequences *sequences, const char *layout, size_t frame);
int sink_kitti_sequences_end(struct sink_kitti_sequences *sequences, const struct sink_sample *sample,
                             const struct sink_picture *pictures, struct rv_err *err) RV_MUST_USE;
int sink_kitti_sequences_close(struct sink_kitti_sequences *sequences, struct rv_err *err) RV_MUST_USE;

#endif

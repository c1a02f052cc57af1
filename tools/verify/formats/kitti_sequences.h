/* SPDX-License-Identifier: MIT */
/*
 * Sequences as KITTI's benchmarks number them: of each the frames, from 0 and without a gap, a line of a seqmap with
 * its length, and a line of the mapping. A format that has them names the layouts "image", "mapping" and "seqmap"; of
 * its other files it adds parts of its own, whose kinds come after VERIFY_KITTI_FRAME.
 */
#ifndef RV_VERIFY_FORMATS_KITTI_SEQUENCES_H
#define RV_VERIFY_FORMATS_KITTI_SEQUENCES_H

#include "verify/format.h"
#include "verify/groups.h"

/* Kinds of parts. */
enum { VERIFY_KITTI_FRAME = 'f', VERIFY_KITTI_LINE = 'l', VERIFY_KITTI_NAME = 'n' };
/* What a sequence has once, for a list of kinds. */
#define VERIFY_KITTI_LISTED \
	{ VERIFY_KITTI_LINE, "line of a seqmap" }, \
	{ \
		VERIFY_KITTI_NAME, "line of a mapping" \
	}

struct verify_kitti_sequences {
	const struct verify_context *context;
	struct verify_groups *groups; /* by "PART/SEQUENCE" */
	struct verify_problems *problems;
	enum format_id format;
	enum verify_check file, frame; /* what is raised when something is missing, and of frames */
};

/* Adds a part of a sequence, which is the item's unless it is named. */
int verify_kitti_add(struct verify_kitti_sequences *sequences, const struct verify_item *item, const char *sequence,
                     char kind, const char *text, struct rv_err *err) RV_MUST_USE;
/* Adds the lines of a mapping or a seqmap. */
int verify_kitti_add_lines(struct verify_kitti_sequences *sequences, const struct verify_item *item,
                           struct rv_err *err) RV_MUST_USE;
/* Adds a frame; does nothing with another item. For `take`. */
int verify_kitti_take(struct verify_kitti_sequences *sequences, const struct verify_item *item,
                      struct rv_err *err) RV_MUST_USE;

/* A sequence, whose frames come first among its parts. */
struct verify_kitti_clip {
	const char *name; /* "PART/SEQUENCE" */
	uint64_t n_frames, width, height;
	bool is_whole; /* it has all of `kinds`, and frames of a size */
};
/* Checks what is said above, and tells the census. */
int verify_kitti_read_clip(struct verify_kitti_sequences *sequences, const char *key, const struct verify_part *parts,
                           size_t n, const struct verify_group_kind *kinds, struct verify_kitti_clip *clip,
                           struct rv_err *err) RV_MUST_USE;

#endif

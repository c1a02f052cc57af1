/* SPDX-License-Identifier: MIT */
/* What BOP says of a picture and of its objects, as JSON objects: the same in its scenes and in its shards. */
#ifndef RV_SINK_BOP_ENTRY_H
#define RV_SINK_BOP_ENTRY_H

#include "sink/box3d.h"
#include "sink/part.h"
#include "sink/whole.h"

/* An object of a picture. */
struct sink_bop_thing {
	const struct sink_label *label;
	struct sink_box3d box;
	struct sink_whole whole;
};

/* Intrinsics, whose pixel centres have whole numbers, and the pose, world to camera in OpenCV's axes. */
void sink_bop_put_camera(const struct rv_picture *picture, const struct sink_camera *camera, bool has_depth,
                         struct rv_json_out *out);
/* The model and its pose. */
void sink_bop_put_gt(const struct sink_bop_thing *thing, struct rv_json_out *out);
/* Its boxes and numbers of pixels; `n_valid` of those in the picture are of known depth. */
void sink_bop_put_info(const struct sink_bop_thing *thing, uint64_t n_valid, struct rv_json_out *out);
/* For the split test: how many objects of each category a picture has. */
int sink_bop_put_targets(const struct sink_bop_thing *things, size_t n, uint64_t scene, size_t picture,
                         struct sink_part *targets, struct rv_err *err) RV_MUST_USE;
/* Run lengths, down columns, background first: a list of counts, which is all that BOP's toolkit reads. */
void sink_bop_put_runs(const struct rv_rle *rle, const char *key, struct rv_json_out *out);

#endif

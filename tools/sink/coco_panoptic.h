/* SPDX-License-Identifier: MIT */
/* COCO's panoptic documents: of each image the file of its segments' ids, which rv-mask --panoptic made, and what the
 * annotations of a segment have together. */
#ifndef RV_SINK_COCO_PANOPTIC_H
#define RV_SINK_COCO_PANOPTIC_H

#include "sink/part.h"
#include "sink/sink.h"

struct sink_coco_panoptic {
	struct sink_part annotations[RV_SPLITS];
	bool *is_stuff; /* by class, of those seen so far; private, as is what follows */
	size_t n_classes;
	struct rv_str path;
};

void sink_coco_panoptic_init(struct sink_coco_panoptic *panoptic, const struct sink_dataset *dataset);
void sink_coco_panoptic_release(struct sink_coco_panoptic *panoptic);
/* A picture has a map of segments, and its annotations say which they are of. */
int sink_coco_panoptic_check(const struct sink_picture *picture, struct rv_err *err) RV_MUST_USE;
/* Puts the map of a picture into the dataset, and the segments of the image of this id. `category_id` gives that of a
 * label. */
int sink_coco_panoptic_add(struct sink_coco_panoptic *panoptic, const struct sink_target *target,
                           struct sink_sample *sample, const struct sink_picture *picture, uint64_t image_id,
                           uint64_t (*category_id)(uint32_t id, uint64_t place), struct rv_err *err) RV_MUST_USE;
/* Writes the members that categories have besides the others'. */
void sink_coco_panoptic_put_kind(const struct sink_coco_panoptic *panoptic, size_t class, struct rv_json_out *out);

#endif

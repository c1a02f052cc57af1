/* SPDX-License-Identifier: MIT */
/* COCO's panoptic documents: each image has a picture of ids, named like it, whose ids are those of its segments, with
 * their areas and boxes; segments are of categories that say whether they are things. */
#ifndef RV_VERIFY_FORMATS_COCO_PANOPTIC_H
#define RV_VERIFY_FORMATS_COCO_PANOPTIC_H

#include "verify/format.h"

struct verify_coco_panoptic;
struct verify_coco_panoptic *verify_coco_panoptic_new(void);
void verify_coco_panoptic_free(struct verify_coco_panoptic *panoptic);
/* A file of the layouts "panoptic", "panoptic-split" or "panoptic-mask". */
bool verify_coco_panoptic_is(const struct verify_item *item);
int verify_coco_panoptic_file(struct verify_coco_panoptic *panoptic, struct verify_item *item,
                              struct rv_err *err) RV_MUST_USE;
int verify_coco_panoptic_end(struct verify_coco_panoptic *panoptic, struct verify_problems *problems,
                             struct rv_err *err) RV_MUST_USE;

#endif

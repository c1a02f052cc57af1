/* SPDX-License-Identifier: MIT */
/* Shapes of COCO as anybody writes them, with numbers that need not be whole: what readers take, and what they do not.
 * The functions return what is wrong, or NULL. */
#ifndef RV_VERIFY_FORMATS_COCO_LOOSE_H
#define RV_VERIFY_FORMATS_COCO_LOOSE_H

#include <stdint.h>

#include "json.h"

/* [x,y,w,h] with a width and a height, from the corner of the picture on; *right and *bottom are where it ends, what is
 * less than a pixel left out. */
const char *verify_coco_box(struct rv_json bbox, uint64_t *right, uint64_t *bottom);
/* A list of outlines of three points and more. */
const char *verify_coco_outlines(struct rv_json outlines);
/* Run lengths as a list, of so many pixels. */
const char *verify_coco_counts(struct rv_json counts, uint64_t n_pixels);
/* The keypoints of an annotation, if it has some; rv's own are as strict. */
const char *verify_coco_points(struct rv_json annotation);

#endif

/* SPDX-License-Identifier: MIT */
/* COCO: detection and segmentation. */
#ifndef RV_FORMAT_COCO_H
#define RV_FORMAT_COCO_H

#include "err.h"

/* Where files are: a document of all, or of each split where records have some, with the pictures in images/; or
 * Roboflow's, a folder for each split with the document beside its pictures. The `file_name` of an image is relative to
 * its pictures' folder. */
enum format_coco_layout { FORMAT_COCO_PLAIN, FORMAT_COCO_ROBOFLOW };
extern const char *const format_coco_layouts[];
#define FORMAT_COCO_IMAGES "coco/images/" /* of the first */
#define FORMAT_COCO_PANOPTIC "coco/panoptic/"
#define FORMAT_COCO_VALID "valid" /* Roboflow's name of the split val */

enum format_coco_segmentation { FORMAT_COCO_RLE, FORMAT_COCO_POLYGON };
extern const char *const format_coco_segmentations[];

/* Of an annotation with simplified outlines: what they have in common with the mask, whose area and box it has. */
#define FORMAT_COCO_IOU "rv_iou"

#define FORMAT_COCO_BASE_MAX 1

struct format_coco_options {
	int layout;       /* enum format_coco_layout */
	int segmentation; /* enum format_coco_segmentation */
	bool keypoints, panoptic;
	uint64_t base; /* of the ids of categories, in the order of the table; UINT64_MAX: their own */
};
extern struct format_coco_options format_coco_options;

#endif

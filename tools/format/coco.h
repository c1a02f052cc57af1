/* SPDX-License-Identifier: MIT */
/* COCO: detection and segmentation. */
#ifndef RV_FORMAT_COCO_H
#define RV_FORMAT_COCO_H

#define FORMAT_COCO_IMAGES "coco/images/" /* the `file_name` of an image is relative to it */

#endif

/* SPDX-License-Identifier: MIT */
/* YOLO, as Ultralytics reads it. */
#ifndef RV_FORMAT_YOLO_H
#define RV_FORMAT_YOLO_H

#include "err.h"

#define FORMAT_YOLO_SIDE_MIN 10 /* pixels: a smaller picture is not trained on */

#define FORMAT_YOLO_MASKS "masks"           /* of the task semantic: its folder, beside images */
#define FORMAT_YOLO_BACKGROUND "background" /* its class 0; categories follow */
#define FORMAT_YOLO_MASK_MAX 254            /* its largest class: readers ignore pixels of 255 */

/* What a row of a label file has after its class, all numbers as shares of the picture's sides:
 *
 *	detect   the box: the middle x y, then width and height
 *	segment  a polygon through the centres of border pixels: x y, three times or more
 *	obb      the corners of a rectangle: x y, four times
 *	pose     the box, then x y v of each keypoint; v: 0 not in the picture, 1 hidden, 2 seen
 *
 * The task semantic has no rows but a mask, a byte for each pixel's class.
 */
enum format_yolo_task {
	FORMAT_YOLO_DETECT,
	FORMAT_YOLO_SEGMENT,
	FORMAT_YOLO_OBB,
	FORMAT_YOLO_POSE,
	FORMAT_YOLO_SEMANTIC,
};
extern const char *const format_yolo_tasks[];

struct format_yolo_options {
	int task; /* enum format_yolo_task */
};
extern struct format_yolo_options format_yolo_options;

#endif

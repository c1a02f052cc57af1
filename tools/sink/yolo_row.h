/* SPDX-License-Identifier: MIT */
/* The rows of YOLO's label files: what of an annotation becomes which numbers. */
#ifndef RV_SINK_YOLO_ROW_H
#define RV_SINK_YOLO_ROW_H

#include "format/yolo.h"
#include "sink/picture.h"

/* What follows the class, in millionths of the picture's sides; the v of keypoints as it is. */
struct sink_yolo_row {
	const struct sink_label *label;
	int64_t *values;
	size_t n;
	int64_t box[4];        /* that readers compare rows by, besides the class */
	uint64_t n_same_above; /* rows of the same class and box */
};

/* Makes the row of a label in the sample's memory. Fails (RV_E_BAD_RECORD) on an annotation without what the task
 * needs; the message says what makes it. `n_points` is the number of keypoints of every object. */
int sink_yolo_row(struct sink_sample *sample, const struct sink_picture *picture, const struct sink_label *label,
                  enum format_yolo_task task, size_t n_points, struct sink_yolo_row *row,
                  struct rv_err *err) RV_MUST_USE;
/* Appends the rows of a picture, with the classes of their labels. Readers drop a row whose class and box another has:
 * of such rows all but the first are moved to the right, by a millionth more each. */
void sink_yolo_put_rows(struct sink_yolo_row *rows, size_t n, enum format_yolo_task task, struct rv_arena *arena,
                        struct rv_str *text);

#endif

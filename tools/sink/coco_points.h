/* SPDX-License-Identifier: MIT */
/*
 * COCO's keypoints: all objects of a category that have some have the same, whose names and skeleton stand with the
 * category. A sample's are checked first, and taken when no format refuses it.
 */
#ifndef RV_SINK_COCO_POINTS_H
#define RV_SINK_COCO_POINTS_H

#include "sink/picture.h"

/* Of one category: JSON texts. */
struct sink_coco_kind {
	const char *names; /* ["nose",...]; NULL: it has none */
	const char *edges; /* [[1,2],...]: pairs of names that belong together, by their places from 1 */
};

/* By a category's place in the table; zeroed before the first use. */
struct sink_coco_points {
	struct sink_coco_kind *items, *next; /* those that are there; and with those of the sample at hand */
	size_t len, n_next;
	bool **is_out; /* by picture and label of the sample at hand: it has others, and is left out (lossy.h) */
};
void sink_coco_points_release(struct sink_coco_points *points);

/* The keypoints of a sample are whole, and those of their categories; objects that have others may be left out. */
int sink_coco_points_check(struct sink_coco_points *points, struct sink_sample *sample, struct rv_err *err) RV_MUST_USE;
/* Takes those of the sample that was checked last. */
void sink_coco_points_take(struct sink_coco_points *points);
/* Writes the members of a category, and of an annotation; none where there are no keypoints. */
void sink_coco_points_put_kind(const struct sink_coco_points *points, size_t place, struct rv_json_out *out);
void sink_coco_points_put(const struct rv_annotation *annotation, struct rv_json_out *out);

#endif

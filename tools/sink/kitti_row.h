/* SPDX-License-Identifier: MIT */
/*
 * What rows of KITTI's benchmarks say of an object: its type, its box in the picture, its 3D box.
 *
 * A 3D box stands on the ground of the camera's own axes: it turns about the axis that points down in the picture. An
 * object's length is along its own x, its width along y, its height along z; one whose z does not point up in the
 * picture has no such box.
 */
#ifndef RV_SINK_KITTI_ROW_H
#define RV_SINK_KITTI_ROW_H

#include "sink/camera.h"
#include "str.h"

/* The types that a benchmark knows, ended by NULL, and what all other categories are; NULL: they are refused. */
struct sink_kitti_types {
	enum format_id format;
	const char *const *types;
	const char *other;
};

/* The type that a category is, whatever its case; NULL: it is none. */
const char *sink_kitti_type(const struct sink_kitti_types *types, const char *category);
/* All categories of a picture have one, and what its annotations say of whole objects is right. */
int sink_kitti_check_labels(const struct sink_kitti_types *types, struct sink_sample *sample,
                            const struct sink_picture *picture, struct rv_err *err) RV_MUST_USE;

/* The column `occluded` (format/kitti.h); `unknown` where the annotation has no `amodal`. */
int sink_kitti_occluded(const struct rv_annotation *annotation, struct rv_rle *scratch, int unknown);

/* Objects that are not ignored, and those of them that have no 3D box. */
struct sink_kitti_count {
	uint64_t n_boxes, n_leaning;
};
/* Appends the columns from alpha on, and the end of the line: the box is that of the visible part, pixels counted from
 * 0. An ignored object has no 3D box. */
void sink_kitti_put_boxes(struct sink_kitti_count *count, const struct sink_picture *picture,
                          const struct sink_camera *camera, const struct rv_annotation *annotation, bool is_ignored,
                          struct rv_str *text);
/* Tells of those without a 3D box. */
void sink_kitti_warn(const struct sink_kitti_count *count, const struct format *format);

/* Appends lines of a calibration that names its four cameras, which are this one: "P0: " and so on. */
void sink_kitti_put_cameras(const struct sink_camera *camera, struct rv_str *text);
/* The scanner has the camera's place, with x forward and z up; what follows the name of its row, and of the sensor's
 * of motion, which has the scanner's place. */
#define SINK_KITTI_SCANNER "0 -1 0 0 0 0 -1 0 1 0 0 0"
#define SINK_KITTI_NONE "1 0 0 0 0 1 0 0 0 0 1 0"
#define SINK_KITTI_LEVEL "1 0 0 0 1 0 0 0 1"

#endif

/* SPDX-License-Identifier: MIT */
/* Rows of KITTI's benchmarks: a type and 14 numbers, which the tracking benchmark has after a frame and an id. */
#ifndef RV_VERIFY_FORMATS_KITTI_ROW_H
#define RV_VERIFY_FORMATS_KITTI_ROW_H

#include "err.h"

enum {
	VERIFY_KITTI_TRUNCATED,
	VERIFY_KITTI_OCCLUDED,
	VERIFY_KITTI_ALPHA,
	VERIFY_KITTI_LEFT,
	VERIFY_KITTI_TOP,
	VERIFY_KITTI_RIGHT,
	VERIFY_KITTI_BOTTOM,
	VERIFY_KITTI_HEIGHT,
	VERIFY_KITTI_WIDTH,
	VERIFY_KITTI_LENGTH,
	VERIFY_KITTI_X,
	VERIFY_KITTI_Y,
	VERIFY_KITTI_Z,
	VERIFY_KITTI_TURN,
	VERIFY_KITTI_COLUMNS
};

struct verify_kitti_row {
	char type[32];
	double values[VERIFY_KITTI_COLUMNS];
	bool is_ignored, has_box;
};

/* What sees them. */
struct verify_kitti_view {
	bool is_measured; /* boxes and angles are people's, and need not follow from each other */
	uint64_t width, height;
	double projection[12]; /* P2, by rows */
};

/* Reads a line of one type and 14 numbers, single blanks between. */
bool verify_kitti_read(const char *line, size_t len, struct verify_kitti_row *row);
/* True when a list of types, ended by NULL, has the name. */
bool verify_kitti_is_type(const char *const *types, const char *name);
/* What is wrong with the numbers of a row, or NULL. What `truncated` may be differs between the benchmarks, and is not
 * looked at. */
const char *verify_kitti_fault(const struct verify_kitti_view *view, const struct verify_kitti_row *row);
/* The 3D box in the picture holds the 2D box; one that reaches behind the camera is not looked at. */
bool verify_kitti_holds_box(const struct verify_kitti_view *view, const struct verify_kitti_row *row);
/* Reads P2 of a calibration; false when it has none of 12 numbers. */
bool verify_kitti_read_projection(const char *text, struct verify_kitti_view *view);

#endif

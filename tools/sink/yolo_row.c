/* SPDX-License-Identifier: MIT */
/* The rows of YOLO's label files. */
#include "sink/yolo_row.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MILLION 1000000
#define REACH_MAX 1010000 /* millionths: readers refuse a box that is wider or higher */

static int64_t millionths(double pixels, uint32_t side)
{
	return llround(pixels / side * MILLION);
}

/* Fails: an annotation lacks what a task needs, or has something else there. */
static int lacks(const struct sink_label *label, enum format_yolo_task task, const char *member, const char *cure,
                 struct rv_err *err)
{
	return rv_fail(err, RV_E_BAD_RECORD,
	               "format yolo with task=%s needs '%s' in the annotation of object %" PRIu32 ": %s",
	               format_yolo_tasks[task], member, label->annotation->index, cure);
}

/* ---- boxes and keypoints ---- */

static void put_box(const struct sink_picture *picture, const uint32_t bbox[4], int64_t values[4])
{
	values[0] = millionths(bbox[0] + bbox[2] / 2.0, picture->width);
	values[1] = millionths(bbox[1] + bbox[3] / 2.0, picture->height);
	values[2] = millionths(bbox[2], picture->width);
	values[3] = millionths(bbox[3], picture->height);
}

static bool put_keypoint(const struct sink_picture *picture, struct rv_json point, int64_t values[3])
{
	const struct rv_json pixel = rv_json_get(point, "pixel");
	const double x = rv_json_number(rv_json_at(pixel, 0), NAN), y = rv_json_number(rv_json_at(pixel, 1), NAN);
	uint64_t visibility;
	if (!rv_json_u64(rv_json_get(point, "visibility"), 0, 2, &visibility)) {
		return false;
	}
	if (visibility == 0) {
		return true;
	}
	values[0] = millionths(x, picture->width);
	values[1] = millionths(y, picture->height);
	values[2] = (int64_t)visibility;
	return x >= 0 && x <= picture->width && y >= 0 && y <= picture->height;
}

/* An object without keypoints has zeros: not labelled. */
static int put_keypoints(const struct sink_picture *picture, const struct sink_label *label, size_t n, int64_t *values,
                         struct rv_err *err)
{
	const struct rv_json points = rv_json_get(label->annotation->json, "keypoints");
	for (size_t i = 0; i < n && rv_json_len(points) > 0; i++) {
		if (!put_keypoint(picture, rv_json_at(points, i), &values[3 * i])) {
			return lacks(label, FORMAT_YOLO_POSE, "keypoints",
			             "each with a 'pixel' in the picture and a 'visibility' of 0, 1 or 2", err);
		}
	}
	return 0;
}

/* ---- corners ---- */

static int read_points(struct rv_json list, double *points, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		points[i] = rv_json_number(rv_json_at(list, i), NAN);
		if (!isfinite(points[i])) {
			return -1;
		}
	}
	return 0;
}

/* The box around x y x y ..., as readers compare it: the middle and the sides. */
static void set_polygon_box(struct sink_yolo_row *row)
{
	for (size_t axis = 0; axis < 2; axis++) {
		int64_t least = row->values[axis], most = least;
		for (size_t i = axis; i < row->n; i += 2) {
			least = RV_MIN(least, row->values[i]);
			most = RV_MAX(most, row->values[i]);
		}
		row->box[axis] = least + most; /* twice the middle */
		row->box[2 + axis] = most - least;
	}
}

static void put_corners(const struct sink_picture *picture, const double corners[8], struct sink_yolo_row *row)
{
	for (size_t i = 0; i < 8; i++) {
		row->values[i] = millionths(corners[i], i % 2 == 0 ? picture->width : picture->height);
	}
	set_polygon_box(row);
}

static bool is_in_reach(const struct sink_yolo_row *row)
{
	return row->box[0] >= 0 && row->box[0] <= 2 * MILLION && row->box[1] >= 0 && row->box[1] <= 2 * MILLION &&
	       row->box[2] <= REACH_MAX && row->box[3] <= REACH_MAX;
}

static int put_rectangle(const struct sink_picture *picture, const struct sink_label *label, struct sink_yolo_row *row,
                         struct rv_err *err)
{
	const struct rv_json list = rv_json_get(label->annotation->json, "obb");
	const uint32_t *const bbox = label->annotation->bbox;
	const double left = bbox[0], top = bbox[1], right = left + bbox[2], bottom = top + bbox[3];
	double corners[8];
	bool is_there = rv_json_len(list) == 4;
	for (size_t i = 0; i < 4 && is_there; i++) {
		is_there = read_points(rv_json_at(list, i), &corners[2 * i], 2) == 0;
	}
	if (!is_there) {
		return lacks(label, FORMAT_YOLO_OBB, "obb", "four corners, which rv-mask --shapes makes", err);
	}
	put_corners(picture, corners, row);
	if (!is_in_reach(row)) {
		put_corners(picture, (const double[8]) { left, top, right, top, right, bottom, left, bottom }, row);
	}
	return 0;
}

/* ---- outlines ---- */

struct ring {
	double *points; /* x y x y ... */
	size_t n;       /* points */
};

/* The points of two rings that are nearest to each other. */
static void find_bridge(const struct ring *a, const struct ring *b, size_t *from, size_t *to)
{
	double least = INFINITY;
	for (size_t i = 0; i < a->n; i++) {
		for (size_t k = 0; k < b->n; k++) {
			const double x = a->points[2 * i] - b->points[2 * k],
			             y = a->points[2 * i + 1] - b->points[2 * k + 1];
			if (x * x + y * y < least) {
				least = x * x + y * y;
				*from = i;
				*to = k;
			}
		}
	}
}

/* Puts a ring into another by a line there and back. `a` has room for both and two points. */
static void join(struct ring *a, const struct ring *b)
{
	const size_t point = 2 * sizeof(double);
	size_t from = 0, to = 0;
	find_bridge(a, b, &from, &to);
	double *const at = a->points + 2 * (from + 1);
	memmove(at + 2 * (b->n + 2), at, (a->n - from - 1) * point);
	for (size_t i = 0; i <= b->n; i++) {
		memcpy(at + 2 * i, b->points + 2 * ((to + i) % b->n), point);
	}
	memcpy(at + 2 * (b->n + 1), at - 2, point);
	a->n += b->n + 2;
}

static int read_ring(struct rv_json list, const struct sink_picture *picture, struct rv_arena *arena, struct ring *ring)
{
	const size_t n = rv_json_len(list);
	ring->n = n / 2;
	ring->points = rv_arena_alloc(arena, n + 1, sizeof(double));
	if (n < 6 || n % 2 != 0 || read_points(list, ring->points, n) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n; i++) {
		if (ring->points[i] < 0 || ring->points[i] > (i % 2 == 0 ? picture->width : picture->height) - 1) {
			return -1;
		}
	}
	return 0;
}

static int put_outline(struct sink_sample *sample, const struct sink_picture *picture, const struct sink_label *label,
                       struct sink_yolo_row *row, struct rv_err *err)
{
	const struct rv_json list = rv_json_get(rv_json_get(label->annotation->json, "polygons"), "center");
	const size_t n_rings = rv_json_len(list);
	struct ring ring, whole = { .n = 0 };
	size_t n_points = 0;
	for (size_t i = 0; i < n_rings; i++) {
		n_points += rv_json_len(rv_json_at(list, i)) / 2 + 2;
	}
	double *const room = rv_arena_alloc(&sample->arena, 2 * n_points + 1, sizeof(double));
	for (size_t i = 0; i < n_rings; i++) {
		if (read_ring(rv_json_at(list, i), picture, &sample->arena, &ring) < 0) {
			whole.n = 0;
			break;
		}
		if (i == 0) {
			memcpy(room, ring.points, 2 * ring.n * sizeof(double));
			whole = (struct ring) { .points = room, .n = ring.n };
		} else {
			join(&whole, &ring);
		}
	}
	if (whole.n == 0) {
		return lacks(label, FORMAT_YOLO_SEGMENT, "polygons.center",
		             "outlines in pixels of the picture, which rv-mask --polygons makes", err);
	}
	row->n = 2 * whole.n;
	row->values = rv_arena_alloc(&sample->arena, row->n, sizeof(*row->values));
	for (size_t i = 0; i < row->n; i++) {
		row->values[i] = millionths(whole.points[i] + 0.5, i % 2 == 0 ? picture->width : picture->height);
	}
	set_polygon_box(row);
	return 0;
}

/* ---- rows ---- */

int sink_yolo_row(struct sink_sample *sample, const struct sink_picture *picture, const struct sink_label *label,
                  enum format_yolo_task task, size_t n_points, struct sink_yolo_row *row, struct rv_err *err)
{
	*row = (struct sink_yolo_row) { .label = label, .n = task == FORMAT_YOLO_OBB ? 8 : 4 };
	if (task == FORMAT_YOLO_SEGMENT) {
		return put_outline(sample, picture, label, row, err);
	}
	row->n += task == FORMAT_YOLO_POSE ? 3 * n_points : 0;
	row->values = rv_arena_alloc(&sample->arena, row->n, sizeof(*row->values));
	if (task == FORMAT_YOLO_OBB) {
		return put_rectangle(picture, label, row, err);
	}
	put_box(picture, label->annotation->bbox, row->values);
	memcpy(row->box, row->values, sizeof(row->box));
	return task == FORMAT_YOLO_POSE ? put_keypoints(picture, label, n_points, row->values + 4, err) : 0;
}

static int by_class_and_box(const void *a, const void *b)
{
	const struct sink_yolo_row *const left = *(struct sink_yolo_row *const *)a,
	                                  *const right = *(struct sink_yolo_row *const *)b;
	if (left->label->class != right->label->class) {
		return left->label->class < right->label->class ? -1 : 1;
	}
	for (size_t i = 0; i < 4; i++) {
		if (left->box[i] != right->box[i]) {
			return left->box[i] < right->box[i] ? -1 : 1;
		}
	}
	return 0;
}

/* By place too: qsort keeps no order. */
static int by_class_box_and_place(const void *a, const void *b)
{
	const struct sink_yolo_row *const left = *(struct sink_yolo_row *const *)a,
	                                  *const right = *(struct sink_yolo_row *const *)b;
	const int order = by_class_and_box(a, b);
	return order != 0 ? order : (left > right) - (left < right);
}

static void count_same(struct sink_yolo_row *rows, size_t n, struct rv_arena *arena)
{
	struct sink_yolo_row **const sorted = rv_arena_alloc(arena, n + 1, sizeof(struct sink_yolo_row *));
	for (size_t i = 0; i < n; i++) {
		sorted[i] = &rows[i];
	}
	if (n > 1) {
		qsort(sorted, n, sizeof(*sorted), by_class_box_and_place);
	}
	for (size_t i = 1; i < n; i++) {
		const bool is_same = by_class_and_box(&sorted[i - 1], &sorted[i]) == 0;
		sorted[i]->n_same_above = is_same ? sorted[i - 1]->n_same_above + 1 : 0;
	}
}

/* Moves a box, or the rightmost corner, so that the box around all of them is another. */
static void move_right(struct sink_yolo_row *row, enum format_yolo_task task)
{
	size_t rightmost = 0;
	for (size_t i = 2; i < row->n && (task == FORMAT_YOLO_SEGMENT || task == FORMAT_YOLO_OBB); i += 2) {
		rightmost = row->values[i] > row->values[rightmost] ? i : rightmost;
	}
	row->values[rightmost] += (int64_t)row->n_same_above;
}

/* With six places. */
static void put_millionths(int64_t value, struct rv_str *text)
{
	const uint64_t size = (uint64_t)(value < 0 ? -value : value);
	char places[] = ".000000";
	uint64_t rest = size % MILLION;
	for (size_t i = sizeof(places) - 2; rest > 0; i--, rest /= 10) {
		places[i] = (char)('0' + rest % 10);
	}
	rv_str_puts(text, value < 0 ? " -" : " ");
	rv_str_put_u64(text, size / MILLION);
	rv_str_puts(text, places);
}

static void put_row(const struct sink_yolo_row *row, enum format_yolo_task task, struct rv_str *text)
{
	rv_str_put_u64(text, row->label->class);
	for (size_t i = 0; i < row->n; i++) {
		if (task == FORMAT_YOLO_POSE && i >= 4 && (i - 4) % 3 == 2) {
			rv_str_printf(text, " %" PRId64, row->values[i]);
		} else {
			put_millionths(row->values[i], text);
		}
	}
	rv_str_putc(text, '\n');
}

void sink_yolo_put_rows(struct sink_yolo_row *rows, size_t n, enum format_yolo_task task, struct rv_arena *arena,
                        struct rv_str *text)
{
	count_same(rows, n, arena);
	for (size_t i = 0; i < n; i++) {
		move_right(&rows[i], task);
		put_row(&rows[i], task, text);
	}
}

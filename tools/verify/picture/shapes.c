/* SPDX-License-Identifier: MIT */
/* Measures of masks: centroid, oriented box, the sides of the picture that are touched. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "verify/picture.h"
#include "verify/rle.h"

#define NEAR 1e-3        /* pixels; numbers are rounded to a tenth of that */
#define ANGLES 90        /* in a quarter turn that a smaller box is looked for at */
#define AREA_NEAR 1.0001 /* that the smallest box may have of another, besides what its corners are rounded by */

struct check {
	struct verify_picture *picture;
	const char *path; /* for problems */
	const struct rv_annotation *annotation;
	struct verify_rle rle;
	double (*corners)[2]; /* of the mask's pixels: the uppermost and the lowest two of each column */
	size_t n_corners;
};

#define BLAME(c, check, format, ...) \
	verify_problems_add((c)->picture->problems, check, (c)->path, "annotation of index %" PRIu32 ": " format, \
	                    (c)->annotation->index, __VA_ARGS__)

static void check_border(struct check *c)
{
	static const char *const names[] = { "left", "top", "right", "bottom" };
	const struct rv_json border = rv_json_get(c->annotation->json, "border");
	const uint32_t *const box = c->rle.bbox;
	const bool touches[] = { box[0] == 0, box[1] == 0, box[0] + box[2] == c->annotation->width,
		                 box[1] + box[3] == c->annotation->height };
	size_t n = 0;
	bool is_right = rv_json_type(border) == RV_JSON_ARRAY;
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		const char *const said = rv_json_string(rv_json_at(border, n), NULL);
		const bool is_there = said && strcmp(said, names[i]) == 0;
		is_right &= is_there == touches[i];
		n += is_there;
	}
	if (rv_json_type(border) != RV_JSON_NONE && (!is_right || n != rv_json_len(border))) {
		BLAME(c, VERIFY_SHAPE_BORDER, "border is not %s that the mask touches", "the sides of the picture");
	}
}

/* Sums of whole numbers; runs go down the columns. */
static void check_centroid(struct check *c)
{
	const struct rv_json said = rv_json_get(c->annotation->json, "centroid");
	const uint32_t height = c->annotation->height;
	uint64_t x_sum = 0, y_sum = 0;
	for (size_t i = 1; i < c->rle.len; i += 2) {
		for (uint32_t at = c->rle.ends[i - 1]; at < c->rle.ends[i]; at++) {
			x_sum += at / height;
			y_sum += at % height;
		}
	}
	const double x = (double)x_sum / (double)c->rle.area_px + 0.5, y = (double)y_sum / (double)c->rle.area_px + 0.5;
	if (rv_json_type(said) != RV_JSON_NONE && !(fabs(rv_json_number(rv_json_at(said, 0), NAN) - x) <= NEAR &&
	                                            fabs(rv_json_number(rv_json_at(said, 1), NAN) - y) <= NEAR)) {
		BLAME(c, VERIFY_SHAPE_CENTROID, "centroid is not the mean of the mask, [%.4f,%.4f]", x, y);
	}
}

/* ---- the oriented box ---- */

static void add_corners(struct check *c, double x, double y)
{
	for (size_t k = 0; k < 2; k++) {
		c->corners[c->n_corners][0] = x + (double)k;
		c->corners[c->n_corners++][1] = y;
	}
}

/* The first pixel of each column above, the last one below: no other can be a corner of a box around all. */
static void list_corners(struct check *c)
{
	const uint32_t height = c->annotation->height, *const box = c->rle.bbox;
	uint32_t *const tops = rv_arena_alloc(&c->picture->arena, (size_t)box[2] * 2, sizeof(*tops)), *const ends =
	                                                                                                      tops +
	                                                                                                      box[2];
	c->corners = rv_arena_alloc(&c->picture->arena, (size_t)box[2] * 4, sizeof(*c->corners));
	c->n_corners = 0;
	for (size_t i = 1; i < c->rle.len; i += 2) {
		for (uint32_t at = c->rle.ends[i - 1]; at < c->rle.ends[i];) {
			const uint32_t column = at / height, end = RV_MIN(c->rle.ends[i], (column + 1) * height);
			uint32_t *const top = &tops[column - box[0]], *const bottom = &ends[column - box[0]];
			*top = *bottom == 0 ? at % height : *top;
			*bottom = end - column * height;
			at = end;
		}
	}
	for (uint32_t i = 0; i < box[2]; i++) {
		if (ends[i] > 0) {
			add_corners(c, box[0] + (double)i, tops[i]);
			add_corners(c, box[0] + (double)i, ends[i]);
		}
	}
}

/* How far the mask goes along a direction. */
static void measure(const struct check *c, double x, double y, double *least, double *most)
{
	*least = INFINITY;
	*most = -INFINITY;
	for (size_t i = 0; i < c->n_corners; i++) {
		const double at = c->corners[i][0] * x + c->corners[i][1] * y;
		*least = fmin(*least, at);
		*most = fmax(*most, at);
	}
}

/* The area of the smallest box at one of some angles. */
static double smallest(const struct check *c)
{
	double area = INFINITY;
	for (int i = 0; i < ANGLES; i++) {
		const double angle = M_PI / 2 * i / ANGLES;
		double x0, x1, y0, y1;
		measure(c, cos(angle), sin(angle), &x0, &x1);
		measure(c, -sin(angle), cos(angle), &y0, &y1);
		area = fmin(area, (x1 - x0) * (y1 - y0));
	}
	return area;
}

/* Whether the mask ends within two parallel sides, the first one from a to b. */
static bool holds(const struct check *c, const double a[2], const double b[2], double depth)
{
	const double x = b[0] - a[0], y = b[1] - a[1], length = hypot(x, y);
	double least, most;
	measure(c, -y / length, x / length, &least, &most); /* to the right of the way, which goes clockwise */
	const double from = (a[1] * x - a[0] * y) / length;
	return least >= from - NEAR && most <= from + depth + NEAR;
}

static const char *wrong_box(const struct check *c, double corners[4][2])
{
	const double width = hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]),
	             height = hypot(corners[2][0] - corners[1][0], corners[2][1] - corners[1][1]);
	for (size_t i = 0; i < 2; i++) {
		const double middle = (corners[0][i] + corners[2][i] - corners[1][i] - corners[3][i]) / 2;
		if (!(fabs(middle) <= NEAR)) {
			return "no rectangle";
		}
	}
	if (!(fabs((corners[1][0] - corners[0][0]) * (corners[2][0] - corners[1][0]) +
	           (corners[1][1] - corners[0][1]) * (corners[2][1] - corners[1][1])) <= NEAR * (width + height))) {
		return "no rectangle";
	}
	if (!(width > 0 && height > 0) || !holds(c, corners[0], corners[1], height) ||
	    !holds(c, corners[1], corners[2], width)) {
		return "not clockwise around all pixels of the mask";
	}
	return width * height <= smallest(c) * AREA_NEAR + NEAR * (width + height) ? NULL : "not the smallest";
}

static void check_box(struct check *c)
{
	const struct rv_json said = rv_json_get(c->annotation->json, "obb");
	double corners[4][2];
	if (rv_json_type(said) == RV_JSON_NONE) {
		return;
	}
	for (size_t i = 0; i < 8; i++) {
		corners[i / 2][i % 2] = rv_json_number(rv_json_at(rv_json_at(said, i / 2), i % 2), NAN);
	}
	list_corners(c);
	const char *const wrong = rv_json_len(said) == 4 ? wrong_box(c, corners) : "not four corners";
	if (wrong) {
		BLAME(c, VERIFY_SHAPE_OBB, "obb is %s", wrong);
	}
}

static void check_shapes(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	struct check c = { .picture = picture, .path = verify_picture_subject(picture), .rle = VERIFY_RLE_INIT };
	for (size_t i = 0; i < what->n_annotations; i++) {
		const struct rv_annotation *const annotation = c.annotation = &what->annotations[i];
		static const char *const members[] = { "border", "centroid", "obb" };
		bool has_one = false;
		for (size_t k = 0; k < RV_COUNTOF(members); k++) {
			has_one |= rv_json_type(rv_json_get(annotation->json, members[k])) != RV_JSON_NONE;
		}
		if (has_one && !annotation->wrong &&
		    verify_rle_read(&c.rle, annotation->width, annotation->height, annotation->counts,
		                    annotation->counts_len, NULL) == 0 &&
		    c.rle.area_px > 0) {
			check_border(&c);
			check_centroid(&c);
			check_box(&c);
		}
	}
	verify_rle_release(&c.rle);
}

const struct verify_label verify_picture_shapes = { .whole = check_shapes };

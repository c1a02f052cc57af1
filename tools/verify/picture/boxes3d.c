/* SPDX-License-Identifier: MIT */
/*
 * What 3D boxes tell of the picture: how much of an object is outside, and the outline. And which objects are not seen
 * at all, hidden by others or outside: those are counted.
 *
 * The path is another one than the labeller's, which makes a hull and cuts it. Here the outline is what lies between
 * the leftmost and the rightmost of all lines that join two points of the box, row by row, and areas are sums of rows.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define CORNERS 8
#define POINTS_MAX 20 /* corners, and one on each of the 12 edges */
#define NEAR_M 1e-3   /* where the camera has no near end */
#define ROWS 32       /* that a part of the outline is cut into */
#define SHARE_NEAR 0.005
#define PLACE_NEAR 1e-3 /* of the larger of 1 pixel and the number */

struct outline {
	double points[POINTS_MAX][2];
	size_t n;
};

/* ---- the outline ---- */

static void add(struct outline *outline, double x, double y)
{
	outline->points[outline->n][0] = x;
	outline->points[outline->n++][1] = y;
}

/* Corners that can be seen, and where edges come nearer than that. */
static bool see_corners(const struct verify_scene *scene, struct rv_json corners, struct outline *outline)
{
	const double near_m = fmax(scene->near_m, NEAR_M);
	double seen[CORNERS][3], pixel[2];
	for (size_t i = 0; i < CORNERS; i++) {
		double world[3];
		if (!verify_scene_point(rv_json_at(corners, i), world)) {
			return false;
		}
		verify_scene_see(scene, world, seen[i]);
		if (seen[i][2] >= near_m && verify_scene_pixel(scene, seen[i], pixel)) {
			add(outline, pixel[0], pixel[1]);
		}
	}
	for (size_t i = 0; i < CORNERS * 3; i++) { /* an edge goes from a corner to the one with another bit set */
		const size_t from = i / 3, to = from | (size_t)1 << i % 3;
		const double behind = seen[from][2] - near_m, before = seen[to][2] - near_m;
		if (from != to && (behind < 0) != (before < 0)) {
			const double share = behind / (behind - before),
			             cut[] = { seen[from][0] + share * (seen[to][0] - seen[from][0]),
				               seen[from][1] + share * (seen[to][1] - seen[from][1]), near_m };
			(void)verify_scene_pixel(scene, cut, pixel);
			add(outline, pixel[0], pixel[1]);
		}
	}
	return true;
}

/* The upright rectangle around the corners' pixels. */
static bool take_rectangle(struct rv_json pixels, struct outline *outline)
{
	double low[] = { INFINITY, INFINITY }, high[] = { -INFINITY, -INFINITY };
	for (size_t i = 0; i < CORNERS * 2; i++) {
		const double at = rv_json_number(rv_json_at(rv_json_at(pixels, i / 2), i % 2), NAN);
		if (!isfinite(at)) {
			return false;
		}
		low[i % 2] = fmin(low[i % 2], at);
		high[i % 2] = fmax(high[i % 2], at);
	}
	for (size_t i = 0; i < 4; i++) {
		add(outline, i % 2 ? low[0] : high[0], i / 2 ? low[1] : high[1]);
	}
	return true;
}

/* False where the record does not tell it. */
static bool find_outline(const struct verify_scene *scene, uint32_t index, struct outline *outline)
{
	bool is_seen;
	const struct rv_json box = verify_scene_get(scene, index, "box3d", RV_JSON_OBJECT, &is_seen);
	outline->n = 0;
	if (scene->is_pinhole && see_corners(scene, rv_json_get(box, "corners"), outline)) {
		return true;
	}
	outline->n = 0;
	return is_seen && take_rectangle(rv_json_get(box, "pixels"), outline);
}

/* ---- areas ---- */

/* What of a row is within the outline, cut at left and right. */
static double width_at(const struct outline *outline, double y, double left, double right)
{
	double from = INFINITY, to = -INFINITY;
	for (size_t i = 0; i < outline->n; i++) {
		for (size_t k = 0; k < outline->n; k++) {
			const double *const a = outline->points[i], *const b = outline->points[k];
			if (a[1] <= y && y <= b[1] && a[1] < b[1]) {
				const double x = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
				from = fmin(from, x);
				to = fmax(to, x);
			}
		}
	}
	return fmax(fmin(to, right) - fmax(from, left), 0);
}

static int by_number(const void *a, const void *b)
{
	const double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

/* The area of the outline from top to bottom, cut at left and right. Between two points sides are straight. */
static double area_of(const struct outline *outline, double left, double right, double top, double bottom)
{
	double ys[POINTS_MAX], area = 0;
	for (size_t i = 0; i < outline->n; i++) {
		ys[i] = fmin(fmax(outline->points[i][1], top), bottom);
	}
	qsort(ys, outline->n, sizeof(*ys), by_number);
	for (size_t i = 1; i < outline->n; i++) {
		const double height = (ys[i] - ys[i - 1]) / ROWS;
		for (size_t row = 0; height > 0 && row < ROWS; row++) {
			area += height * width_at(outline, ys[i - 1] + ((double)row + 0.5) * height, left, right);
		}
	}
	return area;
}

/* ---- an annotation ---- */

/* A hull goes clockwise around all points, and no farther. */
static bool is_hull_of(struct rv_json hull, const struct outline *outline, double area)
{
	const size_t n = rv_json_len(hull);
	double twice = 0;
	for (size_t i = 0; i < n; i++) {
		const struct rv_json from = rv_json_at(hull, i), to = rv_json_at(hull, (i + 1) % n);
		const double a[] = { rv_json_number(rv_json_at(from, 0), NAN),
			             rv_json_number(rv_json_at(from, 1), NAN) },
		             b[] = { rv_json_number(rv_json_at(to, 0), NAN), rv_json_number(rv_json_at(to, 1), NAN) },
		             x = b[0] - a[0], y = b[1] - a[1], length = hypot(x, y);
		twice += a[0] * b[1] - b[0] * a[1];
		for (size_t k = 0; k < outline->n; k++) {
			const double *const point = outline->points[k];
			const double slack = PLACE_NEAR * fmax(1, fmax(fabs(point[0]), fabs(point[1])));
			if (!(x * (point[1] - a[1]) - y * (point[0] - a[0]) >= -slack * length)) {
				return false;
			}
		}
	}
	return n >= 3 && fabs(twice / 2 - area) <= SHARE_NEAR * fmax(area, 1);
}

static void check_annotation(struct verify_picture *picture, const struct verify_scene *scene,
                             const struct rv_annotation *annotation)
{
	const struct rv_json truncation = rv_json_get(annotation->json, "truncation"),
	                     hull = rv_json_get(annotation->json, "box3d_hull");
	const bool has_both = rv_json_type(truncation) == RV_JSON_NUMBER;
	struct outline outline;
	if (!has_both || !find_outline(scene, annotation->index, &outline)) {
		return;
	}
	const double area = area_of(&outline, -INFINITY, INFINITY, -INFINITY, INFINITY),
	             inside = area_of(&outline, 0, picture->width, 0, picture->height),
	             wanted = area > 0 ? 1 - inside / area : 0, said = rv_json_number(truncation, NAN);
	if (!(fabs(said - wanted) <= SHARE_NEAR)) {
		verify_problems_add(picture->problems, VERIFY_BOX3D_TRUNCATION, verify_picture_subject(picture),
		                    "annotation of index %" PRIu32
		                    ": truncation is %.6g, but %.4f of its box is outside the picture",
		                    annotation->index, said, wanted);
	}
	if (rv_json_type(hull) != RV_JSON_NONE && !is_hull_of(hull, &outline, area)) {
		verify_problems_add(picture->problems, VERIFY_BOX3D_HULL, verify_picture_subject(picture),
		                    "annotation of index %" PRIu32 ": box3d_hull is not the outline of its box",
		                    annotation->index);
	}
}

/* ---- an object ---- */

/* Whether the pixels of a box's corners are where this camera sees them; null for one that is not before it. */
static bool are_pixels_of(const struct verify_scene *scene, struct rv_json corners, struct rv_json pixels)
{
	bool are_near = rv_json_len(pixels) == CORNERS;
	for (size_t i = 0; are_near && i < CORNERS; i++) {
		const struct rv_json said = rv_json_at(pixels, i);
		double world[3], seen[3], pixel[2];
		if (!verify_scene_point(rv_json_at(corners, i), world)) {
			return true; /* object.box tells */
		}
		verify_scene_see(scene, world, seen);
		if (fabs(seen[2]) <= NEAR_M) {
			continue; /* a rounding decides whether it is before the camera */
		}
		const bool is_before = verify_scene_pixel(scene, seen, pixel);
		for (size_t axis = 0; is_before && axis < 2; axis++) {
			const double off = rv_json_number(rv_json_at(said, axis), NAN) - pixel[axis];
			are_near = are_near && fabs(off) <= PLACE_NEAR * fmax(1, fabs(pixel[axis]));
		}
		are_near = are_near && is_before == (rv_json_type(said) == RV_JSON_ARRAY);
	}
	return are_near;
}

static void check_object(struct verify_picture *picture, const struct verify_scene *scene, uint32_t index)
{
	bool is_seen;
	const struct rv_json box = verify_scene_get(scene, index, "box3d", RV_JSON_OBJECT, &is_seen),
	                     pixels = rv_json_get(box, "pixels");
	if (is_seen && scene->has_pixels && rv_json_type(pixels) == RV_JSON_ARRAY &&
	    !verify_scene_lacks(scene, index) && !are_pixels_of(scene, rv_json_get(box, "corners"), pixels)) {
		verify_problems_add(picture->problems, VERIFY_BOX3D_PIXELS,
		                    picture->files->record ? picture->files->record : "objects",
		                    "%sobject of index %" PRIu32
		                    ": box3d.pixels are not where the camera sees its corners",
		                    picture->picture->field, index);
	}
}

/* ---- what is seen ---- */

/* Of each index, up to that of the last object, how many pixels the picture has of it: by its annotation, or by the
 * map, which may have some of an object without one. In the arena. */
static uint64_t *count_pixels(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	const struct rv_sample *const sample = what->sample;
	const uint32_t last = sample->n_objects > 0 ? sample->objects[sample->n_objects - 1].index : 0;
	const size_t n = picture->index && what->n_annotations < sample->n_objects ? verify_picture_pixels(picture) : 0;
	uint64_t *const area_px = rv_arena_alloc(&picture->arena, last + 1, sizeof(*area_px));
	for (size_t i = 0; i < n; i++) {
		const uint16_t value = picture->index->u16[i];
		area_px[value <= last ? value : 0]++;
	}
	for (size_t i = 0; i < what->n_annotations; i++) {
		const struct rv_annotation *const annotation = &what->annotations[i];
		area_px[annotation->object ? annotation->index : 0] = annotation->area_px;
	}
	return area_px;
}

static bool is_outside(const struct verify_picture *picture, const struct outline *outline)
{
	double low[] = { INFINITY, INFINITY }, high[] = { -INFINITY, -INFINITY };
	for (size_t i = 0; i < outline->n * 2; i++) {
		low[i % 2] = fmin(low[i % 2], outline->points[i / 2][i % 2]);
		high[i % 2] = fmax(high[i % 2], outline->points[i / 2][i % 2]);
	}
	return high[0] <= 0 || high[1] <= 0 || low[0] >= picture->width || low[1] >= picture->height;
}

static void count_objects(struct verify_picture *picture, const struct verify_scene *scene)
{
	const struct rv_sample *const sample = picture->picture->sample;
	struct verify_presence *const presence = picture->rules->presence;
	const uint64_t *const area_px = count_pixels(picture);
	for (size_t i = 0; i < sample->n_objects; i++) {
		const uint32_t index = sample->objects[i].index;
		struct outline outline;
		if (index > 0 && area_px[index] > 0) {
			__atomic_add_fetch(&presence->seen, 1, __ATOMIC_RELAXED);
			__atomic_add_fetch(&presence->tiny, area_px[index] < VERIFY_TINY_PX, __ATOMIC_RELAXED);
		} else if (index > 0 && picture->width > 0 && !verify_scene_lacks(scene, index) &&
		           find_outline(scene, index, &outline)) {
			uint64_t *const count = is_outside(picture, &outline) ? &presence->outside : &presence->hidden;
			__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
		}
	}
}

static void check_boxes(struct verify_picture *picture)
{
	const struct rv_picture *const what = picture->picture;
	struct verify_scene scene;
	verify_scene_read(&scene, what, &picture->arena);
	for (size_t i = 0; picture->width > 0 && i < what->n_annotations; i++) {
		check_annotation(picture, &scene, &what->annotations[i]);
	}
	for (size_t i = 0; i < what->sample->n_objects; i++) {
		check_object(picture, &scene, what->sample->objects[i].index);
	}
	if (picture->rules->presence && what->has_annotations) {
		count_objects(picture, &scene);
	}
}

const struct verify_label verify_picture_boxes3d = { .whole = check_boxes };

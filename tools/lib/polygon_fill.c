/* SPDX-License-Identifier: MIT */
/*
 * How readers fill polygons, to say how well they will: the rules of pycocotools' frPoly and of OpenCV's fillPoly, for
 * corners that are whole numbers. Everything happens in the box of the mask, column after column.
 */
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "polygon.h"

#define UPSAMPLED 5      /* frPoly draws outlines in a grid as much finer */
#define FRACTION_BITS 16 /* of fillPoly's numbers */

struct canvas {
	uint32_t bbox[4];
	size_t column;      /* cells of a column: one more than the box is high */
	uint8_t *ring;      /* of the ring at hand */
	uint8_t *all;       /* of all of them */
	uint8_t *mask;      /* the truth */
	size_t first, end;  /* columns of the ring at hand */
	int64_t *crossings; /* of a row, in fractions of a pixel */
	size_t n_crossings, cap_crossings;
};

static struct rv_point in_box(const struct canvas *canvas, struct rv_point point)
{
	return (struct rv_point) { point.x - (int32_t)canvas->bbox[0], point.y - (int32_t)canvas->bbox[1] };
}

/* ---- frPoly ---------------------------------------------------------------------------------------------------- */

/* A step of an outline from u0, v0 to u1, v1 in the fine grid, which at the middle of a column toggles what is below.
 */
static void toggle(struct canvas *canvas, int64_t u0, int64_t v0, int64_t u1, int64_t v1)
{
	const int64_t u = u1 < u0 ? u1 : u1 - 1, v = RV_MIN(v0, v1);
	if (u0 == u1 || u < 0 || u % UPSAMPLED != UPSAMPLED / 2 || u / UPSAMPLED >= canvas->bbox[2]) {
		return;
	}
	const int64_t y = (v + UPSAMPLED / 2) / UPSAMPLED;
	canvas->ring[(size_t)(u / UPSAMPLED) * canvas->column + (size_t)RV_MIN(y, (int64_t)canvas->bbox[3])] ^= 1;
}

static void draw_edge(struct canvas *canvas, struct rv_point from, struct rv_point to)
{
	int64_t x0 = UPSAMPLED * (int64_t)from.x, y0 = UPSAMPLED * (int64_t)from.y;
	int64_t x1 = UPSAMPLED * (int64_t)to.x, y1 = UPSAMPLED * (int64_t)to.y;
	const int64_t dx = llabs(x1 - x0), dy = llabs(y1 - y0), n = RV_MAX(dx, dy);
	const bool is_flat = dx >= dy, flips = is_flat ? x0 > x1 : y0 > y1;
	if (flips) {
		const int64_t x = x0, y = y0;
		x0 = x1;
		y0 = y1;
		x1 = x;
		y1 = y;
	}
	const double slope = n == 0 ? 0 : is_flat ? (double)(y1 - y0) / (double)n : (double)(x1 - x0) / (double)n;
	int64_t u_last = 0, v_last = 0;
	for (int64_t d = 0; d <= n; d++) {
		const int64_t t = flips ? n - d : d;
		const int64_t side = (int64_t)((double)(is_flat ? y0 : x0) + slope * (double)t + 0.5);
		const int64_t u = is_flat ? x0 + t : side, v = is_flat ? side : y0 + t;
		if (d > 0) {
			toggle(canvas, u_last, v_last, u, v);
		}
		u_last = u;
		v_last = v;
	}
}

static void fill_by_edges(struct canvas *canvas, const struct rv_point *ring, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		draw_edge(canvas, in_box(canvas, ring[i]), in_box(canvas, ring[(i + 1) % n]));
	}
	for (size_t x = canvas->first; x < canvas->end; x++) {
		uint8_t *const cells = canvas->ring + x * canvas->column;
		for (size_t y = 1; y < canvas->bbox[3]; y++) {
			cells[y] ^= cells[y - 1];
		}
	}
}

/* ---- fillPoly -------------------------------------------------------------------------------------------------- */

static void set_pixel(struct canvas *canvas, int64_t x, int64_t y)
{
	canvas->ring[(size_t)x * canvas->column + (size_t)y] = 1;
}

/* Bresenham's line, from the left to the right. */
static void draw_line(struct canvas *canvas, struct rv_point a, struct rv_point b)
{
	const struct rv_point from = a.x <= b.x ? a : b, to = a.x <= b.x ? b : a;
	const int64_t dx = to.x - from.x, dy = llabs((int64_t)to.y - from.y), down = to.y < from.y ? -1 : 1;
	const bool is_flat = dx >= dy;
	const int64_t length = is_flat ? dx : dy, side = is_flat ? dy : dx;
	int64_t error = length - 2 * side, x = from.x, y = from.y;
	for (int64_t i = 0; i <= length; i++) {
		set_pixel(canvas, x, y);
		const bool steps_aside = error < 0;
		error += (steps_aside ? 2 * length : 0) - 2 * side;
		x += is_flat || steps_aside;
		y += !is_flat || steps_aside ? down : 0;
	}
}

static int by_value(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

static void fill_row(struct canvas *canvas, const struct rv_point *ring, size_t n, int32_t y)
{
	const int64_t one = INT64_C(1) << FRACTION_BITS;
	canvas->n_crossings = 0;
	for (size_t i = 0; i < n; i++) {
		const struct rv_point a = in_box(canvas, ring[i]), b = in_box(canvas, ring[(i + 1) % n]);
		const struct rv_point upper = a.y < b.y ? a : b, lower = a.y < b.y ? b : a;
		if (y >= upper.y && y < lower.y) {
			const int64_t per_row = (b.x - a.x) * one / (b.y - a.y);
			RV_GROW(canvas->crossings, canvas->n_crossings, canvas->cap_crossings);
			canvas->crossings[canvas->n_crossings++] = upper.x * one + (y - upper.y) * per_row;
		}
	}
	if (canvas->n_crossings > 1) {
		qsort(canvas->crossings, canvas->n_crossings, sizeof(*canvas->crossings), by_value);
	}
	for (size_t i = 0; i + 1 < canvas->n_crossings; i += 2) {
		const int64_t end = canvas->crossings[i + 1] >> FRACTION_BITS;
		for (int64_t x = (canvas->crossings[i] + one - 1) >> FRACTION_BITS; x <= end; x++) {
			set_pixel(canvas, x, y);
		}
	}
}

static void fill_by_centers(struct canvas *canvas, const struct rv_point *ring, size_t n)
{
	int32_t top = INT32_MAX, bottom = 0;
	for (size_t i = 0; i < n; i++) {
		const struct rv_point at = in_box(canvas, ring[i]);
		draw_line(canvas, at, in_box(canvas, ring[(i + 1) % n]));
		top = RV_MIN(top, at.y);
		bottom = RV_MAX(bottom, at.y);
	}
	for (int32_t y = top; y < bottom; y++) {
		fill_row(canvas, ring, n, y);
	}
}

/* ---- the comparison -------------------------------------------------------------------------------------------- */

static void load_mask(struct canvas *canvas, const struct rv_rle *mask)
{
	uint64_t at = 0;
	for (size_t i = 0; i < mask->len; at += mask->counts[i++]) {
		for (uint64_t k = at; i & 1 && k < at + mask->counts[i]; k++) {
			const size_t x = k / mask->height - canvas->bbox[0], y = k % mask->height - canvas->bbox[1];
			canvas->mask[x * canvas->column + y] = 1;
		}
	}
}

static void fill_ring(struct canvas *canvas, enum rv_outline outline, const struct rv_point *ring, size_t n)
{
	canvas->first = SIZE_MAX;
	canvas->end = 0;
	for (size_t i = 0; i < n; i++) {
		const size_t x = (size_t)in_box(canvas, ring[i]).x;
		canvas->first = RV_MIN(canvas->first, x);
		canvas->end = RV_MAX(canvas->end, x + 1);
	}
	uint8_t *const cells = canvas->ring + canvas->first * canvas->column;
	const size_t n_cells = (canvas->end - canvas->first) * canvas->column;
	memset(cells, 0, n_cells);
	(outline == RV_OUTLINE_EDGE ? fill_by_edges : fill_by_centers)(canvas, ring, n);
	for (size_t i = 0; i < n_cells; i++) {
		canvas->all[canvas->first * canvas->column + i] |= cells[i];
	}
}

static double compare(const struct canvas *canvas)
{
	uint64_t both = 0, any = 0;
	for (size_t x = 0; x < canvas->bbox[2]; x++) {
		for (size_t i = x * canvas->column; i < x * canvas->column + canvas->bbox[3]; i++) {
			both += canvas->mask[i] & canvas->all[i];
			any += canvas->mask[i] | canvas->all[i];
		}
	}
	return any > 0 ? (double)both / (double)any : 1;
}

double rv_polygons_iou(const struct rv_polygons *polygons, enum rv_outline outline, const struct rv_rle *mask)
{
	struct canvas canvas = { .crossings = NULL };
	rv_rle_bbox(mask, canvas.bbox);
	canvas.column = (size_t)canvas.bbox[3] + 1;
	const size_t n = canvas.column * ((size_t)canvas.bbox[2] + 1);
	uint8_t *const cells = rv_alloc_zero(n, 3);
	canvas.ring = cells;
	canvas.all = cells + n;
	canvas.mask = cells + 2 * n;
	load_mask(&canvas, mask);
	for (size_t i = 0, first = 0; i < polygons->n_rings; first = polygons->ends[i++]) {
		fill_ring(&canvas, outline, polygons->points + first, polygons->ends[i] - first);
	}
	const double iou = compare(&canvas);
	free(canvas.crossings);
	free(cells);
	return iou;
}

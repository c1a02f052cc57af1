/* SPDX-License-Identifier: MIT */
/* Boxes in space, keypoints and tracks, drawn over a picture. */
#include "mask/pixels/figures.h"

#include <math.h>
#include <string.h>

#define NEAR_M 1e-3 /* where the camera has no near end */
#define FRONT 2     /* the bit of a corner's number that is not set in front */
#define HALO_PX 0.75
#define HALO 178 /* of 255: 70 % */
#define LINE_PX 1.5
#define FRONT_PX 2.5
#define DISC_PX 6.0 /* across */
#define HOLE_PX 3.0
#define HEAD_PX 3.0
#define LAYER 90    /* of 255: what each layer of a tail covers; all of them, where it is newest, 95 % */
#define DOT_PX 0.05 /* the length of a line that is a disc: more than FreeType's unit */

/* ---- boxes ----------------------------------------------------------------------------------------------------- */

/* Where the edge between two points crosses the plane at this depth. */
static void cut_edge(const double a[3], const double b[3], double depth_m, double place[3])
{
	const double share = (depth_m - a[2]) / (b[2] - a[2]);
	for (size_t i = 0; i < 3; i++) {
		place[i] = i == 2 ? depth_m : a[i] + share * (b[i] - a[i]);
	}
}

/* False when nothing of it is far enough. */
static bool see_edge(const struct rv_camera *camera, const double a[3], const double b[3], double near_m,
                     struct rv_draw_point ends[2])
{
	const double *const seen[2] = { a, b };
	bool is_seen = a[2] >= near_m || b[2] >= near_m;
	for (size_t i = 0; is_seen && i < 2; i++) {
		double place[3], pixel[2];
		if (seen[i][2] >= near_m) {
			memcpy(place, seen[i], sizeof(place));
		} else {
			cut_edge(a, b, near_m, place);
		}
		is_seen = rv_camera_pixel(camera, place, pixel);
		ends[i] = (struct rv_draw_point) { pixel[0], pixel[1] };
	}
	return is_seen;
}

size_t mask_figures_edges(const struct rv_camera *camera, const double corners[MASK_BOX_CORNERS][3],
                          struct mask_edge edges[MASK_BOX_EDGES])
{
	const double near_m = RV_MAX(camera->clip_m[0], NEAR_M);
	double seen[MASK_BOX_CORNERS][3];
	size_t n = 0;
	for (size_t i = 0; i < MASK_BOX_CORNERS; i++) {
		rv_camera_see(camera, corners[i], seen[i]);
	}
	for (size_t i = 0; i < MASK_BOX_CORNERS; i++) {
		for (size_t bit = 1; bit < MASK_BOX_CORNERS; bit *= 2) {
			if (!(i & bit) && see_edge(camera, seen[i], seen[i | bit], near_m, edges[n].ends)) {
				edges[n++].is_front = !((i | bit) & FRONT);
			}
		}
	}
	return n;
}

/* ---- drawing --------------------------------------------------------------------------------------------------- */

static void draw_halo(const struct mask_pen *pen, double width_px, const struct rv_draw_point ends[2])
{
	rv_draw_line(pen->draw, pen->image, (struct rv_draw_ink) { .opacity = HALO },
	             (width_px + 2 * HALO_PX) * pen->scale, ends, 2, false);
}

static void draw_line(const struct mask_pen *pen, double width_px, const struct rv_draw_point ends[2])
{
	struct rv_draw_ink ink = { .opacity = 255 };
	memcpy(ink.rgb, pen->rgb, sizeof(ink.rgb));
	rv_draw_line(pen->draw, pen->image, ink, width_px * pen->scale, ends, 2, false);
}

static double width_of(const struct mask_edge *edge)
{
	return edge->is_front ? FRONT_PX : LINE_PX;
}

void mask_figures_box(const struct mask_pen *pen, const struct mask_edge *edges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		draw_halo(pen, width_of(&edges[i]), edges[i].ends);
	}
	for (size_t i = 0; i < n; i++) {
		draw_line(pen, width_of(&edges[i]), edges[i].ends);
	}
}

void mask_figures_limb(const struct mask_pen *pen, const struct rv_draw_point ends[2])
{
	draw_halo(pen, LINE_PX, ends);
	draw_line(pen, LINE_PX, ends);
}

/* A disc is a line that hardly goes anywhere: *dot are its ends. */
static void draw_disc(const struct mask_pen *pen, double width_px, struct rv_draw_point place,
                      struct rv_draw_point dot[2])
{
	dot[0] = (struct rv_draw_point) { place.x - DOT_PX / 2, place.y };
	dot[1] = (struct rv_draw_point) { place.x + DOT_PX / 2, place.y };
	draw_halo(pen, width_px, dot);
	draw_line(pen, width_px, dot);
}

void mask_figures_point(const struct mask_pen *pen, struct rv_draw_point place, bool is_hidden)
{
	struct rv_draw_point dot[2];
	draw_disc(pen, DISC_PX, place, dot);
	if (is_hidden) {
		rv_draw_line(pen->draw, pen->image, (struct rv_draw_ink) { .opacity = 255 }, HOLE_PX * pen->scale, dot,
		             2, false);
	}
}

/* ---- tails ----------------------------------------------------------------------------------------------------- */

/* The lines between places that are there. */
static void draw_runs(const struct mask_pen *pen, struct rv_draw_ink ink, double width_px,
                      const struct rv_draw_point *places, size_t n)
{
	size_t first = 0;
	for (size_t i = 0; i <= n; i++) {
		if (i == n || isnan(places[i].x)) {
			if (i - first >= 2) {
				rv_draw_line(pen->draw, pen->image, ink, width_px * pen->scale, &places[first],
				             i - first, false);
			}
			first = i + 1;
		}
	}
}

/* Layers that begin one picture later each: where a line is newer it has more of them. */
static void draw_layers(const struct mask_pen *pen, struct rv_draw_ink ink, double width_px,
                        const struct rv_draw_point *places, size_t n)
{
	for (size_t layer = 0; layer + 1 < MASK_TAIL; layer++) {
		const size_t gone = layer + n > MASK_TAIL ? layer + n - MASK_TAIL : 0;
		draw_runs(pen, ink, width_px, places + gone, n - gone);
	}
}

void mask_figures_tail(const struct mask_pen *pen, const struct rv_draw_point *places, size_t n)
{
	struct rv_draw_ink ink = { .opacity = LAYER };
	struct rv_draw_point dot[2];
	if (n == 0 || isnan(places[n - 1].x)) {
		return;
	}
	draw_layers(pen, ink, LINE_PX + 2 * HALO_PX, places, n);
	memcpy(ink.rgb, pen->rgb, sizeof(ink.rgb));
	draw_layers(pen, ink, LINE_PX, places, n);
	draw_disc(pen, HEAD_PX, places[n - 1], dot);
}

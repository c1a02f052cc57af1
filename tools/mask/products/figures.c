/* SPDX-License-Identifier: MIT */
/* Boxes in space, keypoints and tracks of the objects of a picture. */
#include "mask/products/figures.h"

#include <math.h>
#include <string.h>

void mask_product_figures_key(const struct mask_request *request, const struct mask_figures *figures,
                              struct rv_json_out *out)
{
	if (figures->boxes) {
		rv_json_put_string(out, NULL, "boxes3d");
		mask_boxes_key(request, figures->boxes, out);
	}
	if (figures->points) {
		rv_json_put_string(out, NULL, "keypoints");
		mask_points_key(request, figures->points, out);
		mask_points_key_edges(request, figures->points, out);
	}
	if (figures->tracks) {
		rv_json_put_string(out, NULL, "tracks");
		mask_track_points_key(request, figures->tracks, out);
	}
}

static void draw_box(const struct mask_job *job, const struct mask_boxes *boxes, uint32_t index,
                     const struct mask_pen *pen)
{
	const struct mask_box *const box = mask_boxes_find(job, boxes, index);
	struct mask_edge edges[MASK_BOX_EDGES];
	size_t n;
	if (box && mask_boxes_edges(job, boxes, box, edges, &n)) {
		mask_figures_box(pen, edges, n);
	}
}

static struct rv_draw_point place_of(const struct mask_point *point)
{
	return (struct rv_draw_point) { point->pixel[0], point->pixel[1] };
}

/* Of those before the camera, even if one end is beyond the border. */
static void draw_limbs(const struct mask_points *points, const struct mask_pen *pen)
{
	for (size_t i = 0; i < points->n_edges; i++) {
		const struct mask_point *const from = &points->items[points->edges[i].from];
		const struct mask_point *const to = &points->items[points->edges[i].to];
		if (from->has_pixel && to->has_pixel) {
			mask_figures_limb(pen, (const struct rv_draw_point[]) { place_of(from), place_of(to) });
		}
	}
}

static void draw_points(const struct mask_job *job, const struct mask_points *points, const struct mask_pen *pen)
{
	draw_limbs(points, pen);
	for (size_t i = 0; i < points->len; i++) {
		const enum mask_point_seen seen = mask_points_seen(job, &points->items[i], points->index);
		if (seen != MASK_POINT_OUTSIDE) {
			mask_figures_point(pen, place_of(&points->items[i]), seen == MASK_POINT_HIDDEN);
		}
	}
}

void mask_product_figures_draw(const struct mask_job *job, const struct mask_figures *figures, uint32_t index,
                               const struct mask_pen *pen)
{
	const struct mask_points *const points = figures->points ? mask_points_find(job, figures->points, index) : NULL;
	if (figures->boxes) {
		draw_box(job, figures->boxes, index, pen);
	}
	if (points) {
		draw_points(job, points, pen);
	}
}

/* ---- tracks ---------------------------------------------------------------------------------------------------- */

/* Where the points are in a picture of the view, the job's or one before: every `step`-th of *places. */
static int find_places(struct mask_job *job, const struct mask_track_points *points, const struct rv_picture *picture,
                       size_t step, struct rv_draw_point *places, struct rv_err *err)
{
	const bool is_other = picture != job->picture;
	const struct mask_track track = { .xy = rv_arena_alloc(job->arena, 2 * points->n + 1, sizeof(*track.xy)),
		                          .camera =
		                                  rv_arena_alloc(job->arena, 3 * points->n + 1, sizeof(*track.camera)),
		                          .is_seen = rv_arena_alloc(job->arena, points->n + 1, 1) };
	struct rv_camera camera;
	if (is_other && mask_read_other(job, picture, err) < 0) {
		return -1;
	}
	rv_camera_read(&camera, picture->camera);
	mask_tracks_see(points, picture->frame_number, &camera,
	                is_other ? mask_other_planes(job, MASK_ROLE(DEPTH)) : mask_planes(job, MASK_ROLE(DEPTH)),
	                is_other ? mask_other_planes(job, MASK_ROLE(INDEX)) : mask_planes(job, MASK_ROLE(INDEX)),
	                &track);
	for (size_t i = 0; i < points->n; i++) {
		const bool is_seen = track.is_seen[i];
		places[i * step] = (struct rv_draw_point) { is_seen ? (double)track.xy[2 * i] : NAN,
			                                    is_seen ? (double)track.xy[2 * i + 1] : NAN };
	}
	return 0;
}

static bool is_on_floor(const struct mask_track_points *points, size_t i, const struct rv_palette *palette)
{
	int32_t index;
	memcpy(&index, (const char *)points->object.numbers + i * sizeof(index), sizeof(index));
	return rv_palette_is_floor(palette, (uint32_t)index);
}

int mask_product_figures_tracks(struct mask_job *job, const struct mask_figures *figures,
                                const struct rv_palette *palette, struct mask_pen *pen, struct rv_err *err)
{
	if (!figures->tracks || !mask_planes(job, MASK_ROLE(DEPTH))) {
		return 0;
	}
	const struct mask_track_file *const file = mask_track_points_file(job, figures->tracks, err);
	if (!file) {
		return -1;
	}
	const size_t n = RV_MIN(job->picture->frame_number + 1, (size_t)MASK_TAIL);
	struct rv_draw_point *const places = rv_arena_alloc(job->arena, file->points.n * n + 1, sizeof(*places));
	for (size_t i = 0; i < n; i++) {
		if (find_places(job, &file->points, job->picture - (n - 1 - i), n, &places[i], err) < 0) {
			return -1;
		}
	}
	for (size_t i = 0; i < file->points.n; i++) {
		if (!is_on_floor(&file->points, i, palette)) {
			rv_palette_colour(i, pen->rgb);
			mask_figures_tail(pen, &places[i * n], n);
		}
	}
	return 0;
}

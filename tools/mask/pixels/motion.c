/* SPDX-License-Identifier: MIT */
/* Where the points of a picture are at another time. */
#include "mask/pixels/motion.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mask/pixels/seen.h"
#include "vocabulary.h"

static int by_index(const void *a, const void *b)
{
	const uint32_t left = ((const struct mask_motion *)a)->index, right = ((const struct mask_motion *)b)->index;
	return (left > right) - (left < right);
}

static const struct mask_motion *find_motion(struct mask_moves *moves, uint32_t index)
{
	const struct mask_motion key = { .index = index };
	if (!moves->last || moves->last->index != index) { /* pixels of an object are beside each other */
		moves->last = moves->n == 0 ? NULL : bsearch(&key, moves->motions, moves->n, sizeof(key), by_index);
	}
	return moves->last;
}

bool mask_moves_lack_vectors(struct mask_moves *moves, size_t at)
{
	const struct mask_motion *const motion = find_motion(moves, (uint32_t)moves->index->f32[at]);
	return motion && (motion->deforms || motion->is_away);
}

bool mask_moves_at(struct mask_moves *moves, size_t at, double world[3], double then[3])
{
	const struct rv_camera *const camera = moves->camera;
	const struct mask_motion *const motion = find_motion(moves, (uint32_t)moves->index->f32[at]);
	double z = (double)moves->depth->f32[at];
	if (!motion || !motion->is_known || !(z > 0 && z < (double)RV_DEPTH_SEEN_MAX)) {
		return false;
	}
	z *= motion->deforms ? 1 + (double)moves->carried->f32[4 * at + 3] : 1; /* on the triangle itself */
	const size_t width = moves->depth->width;
	const double pixel[] = { (double)(at % width) + 0.5, (double)(at / width) + 0.5 };
	double seen[3];
	rv_camera_point(camera, pixel, z, seen);
	rv_camera_place(camera, seen, world);
	for (size_t i = 0; i < 3; i++) {
		const double *const row = motion->matrix[i];
		then[i] = motion->deforms ? (double)moves->carried->f32[4 * at + i]
		                          : row[0] * world[0] + row[1] * world[1] + row[2] * world[2] + row[3];
	}
	return isfinite(then[0]);
}

int mask_unknown_planes(uint32_t width, uint32_t height, struct rv_image *planes, size_t n, struct rv_err *err)
{
	for (size_t i = 0; i < n; i++) {
		if (rv_image_init(&planes[i], width, height, 1, RV_PIXEL_F32, err) < 0) {
			return -1;
		}
		for (size_t k = 0; k < (size_t)width * height; k++) {
			planes[i].f32[k] = RV_FLOW_UNKNOWN;
		}
	}
	return 0;
}

int mask_scene_flow(struct mask_moves *moves, struct rv_image xyz[3], struct rv_err *err)
{
	const uint32_t width = moves->depth->width, height = moves->depth->height;
	if (mask_unknown_planes(width, height, xyz, 3, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)width * height; i++) {
		double world[3], then[3];
		if (mask_moves_at(moves, i, world, then)) {
			for (size_t k = 0; k < 3; k++) {
				xyz[k].f32[i] = (float)(then[k] - world[k]);
			}
		}
	}
	return 0;
}

int mask_unknown_occlusion(uint32_t width, uint32_t height, struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, width, height, 1, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	memset(out->u8, MASK_UNSURE, (size_t)width * height);
	return 0;
}

int mask_occlusion(struct mask_moves *moves, const struct rv_camera *other, const struct rv_image *other_depth,
                   const struct rv_image *other_index, struct rv_image *out, struct rv_err *err)
{
	const uint32_t width = moves->depth->width, height = moves->depth->height;
	if (mask_unknown_occlusion(width, height, out, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)width * height; i++) {
		double world[3], then[3], seen[3], pixel[2];
		if (!mask_moves_at(moves, i, world, then)) {
			continue;
		}
		rv_camera_see(other, then, seen);
		const bool is_inside = rv_camera_pixel(other, seen, pixel) && pixel[0] >= 0 && pixel[0] < width &&
		                       pixel[1] >= 0 && pixel[1] < height;
		const uint32_t own = (uint32_t)moves->index->f32[i];
		const bool is_seen =
		        is_inside && mask_is_seen(other_depth, other_index, pixel[0], pixel[1], seen[2], own, 0);
		out->u8[i] = is_seen ? MASK_SEEN : MASK_HIDDEN;
	}
	return 0;
}

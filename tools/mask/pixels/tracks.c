/* SPDX-License-Identifier: MIT */
/* Points of surfaces in a picture. */
#include "mask/pixels/tracks.h"

#include <math.h>
#include <string.h>

#include "mask/pixels/seen.h"

static bool faces(const struct rv_camera *camera, const double world[3], const float normal[3])
{
	double towards = 0;
	for (size_t k = 0; k < 3; k++) {
		const double back = camera->is_parallel ? camera->axes[k][2] : camera->place[k] - world[k];
		towards += (double)normal[k] * back;
	}
	return towards > 0 || (normal[0] == 0 && normal[1] == 0 && normal[2] == 0);
}

/* Numbers of an array, which need not be aligned. */
static void take(const struct rv_array *array, size_t first, size_t item_bytes, void *numbers, size_t bytes)
{
	memcpy(numbers, (const unsigned char *)array->numbers + first * item_bytes, bytes);
}

static bool is_own(const struct rv_image *depth, const struct rv_image *index, const double pixel[2], double depth_m,
                   uint32_t own)
{
	const bool is_inside = pixel[0] >= 0 && pixel[0] < depth->width && pixel[1] >= 0 && pixel[1] < depth->height;
	return is_inside && index->f32[(size_t)pixel[1] * depth->width + (size_t)pixel[0]] == (float)own &&
	       mask_is_seen(depth, index, pixel[0], pixel[1], depth_m, own, 0);
}

void mask_tracks_see(const struct mask_track_points *points, size_t frame, const struct rv_camera *camera,
                     const struct rv_image *depth, const struct rv_image *index, const struct mask_track *track)
{
	for (size_t i = 0; i < points->n; i++) {
		const size_t first = (frame * points->n + i) * 3;
		double world[3], seen[3] = { NAN, NAN, NAN }, pixel[2] = { NAN, NAN };
		float normal[3];
		int32_t own;
		take(&points->world, first, sizeof(*world), world, sizeof(world));
		take(&points->normal, first, sizeof(*normal), normal, sizeof(normal));
		take(&points->object, i, sizeof(own), &own, sizeof(own));
		if (camera->has_pose) {
			rv_camera_see(camera, world, seen);
		}
		const bool is_before = camera->has_pixels && rv_camera_pixel(camera, seen, pixel);
		track->is_seen[i] = is_before && faces(camera, world, normal) &&
		                    is_own(depth, index, pixel, seen[2], (uint32_t)own);
		for (size_t k = 0; k < 3; k++) {
			track->camera[3 * i + k] = (float)seen[k];
		}
		for (size_t k = 0; k < 2; k++) {
			track->xy[2 * i + k] = (float)pixel[k];
		}
	}
}

/* SPDX-License-Identifier: MIT */
/* The camera of a picture. */
#include "camera.h"

#include <math.h>
#include <string.h>

/* What is no number is NaN. */
static double at(struct rv_json rows, size_t row, size_t column)
{
	return rv_json_number(rv_json_at(rv_json_at(rows, row), column), NAN);
}

static bool read_pose(struct rv_camera *camera, struct rv_json rows)
{
	bool is_whole = true;
	for (size_t i = 0; i < 3; i++) {
		for (size_t k = 0; k < 3; k++) {
			camera->axes[i][k] = at(rows, i, k);
			is_whole &= isfinite(camera->axes[i][k]);
		}
		camera->place[i] = at(rows, i, 3);
		is_whole &= isfinite(camera->place[i]);
	}
	return is_whole;
}

/* The axes' pixels per metre, at a distance of 1 or at any, and the pixel of the camera's axis. */
static bool set_lens(struct rv_camera *camera, double fx, double fy, double cx, double cy)
{
	camera->fx = fx;
	camera->fy = fy;
	camera->cx = cx;
	camera->cy = cy;
	return camera->fx > 0 && camera->fy > 0 && isfinite(camera->fx) && isfinite(camera->fy) &&
	       isfinite(camera->cx) && isfinite(camera->cy);
}

static bool read_lens(struct rv_camera *camera, struct rv_json json)
{
	if (!camera->is_parallel) {
		const struct rv_json k = rv_json_get(json, "K");
		return set_lens(camera, at(k, 0, 0), at(k, 1, 1), at(k, 0, 2), at(k, 1, 2));
	}
	const struct rv_json projection = rv_json_get(json, "projection");
	const struct rv_json scale = rv_json_get(projection, "scale"), center = rv_json_get(projection, "center");
	return set_lens(camera, rv_json_number(rv_json_at(scale, 0), NAN), rv_json_number(rv_json_at(scale, 1), NAN),
	                rv_json_number(rv_json_at(center, 0), NAN), rv_json_number(rv_json_at(center, 1), NAN));
}

void rv_camera_read(struct rv_camera *camera, struct rv_json json)
{
	const char *const type = rv_json_string(rv_json_get(json, "type"), NULL);
	const struct rv_json clip = rv_json_get(json, "clip");
	*camera = (struct rv_camera) { .has_pose = false };
	camera->has_pose = read_pose(camera, rv_json_get(json, "matrix_world"));
	camera->is_parallel = type && strcmp(type, "ORTHO") == 0;
	const bool is_whole = read_lens(camera, json) && camera->has_pose;
	camera->is_pinhole = is_whole && (!type || strcmp(type, "PERSP") == 0);
	camera->has_pixels = camera->is_pinhole || (is_whole && camera->is_parallel);
	camera->clip_m[0] = rv_json_number(rv_json_at(clip, 0), 0);
	camera->clip_m[1] = rv_json_number(rv_json_at(clip, 1), INFINITY);
}

void rv_camera_see(const struct rv_camera *camera, const double world[3], double seen[3])
{
	static const double signs[] = { 1, -1, -1 };
	for (size_t k = 0; k < 3; k++) { /* a rotation's inverse is its transpose */
		double sum = 0;
		for (size_t i = 0; i < 3; i++) {
			sum += camera->axes[i][k] * (world[i] - camera->place[i]);
		}
		seen[k] = signs[k] * sum;
	}
}

void rv_camera_place(const struct rv_camera *camera, const double seen[3], double world[3])
{
	for (size_t i = 0; i < 3; i++) {
		world[i] = camera->place[i] + camera->axes[i][0] * seen[0] - camera->axes[i][1] * seen[1] -
		           camera->axes[i][2] * seen[2];
	}
}

bool rv_camera_pixel(const struct rv_camera *camera, const double seen[3], double pixel[2])
{
	const double depth_m = camera->is_parallel ? 1 : seen[2];
	if (!(seen[2] > 0)) {
		return false;
	}
	pixel[0] = camera->cx + camera->fx * seen[0] / depth_m;
	pixel[1] = camera->cy + camera->fy * seen[1] / depth_m;
	return true;
}

void rv_camera_point(const struct rv_camera *camera, const double pixel[2], double depth_m, double seen[3])
{
	const double away = camera->is_parallel ? 1 : depth_m;
	seen[0] = (pixel[0] - camera->cx) / camera->fx * away;
	seen[1] = (pixel[1] - camera->cy) / camera->fy * away;
	seen[2] = depth_m;
}

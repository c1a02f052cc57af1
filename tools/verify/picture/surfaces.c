/* SPDX-License-Identifier: MIT */
/*
 * Normals against depth. Where a surface is flat, 1 / depth is linear in the pixels of a pinhole: with X and Y of the
 * ray through a pixel, a plane n * P = d has 1 / depth = (nx X + ny Y + nz) / d. So its slopes are the normal. Of an
 * orthographic camera depth is linear itself: -depth = (nx X + ny Y - d) / nz. Shading may bend normals, and a surface
 * may be flat in a few pixels by chance: an object is blamed when most of its flat pixels have a normal that is far
 * off, as one of another space, sign or picture is.
 */
#include <inttypes.h>
#include <math.h>

#include "verify/picture.h"
#include "verify/scene.h"

#define FLAT 1e-4     /* of what is linear: how much it may bend from pixel to pixel */
#define PIXELS_MIN 16 /* of an object, to say anything */
#define COSINE_MIN 0.5

struct tally {
	uint32_t n_flat, n_off;
};

/* What is linear in the pixels of a plane. */
static double linear(const struct verify_scene *scene, float depth)
{
	return scene->is_parallel ? -(double)depth : 1 / (double)depth;
}

/* Its slope over a pixel and its neighbours at this distance; false where it bends. */
static bool find_slope(const struct verify_scene *scene, const float *depth, size_t step, double *slope)
{
	const double before = linear(scene, *(depth - step)), here = linear(scene, *depth),
	             after = linear(scene, depth[step]);
	*slope = (after - before) / 2;
	return fabs(before + after - 2 * here) <= FLAT * fabs(here);
}

/* Whether the pixel and its four neighbours are of one object. */
static bool is_inside(const struct rv_image *index, size_t at)
{
	const uint16_t *const here = &index->u16[at];
	const size_t width = index->width;
	return *here != 0 && here[-1] == *here && here[1] == *here && *(here - width) == *here && here[width] == *here;
}

/* The unit normal at a pixel, towards a camera that has x to the right, y down and z away. False where it is not flat.
 */
static bool find_normal(const struct verify_picture *picture, const struct verify_scene *scene, size_t at,
                        double normal[3])
{
	const size_t width = picture->width;
	const float *const depth = &picture->depth->f32[at];
	const struct verify_camera *const camera = &scene->camera;
	const double x = ((double)(at % width) + 0.5 - camera->cx) / camera->fl_x,
	             y = ((double)(at / width) + 0.5 - camera->cy) / camera->fl_y;
	if (!find_slope(scene, depth, 1, &normal[0]) || !find_slope(scene, depth, width, &normal[1])) {
		return false;
	}
	normal[0] *= camera->fl_x;
	normal[1] *= camera->fl_y;
	normal[2] = scene->is_parallel ? 1 : 1 / (double)*depth - normal[0] * x - normal[1] * y;
	/* n * (X, Y, 1), of a pinhole, is 1 / depth and positive: it points away */
	const double length = -sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
	for (size_t i = 0; i < 3; i++) {
		normal[i] /= length;
	}
	return true;
}

/* The normal of the file along the camera's axes. */
static double cosine(const struct verify_scene *scene, const struct verify_decoded *normals, size_t at,
                     const double wanted[3])
{
	double sum = 0, square = 0;
	for (size_t axis = 0; axis < 3; axis++) {
		double along = 0;
		for (size_t i = 0; i < 3; i++) {
			along += scene->camera.matrix[i][axis] * (double)normals->planes[i].image.f32[at];
		}
		sum += (axis == 0 ? along : -along) * wanted[axis];
		square += along * along;
	}
	return square > 0 ? sum / sqrt(square) : 0;
}

static void check_normals(struct verify_picture *picture, const struct verify_file *file)
{
	struct verify_scene scene;
	verify_scene_read(&scene, picture->picture, &picture->arena);
	if (!scene.has_pixels || !picture->depth || !picture->index) {
		return;
	}
	struct tally *const tallies = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*tallies));
	for (uint32_t y = 1; y + 1 < picture->height; y++) {
		for (uint32_t x = 1; x + 1 < picture->width; x++) {
			const size_t at = (size_t)y * picture->width + x;
			double normal[3];
			if (is_inside(picture->index, at) && find_normal(picture, &scene, at, normal)) {
				struct tally *const tally = &tallies[picture->index->u16[at]];
				tally->n_flat++;
				tally->n_off += cosine(&scene, &file->decoded, at, normal) < COSINE_MIN;
			}
		}
	}
	for (uint32_t index = 1; index <= UINT16_MAX; index++) {
		const struct tally *const tally = &tallies[index];
		if (tally->n_flat >= PIXELS_MIN && tally->n_off * 2 > tally->n_flat) {
			verify_problems_add(picture->problems, VERIFY_NORMAL_DEPTH, file->name.ptr,
			                    "index %" PRIu32 ": %" PRIu32 " of %" PRIu32
			                    " normals are more than 60 degrees off",
			                    index, tally->n_off, tally->n_flat);
			return;
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_NORMAL, RV_ROLES };

const struct verify_label verify_picture_surfaces = { .roles = roles, .file = check_normals };

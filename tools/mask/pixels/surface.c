/* SPDX-License-Identifier: MIT */
/* Points of surfaces that deform: see surface.h. */
#include "mask/pixels/surface.h"

#include <math.h>
#include <string.h>

#include "vocabulary.h"

#define NEAR 1e-3f   /* that a triangle may be off, as a part of the depth */
#define BESIDE -1e-4 /* a share of a vertex: rays that meet an edge are on both sides of it, or on none */

int mask_surface_begin(const struct rv_image *depth, struct rv_image *carried, struct rv_err *err)
{
	if (rv_image_init(carried, depth->width, depth->height, 4, RV_PIXEL_F32, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)depth->width * depth->height; i++) {
		carried->f32[4 * i] = NAN;
		carried->f32[4 * i + 3] = NEAR;
	}
	return 0;
}

/* A vertex in the world. */
static void place_vertex(const void *vertices, size_t number, const double matrix[3][4], double world[3])
{
	float own[3];
	memcpy(own, (const unsigned char *)vertices + number * sizeof(own), sizeof(own));
	for (size_t i = 0; i < 3; i++) {
		world[i] = matrix[i][0] * (double)own[0] + matrix[i][1] * (double)own[1] +
		           matrix[i][2] * (double)own[2] + matrix[i][3];
	}
}

/* A triangle as the camera sees it. */
struct seen {
	int32_t corners[3];
	const double *at[3];
	double normals[3][3];   /* a ray's product with each is the share of a vertex, times something */
	int64_t from[2], to[2]; /* pixels whose centres it may cover: columns, rows */
};

static void cross(const double a[3], const double b[3], double out[3])
{
	for (size_t i = 0; i < 3; i++) {
		const size_t k = (i + 1) % 3, m = (i + 2) % 3;
		out[i] = a[k] * b[m] - a[m] * b[k];
	}
}

/* The pixels that it may cover: all where a vertex is not before the camera. */
static void find_pixels(struct seen *seen, const struct rv_camera *camera, const struct rv_image *depth)
{
	const int64_t size[] = { depth->width, depth->height };
	double low[2] = { INFINITY, INFINITY }, high[2] = { -INFINITY, -INFINITY };
	bool is_before = true;
	for (size_t i = 0; i < 3; i++) {
		double pixel[2] = { 0 };
		is_before = rv_camera_pixel(camera, seen->at[i], pixel) && is_before;
		for (size_t k = 0; k < 2; k++) {
			low[k] = fmin(low[k], pixel[k]);
			high[k] = fmax(high[k], pixel[k]);
		}
	}
	for (size_t k = 0; k < 2; k++) { /* a centre more on each side, for rays that meet an edge */
		const double least = is_before ? fmax(low[k] - 1, 0) : 0;
		const double most = is_before ? fmin(high[k] + 1, (double)size[k]) : (double)size[k];
		seen->from[k] = least < (double)size[k] ? (int64_t)least : size[k];
		seen->to[k] = most > 0 ? (int64_t)most : 0;
	}
}

static int see_triangle(const struct mask_surface *surface, const struct rv_camera *camera,
                        const struct rv_image *depth, size_t number, struct seen *seen, struct rv_err *err)
{
	memcpy(seen->corners, (const unsigned char *)surface->triangles + number * sizeof(seen->corners),
	       sizeof(seen->corners));
	for (size_t i = 0; i < 3; i++) {
		if (seen->corners[i] < 0 || (size_t)seen->corners[i] >= surface->n_vertices) {
			return rv_fail(err, RV_E_BAD_FILE, "triangle %zu of object %u has the vertex %d of %zu", number,
			               surface->index, seen->corners[i], surface->n_vertices);
		}
		seen->at[i] = surface->seen[seen->corners[i]];
	}
	double corners[3][3]; /* of a parallel camera's triangle those of its outline in the plane that is 1 away */
	for (size_t i = 0; i < 3; i++) {
		memcpy(corners[i], seen->at[i], sizeof(corners[i]));
		corners[i][2] = camera->is_parallel ? 1 : corners[i][2];
	}
	for (size_t i = 0; i < 3; i++) {
		cross(corners[(i + 1) % 3], corners[(i + 2) % 3], seen->normals[i]);
	}
	find_pixels(seen, camera, depth);
	return 0;
}

/* The vertices' shares of the point in which a ray, 1 long in depth, meets the triangle, and the point's depth. False
 * where it does not. */
static bool meet(const struct seen *seen, const double ray[2], double shares[3], double *z)
{
	double sum = 0;
	for (size_t i = 0; i < 3; i++) {
		const double *const normal = seen->normals[i];
		shares[i] = normal[0] * ray[0] + normal[1] * ray[1] + normal[2];
		sum += shares[i];
	}
	*z = 0;
	bool is_inside = sum != 0;
	for (size_t i = 0; is_inside && i < 3; i++) {
		shares[i] /= sum;
		*z += shares[i] * seen->at[i][2];
		is_inside = shares[i] >= BESIDE;
	}
	return is_inside && *z > 0;
}

static void carry_triangle(const struct mask_surface *surface, const struct seen *seen, const struct rv_camera *camera,
                           const struct rv_image *depth, const struct rv_image *index, struct rv_image *carried)
{
	for (int64_t y = seen->from[1]; y < seen->to[1]; y++) {
		for (int64_t x = seen->from[0]; x < seen->to[0]; x++) {
			const size_t at = (size_t)y * depth->width + (size_t)x;
			const double ray[] = { ((double)x + 0.5 - camera->cx) / camera->fx,
				               ((double)y + 0.5 - camera->cy) / camera->fy };
			double shares[3], z;
			if ((uint32_t)index->f32[at] != surface->index || !meet(seen, ray, shares, &z)) {
				continue;
			}
			float *const best = &carried->f32[4 * at];
			const float off = (float)(z / (double)depth->f32[at] - 1);
			if (fabsf(off) < fabsf(best[3])) {
				double then[3] = { 0 };
				for (size_t i = 0; i < 3; i++) {
					double world[3];
					place_vertex(surface->then, (size_t)seen->corners[i], surface->to, world);
					for (size_t k = 0; k < 3; k++) {
						then[k] += shares[i] * world[k];
					}
				}
				for (size_t k = 0; k < 3; k++) {
					best[k] = (float)then[k];
				}
				best[3] = off;
			}
		}
	}
}

int mask_surface_carry(const struct mask_surface *surface, const struct rv_camera *camera, const struct rv_image *depth,
                       const struct rv_image *index, struct rv_image *carried, struct rv_err *err)
{
	for (size_t i = 0; i < surface->n_vertices; i++) {
		double world[3];
		place_vertex(surface->here, i, surface->from, world);
		rv_camera_see(camera, world, surface->seen[i]);
	}
	for (size_t i = 0; i < surface->n_triangles; i++) {
		struct seen seen = { 0 };
		if (see_triangle(surface, camera, depth, i, &seen, err) < 0) {
			return -1;
		}
		carry_triangle(surface, &seen, camera, depth, index, carried);
	}
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Where points of surfaces that deform are at another time. A pixel's point is on the triangle that the ray through the
 * pixel's centre meets at the depth that the map has there; it keeps its share of the three vertices, wherever they go.
 */
#ifndef RV_MASK_PIXELS_SURFACE_H
#define RV_MASK_PIXELS_SURFACE_H

#include "camera.h"
#include "image.h"

/* The surface of one object here and then. Arrays are borrowed and need not be aligned. */
struct mask_surface {
	uint32_t index; /* of the object */
	size_t n_vertices, n_triangles;
	const void *triangles;       /* int32: three numbers of vertices each, as they are cut here */
	const void *here, *then;     /* float: x, y, z of each vertex in the object's own space */
	double from[3][4], to[3][4]; /* that space to the world, metres */
	double (*seen)[3];           /* room for the vertices */
};

/* Makes *carried, F32 of four channels, that nothing is known of. */
int mask_surface_begin(const struct rv_image *depth, struct rv_image *carried, struct rv_err *err) RV_MUST_USE;
/*
 * Puts into *carried where in the world the points are then that the camera sees of the surface: x, y, z, and how much
 * farther away than the depth map the triangle is, as a part of the depth. A point that is off by more than a
 * thousandth is on no triangle: what the map has there is a hair, or a surface that vertices do not tell of. The camera
 * has pixels. RV_E_BAD_FILE where a triangle names a vertex that is not there.
 */
int mask_surface_carry(const struct mask_surface *surface, const struct rv_camera *camera, const struct rv_image *depth,
                       const struct rv_image *index, struct rv_image *carried, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* mask/pixels/surface.h: points of triangles that deform. */
#include "mask/pixels/surface.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define N 4

/* Looks along -z of the world from its origin; at 10 m a pixel is 1 m wide, and the first begins at x = -2. */
static const struct rv_camera camera = { .has_pose = true,
	                                 .is_pinhole = true,
	                                 .axes = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	                                 .fx = 10,
	                                 .fy = 10,
	                                 .cx = 2,
	                                 .cy = 0.5 };
/* The same picture at any distance: a pixel is 1 m wide. */
static const struct rv_camera parallel = { .has_pose = true,
	                                   .has_pixels = true,
	                                   .is_parallel = true,
	                                   .axes = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	                                   .fx = 1,
	                                   .fy = 1,
	                                   .cx = 2,
	                                   .cy = 0.5 };
/* Covers the first three pixels; it is stretched by two along x, and its place is 3 m higher then. */
static const float here[] = { -2, -5, -10, -2, 5, -10, 2, 0, -10 }, then[] = { -4, -5, -10, -4, 5, -10, 4, 0, -10 };
/* The same from above, but tilted: a metre deeper for each metre along x. */
static const float tilted[] = { -2, -5, -8, -2, 5, -8, 2, 0, -12 };
static const int32_t corners[] = { 0, 1, 2 };

/* What a camera has of the triangle: the second pixel is before it. */
struct view {
	const struct rv_camera *camera;
	const float *here;
	float depths[N];
};
static const struct view perspective = { &camera, here, { 10, 9, 10.005f, 10 } };
static const struct view orthographic = { &parallel, tilted, { 8.5f, 9, 10.50525f, 10 } };

static void make(struct rv_image *image, const float numbers[N])
{
	struct rv_err err = RV_ERR_INIT;
	*image = (struct rv_image)RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(image, N, 1, 1, RV_PIXEL_F32, &err), &err);
	memcpy(image->f32, numbers, sizeof(float) * N);
}

/* Carries the triangle with these corners; what is to be freed is *carried. */
static int carry(const struct view *view, const int32_t triangle[3], struct rv_image *carried, struct rv_err *err)
{
	const float indices[N] = { 7, 7, 7, 8 }; /* the fourth is of another object */
	double seen[3][3];
	const struct mask_surface surface = { .index = 7,
		                              .n_vertices = 3,
		                              .n_triangles = 1,
		                              .triangles = triangle,
		                              .here = view->here,
		                              .then = then,
		                              .from = { { 1, 0, 0, 0 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } },
		                              .to = { { 1, 0, 0, 0 }, { 0, 1, 0, 3 }, { 0, 0, 1, 0 } },
		                              .seen = seen };
	struct rv_image depth, index;
	make(&depth, view->depths);
	make(&index, indices);
	CHECK_OK(mask_surface_begin(&depth, carried, err), err);
	const int status = mask_surface_carry(&surface, view->camera, &depth, &index, carried, err);
	rv_image_release(&depth);
	rv_image_release(&index);
	return status;
}

static void check_shares(const struct view *view)
{
	const double wanted[2][4] = { { -3, 3, -10, 0 }, { 1, 3, -10, -5e-4 } };
	struct rv_image carried = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(carry(view, corners, &carried, &err), &err);
	for (size_t i = 0; i < RV_COUNTOF(wanted); i++) {
		for (size_t k = 0; k < 4; k++) {
			CHECK_NEAR((double)carried.f32[8 * i + k], wanted[i][k], 1e-6);
		}
	}
	CHECK(isnan(carried.f32[4]));
	CHECK(isnan(carried.f32[12]));
	rv_image_release(&carried);
}

static void shares(void)
{
	check_shares(&perspective);
}

static void parallel_rays(void)
{
	check_shares(&orthographic);
}

static void damaged(void)
{
	struct rv_image carried = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	const int32_t beyond[] = { 0, 1, 3 }, below[] = { -1, 1, 2 };
	CHECK_FAILS(carry(&perspective, beyond, &carried, &err), &err, RV_E_BAD_FILE,
	            "triangle 0 of object 7 has the vertex 3 of 3");
	CHECK_FAILS(carry(&perspective, below, &carried, &err), &err, RV_E_BAD_FILE,
	            "triangle 0 of object 7 has the vertex -1 of 3");
	rv_image_release(&carried);
}

CHECK_MODULE(surface)
{
	check_case("points keep their share of a triangle", shares);
	check_case("an orthographic camera sees the same shares", parallel_rays);
	check_case("a triangle has vertices that are there", damaged);
}

/* SPDX-License-Identifier: MIT */
/* mask/pixels/tracks.h: where points are seen, and each of the reasons why one is not. */
#include "mask/pixels/tracks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "check.h"

#define SIDE 4

/* Looks along -z of the world from its origin; at 10 m a pixel is 1 m wide. */
static const struct rv_camera camera = { .has_pose = true,
	                                 .is_pinhole = true,
	                                 .has_pixels = true,
	                                 .axes = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	                                 .fx = 10,
	                                 .fy = 10,
	                                 .cx = 2,
	                                 .cy = 2 };

/* All pixels show object 1, 10 m away, but for the upper row: object 2, 5 m away. */
static void make(struct rv_image *image, float all, float upper)
{
	struct rv_err err = RV_ERR_INIT;
	*image = (struct rv_image)RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(image, SIDE, SIDE, 1, RV_PIXEL_F32, &err), &err);
	for (size_t i = 0; i < SIDE * SIDE; i++) {
		image->f32[i] = i < SIDE ? upper : all;
	}
}

static const struct {
	int32_t object;
	double world[3];
	float normal[3];
	bool is_seen;
	float xy[2];
} rows[] = {
	{ 1, { 0, 0, -10 }, { 0, 0, 1 }, true, { 2, 2 } },
	{ 1, { 0, 0, -10 }, { 0, 0, -1 }, false, { 2, 2 } },                     /* looks away */
	{ 1, { 0, 0, -10 }, { 0, 0, 0 }, true, { 2, 2 } },                       /* has no back */
	{ 1, { 0.5, -1, -10.2 }, { 0, 0, 1 }, false, { 2.490196F, 2.980392F } }, /* below its own surface */
	{ 2, { 0, 0, -10 }, { 0, 0, 1 }, false, { 2, 2 } },                      /* another object is there */
	{ 1, { 0, 1.5, -10 }, { 0, 0, 1 }, false, { 2, 0.5F } },                 /* and there */
	{ 2, { 0, 0.75, -5 }, { 0, 0, 1 }, true, { 2, 0.5F } },
	{ 1, { 2.5, 0, -10 }, { 0, 0, 1 }, false, { 4.5F, 2 } },    /* out of the picture */
	{ 1, { 0, 0, 10 }, { 0, 0, 1 }, false, { NAN, NAN } },      /* behind the camera */
	{ 1, { NAN, NAN, NAN }, { 0, 0, 0 }, false, { NAN, NAN } }, /* not known */
};
#define N RV_COUNTOF(rows)

static bool is_same(float a, float b)
{
	return isnan(b) ? isnan(a) : fabsf(a - b) < 1e-5F;
}

static void points(void)
{
	struct rv_image depth, index;
	int32_t object[N];
	double world[2 * N][3];
	float normal[2 * N][3], xy[N][2], seen_from[N][3];
	uint8_t is_seen[N];
	for (size_t i = 0; i < N; i++) {
		object[i] = rows[i].object;
		memset(world[i], 0, sizeof(world[i])); /* a frame before */
		memcpy(world[N + i], rows[i].world, sizeof(world[i]));
		memset(normal[i], 0, sizeof(normal[i]));
		memcpy(normal[N + i], rows[i].normal, sizeof(normal[i]));
	}
	const struct mask_track_points all = {
		.n = N,
		.n_frames = 2,
		.object = { .number = RV_NUMBER_I32, .n_dims = 1, .shape = { N }, .numbers = object },
		.world = { .number = RV_NUMBER_F64, .n_dims = 3, .shape = { 2, N, 3 }, .numbers = world },
		.normal = { .number = RV_NUMBER_F32, .n_dims = 3, .shape = { 2, N, 3 }, .numbers = normal },
	};
	const struct mask_track track = { .xy = xy[0], .camera = seen_from[0], .is_seen = is_seen };
	make(&depth, 10, 5);
	make(&index, 1, 2);
	mask_tracks_see(&all, 1, &camera, &depth, &index, &track);
	for (size_t i = 0; i < N; i++) {
		if (!CHECK(is_seen[i] == rows[i].is_seen && is_same(xy[i][0], rows[i].xy[0]) &&
		           is_same(xy[i][1], rows[i].xy[1]))) {
			printf("# point %zu: %d %g %g\n", i, is_seen[i], (double)xy[i][0], (double)xy[i][1]);
		}
	}
	CHECK(is_same(seen_from[5][0], 0) && is_same(seen_from[5][1], -1.5F) && is_same(seen_from[5][2], 10));
	const struct rv_camera other = { .has_pose = true, .axes = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } } };
	mask_tracks_see(&all, 1, &other, &depth, &index, &track);
	CHECK(!is_seen[0] && isnan(xy[0][0]) && is_same(seen_from[0][2], 10)); /* without pixels */
	struct rv_camera parallel = camera;                                    /* 1 pixel per metre at any depth */
	parallel.is_pinhole = false;
	parallel.is_parallel = parallel.has_pixels = true;
	parallel.fx = parallel.fy = 1;
	mask_tracks_see(&all, 1, &parallel, &depth, &index, &track);
	for (size_t i = 0; i < N; i++) { /* a row's pixel in parallel is its place */
		const bool is_before = world[N + i][2] < 0;
		CHECK(is_same(xy[i][0], is_before ? (float)(2 + world[N + i][0]) : NAN));
		CHECK(is_same(xy[i][1], is_before ? (float)(2 - world[N + i][1]) : NAN));
	}
	CHECK(is_seen[0] && !is_seen[1] && is_seen[2]); /* it faces the camera, looks away, has no back */
	normal[N][0] = 5;                               /* towards the camera's place, but away from its rays */
	normal[N][2] = -0.01F;
	world[N][0] = -1;
	mask_tracks_see(&all, 1, &parallel, &depth, &index, &track);
	CHECK(!is_seen[0]);
	rv_image_release(&depth);
	rv_image_release(&index);
}

CHECK_MODULE(tracks)
{
	check_case("a point is seen by its object, its depth and its side", points);
}

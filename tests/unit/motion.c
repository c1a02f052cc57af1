/* SPDX-License-Identifier: MIT */
/* mask/pixels/motion.h: where points go, what hides them, what is not known. */
#include "mask/pixels/motion.h"

#include <string.h>

#include "check.h"

#define N 4

static void make(struct rv_image *image, const float numbers[N])
{
	struct rv_err err = RV_ERR_INIT;
	*image = (struct rv_image)RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(image, N, 1, 1, RV_PIXEL_F32, &err), &err);
	memcpy(image->f32, numbers, sizeof(float) * N);
}

/* Looks along -z of the world from its origin; at 10 m a pixel is 1 m wide. */
static const struct rv_camera camera = { .has_pose = true,
	                                 .is_pinhole = true,
	                                 .axes = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	                                 .fx = 10,
	                                 .fy = 10,
	                                 .cx = 2,
	                                 .cy = 0.5 };

/* Two pixels of object 1, which goes a pixel to the right; one of object 2, which deforms; one of nothing. */
static const struct mask_motion motions[] = {
	{ .index = 1, .is_known = true, .matrix = { { 1, 0, 0, 1 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } } },
	{ .index = 2 },
};
static const float depths[N] = { 10, 10, 10, 1e10f }, indices[N] = { 1, 1, 2, 0 };

struct fixture {
	struct rv_image depth, index, other_depth, other_index;
	struct mask_moves moves;
};

static void begin(struct fixture *f, const float there[N], const float whose[N])
{
	make(&f->depth, depths);
	make(&f->index, indices);
	make(&f->other_depth, there);
	make(&f->other_index, whose);
	f->moves = (struct mask_moves) {
		.depth = &f->depth, .index = &f->index, .camera = &camera, .motions = motions, .n = 2
	};
}

static void end(struct fixture *f)
{
	rv_image_release(&f->depth);
	rv_image_release(&f->index);
	rv_image_release(&f->other_depth);
	rv_image_release(&f->other_index);
}

static void scene_flow(void)
{
	struct fixture f;
	struct rv_image xyz[3] = { RV_IMAGE_INIT, RV_IMAGE_INIT, RV_IMAGE_INIT };
	struct rv_err err = RV_ERR_INIT;
	begin(&f, depths, indices);
	CHECK_OK(mask_scene_flow(&f.moves, xyz, &err), &err);
	const float x[N] = { 1, 1, 1e10f, 1e10f }, y[N] = { 0, 0, 1e10f, 1e10f };
	CHECK_BYTES(xyz[0].f32, sizeof(x), x, sizeof(x));
	CHECK_BYTES(xyz[1].f32, sizeof(y), y, sizeof(y));
	CHECK_BYTES(xyz[2].f32, sizeof(y), y, sizeof(y));
	for (size_t i = 0; i < 3; i++) {
		rv_image_release(&xyz[i]);
	}
	end(&f);
}

static void check_occlusion(const float there[N], const float whose[N], const uint8_t wanted[N])
{
	struct fixture f;
	struct rv_image mask = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	begin(&f, there, whose);
	CHECK_OK(mask_occlusion(&f.moves, &camera, &f.other_depth, &f.other_index, &mask, &err), &err);
	CHECK_BYTES(mask.u8, N, wanted, N);
	rv_image_release(&mask);
	end(&f);
}

/* The points of the first two pixels are in the second and third then. */
static void occlusion(void)
{
	check_occlusion((const float[]) { 1e10f, 10, 10, 10 }, (const float[]) { 0, 1, 1, 2 },
	                (const uint8_t[]) { MASK_SEEN, MASK_SEEN, MASK_UNSURE, MASK_UNSURE });
	/* Something is before the second; the first is of what is beside it, but that lies behind. */
	check_occlusion((const float[]) { 12, 12, 5, 1e10f }, (const float[]) { 3, 3, 2, 0 },
	                (const uint8_t[]) { MASK_SEEN, MASK_HIDDEN, MASK_UNSURE, MASK_UNSURE });
	/* Its own object hides it, where that is nearer. */
	check_occlusion((const float[]) { 8, 8, 8, 1e10f }, (const float[]) { 1, 1, 1, 0 },
	                (const uint8_t[]) { MASK_HIDDEN, MASK_HIDDEN, MASK_UNSURE, MASK_UNSURE });
}

static void out_of_the_picture(void)
{
	static const struct mask_motion far[] = {
		{ .index = 1, .is_known = true, .matrix = { { 1, 0, 0, 3 }, { 0, 1, 0, 0 }, { 0, 0, 1, 0 } } },
	};
	struct fixture f;
	struct rv_image mask = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	begin(&f, (const float[]) { 10, 10, 10, 10 }, (const float[]) { 1, 1, 1, 1 });
	f.moves.motions = far;
	f.moves.n = 1;
	CHECK_OK(mask_occlusion(&f.moves, &camera, &f.other_depth, &f.other_index, &mask, &err), &err);
	const uint8_t wanted[N] = { MASK_SEEN, MASK_HIDDEN, MASK_UNSURE, MASK_UNSURE };
	CHECK_BYTES(mask.u8, N, wanted, N);
	rv_image_release(&mask);
	end(&f);
}

/* Of an orthographic camera: object 1 turns about the view's axis and comes nearer, by as much from all depths. */
static void parallel_rays(void)
{
	static const struct mask_motion turn[] = {
		{ .index = 1, .is_known = true, .matrix = { { -1, 0, 0, 0 }, { 0, -1, 0, 0 }, { 0, 0, 1, 2 } } },
	};
	const struct rv_camera parallel = { .has_pose = true,
		                            .has_pixels = true,
		                            .is_parallel = true,
		                            .axes = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
		                            .fx = 1,
		                            .fy = 1,
		                            .cx = 2,
		                            .cy = 0.5 };
	struct fixture f;
	struct rv_image xyz[3] = { RV_IMAGE_INIT, RV_IMAGE_INIT, RV_IMAGE_INIT }, mask = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	begin(&f, (const float[]) { 9, 9, 6, 8 }, (const float[]) { 3, 3, 3, 1 });
	f.depth.f32[1] = 20;
	f.moves.camera = &parallel;
	f.moves.motions = turn;
	f.moves.n = 1;
	CHECK_OK(mask_scene_flow(&f.moves, xyz, &err), &err);
	const float x[N] = { 3, 1, 1e10f, 1e10f }, z[N] = { 2, 2, 1e10f, 1e10f };
	CHECK_BYTES(xyz[0].f32, sizeof(x), x, sizeof(x));
	CHECK_BYTES(xyz[2].f32, sizeof(z), z, sizeof(z));
	CHECK_OK(mask_occlusion(&f.moves, &parallel, &f.other_depth, &f.other_index, &mask, &err), &err);
	const uint8_t wanted[N] = { MASK_SEEN, MASK_HIDDEN, MASK_UNSURE, MASK_UNSURE };
	CHECK_BYTES(mask.u8, N, wanted, N);
	for (size_t i = 0; i < 3; i++) {
		rv_image_release(&xyz[i]);
	}
	rv_image_release(&mask);
	end(&f);
}

CHECK_MODULE(motion)
{
	check_case("an orthographic camera's points are as far aside at any depth", parallel_rays);
	check_case("scene flow is the motion, where that is known", scene_flow);
	check_case("a point is hidden by what is nearer", occlusion);
	check_case("a point is hidden out of the picture", out_of_the_picture);
}

/* SPDX-License-Identifier: MIT */
/* mask/pixels/normals.h: length, camera space, colours. */
#include "mask/pixels/normals.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define N 4

static void make(struct rv_image normals[3])
{
	static const float values[3][N] = { { 0, 1, 0.3f, 0 }, { 0, 0, 0, 0 }, { 1, 0, 0.4f, 0 } };
	struct rv_err err = RV_ERR_INIT;
	for (size_t k = 0; k < 3; k++) {
		normals[k] = (struct rv_image)RV_IMAGE_INIT;
		CHECK_OK(rv_image_init(&normals[k], N, 1, 1, RV_PIXEL_F32, &err), &err);
		memcpy(normals[k].f32, values[k], sizeof(values[k]));
	}
}

static void release(struct rv_image normals[3])
{
	for (size_t k = 0; k < 3; k++) {
		rv_image_release(&normals[k]);
	}
}

static void check_at(const struct rv_image normals[3], size_t i, double x, double y, double z)
{
	CHECK_NEAR((double)normals[0].f32[i], x, 1e-6);
	CHECK_NEAR((double)normals[1].f32[i], y, 1e-6);
	CHECK_NEAR((double)normals[2].f32[i], z, 1e-6);
}

static void unit(void)
{
	struct rv_image normals[3];
	make(normals);
	mask_normals_unit(normals);
	check_at(normals, 0, 0, 0, 1);
	check_at(normals, 2, 0.6, 0, 0.8);
	check_at(normals, 3, 0, 0, 0);
	release(normals);
}

static void pure(void)
{
	static const float lengths[] = { 1, 0.99f, 0.9899f, NAN };
	struct rv_image normals[3];
	make(normals);
	for (size_t i = 0; i < N; i++) {
		normals[0].f32[i] = 0;
		normals[1].f32[i] = -lengths[i];
		normals[2].f32[i] = 0;
	}
	mask_normals_pure(normals);
	check_at(normals, 0, 0, -1, 0);
	check_at(normals, 1, 0, (double)-0.99f, 0);
	check_at(normals, 2, 0, 0, 0);
	check_at(normals, 3, 0, 0, 0);
	release(normals);
}

/* A camera that looks along +x of the world, its top up: what faces it points to -x, which is its +z. */
static void camera(void)
{
	static const double axes[3][3] = { { 0, 0, -1 }, { -1, 0, 0 }, { 0, 1, 0 } };
	struct rv_image normals[3], out[3] = { RV_IMAGE_INIT, RV_IMAGE_INIT, RV_IMAGE_INIT };
	struct rv_err err = RV_ERR_INIT;
	make(normals);
	CHECK_OK(mask_normals_to_camera(normals, axes, out, &err), &err);
	check_at(out, 0, 0, 1, 0);  /* up */
	check_at(out, 1, 0, 0, -1); /* away from the camera */
	check_at(out, 2, 0, 0.4, -0.3);
	check_at(out, 3, 0, 0, 0);
	release(normals);
	release(out);
}

static void colours(void)
{
	static const uint8_t wanted[] = { 128, 128, 255, 255, 128, 128, 204, 128, 230, 0, 0, 0 };
	struct rv_image normals[3], rgb = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	make(normals);
	CHECK_OK(mask_normals_preview(normals, &rgb, &err), &err);
	for (size_t i = 0; i < sizeof(wanted); i++) {
		CHECK_NEAR(rgb.u8[i], wanted[i], 1);
	}
	rv_image_release(&rgb);
	release(normals);
}

CHECK_MODULE(normals)
{
	check_case("mixtures are none", pure);
	check_case("length 1, or 0", unit);
	check_case("camera space", camera);
	check_case("colours", colours);
}

/* SPDX-License-Identifier: MIT */
/* mask/pixels/flow.h: signs, what is not known, formats, the wheel at its known points. */
#include "mask/pixels/flow.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define N 6

/* The planes X, Y, Z, W and where objects are. */
struct motion {
	struct rv_image vector[4], is_object;
};

static void motion_make(struct motion *m)
{
	static const float values[4][N] = {
		{ -10, 1, 0, 2e9f, 0, 3 },
		{ -5, 2, 0, 0, 0, 4 },
		{ -20, 3, 0, 0, NAN, 5 },
		{ -10, 4, 0, 0, 0, 6 },
	};
	static const uint8_t objects[N] = { 1, 1, 1, 1, 1, 0 };
	struct rv_err err = RV_ERR_INIT;
	memset(m, 0, sizeof(*m));
	for (size_t k = 0; k < 4; k++) {
		CHECK_OK(rv_image_init(&m->vector[k], N, 1, 1, RV_PIXEL_F32, &err), &err);
		memcpy(m->vector[k].f32, values[k], sizeof(values[k]));
	}
	CHECK_OK(rv_image_init(&m->is_object, N, 1, 1, RV_PIXEL_U8, &err), &err);
	memcpy(m->is_object.u8, objects, sizeof(objects));
}

static void motion_release(struct motion *m)
{
	for (size_t k = 0; k < 4; k++) {
		rv_image_release(&m->vector[k]);
	}
	rv_image_release(&m->is_object);
}

static void check_flow(const struct motion *m, enum mask_flow_direction direction, const float u[N], const float v[N])
{
	struct rv_image uv[2] = { RV_IMAGE_INIT, RV_IMAGE_INIT };
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(mask_flow_from(m->vector, &m->is_object, direction, uv, &err), &err);
	CHECK_BYTES(uv[0].f32, sizeof(float) * N, u, sizeof(float) * N); /* zeros have no sign */
	CHECK_BYTES(uv[1].f32, sizeof(float) * N, v, sizeof(float) * N);
	rv_image_release(&uv[0]);
	rv_image_release(&uv[1]);
}

/* The first pixel is the cube that moves (+20,-10) on and came (-10,+5). */
static void signs(void)
{
	struct motion m;
	motion_make(&m);
	check_flow(&m, MASK_FLOW_FORWARD, (const float[]) { 20, -3, 0, 0, 1e10f, 1e10f },
	           (const float[]) { -10, 4, 0, 0, 1e10f, 1e10f });
	check_flow(&m, MASK_FLOW_BACKWARD, (const float[]) { -10, 1, 0, 1e10f, 0, 1e10f },
	           (const float[]) { 5, -2, 0, 1e10f, 0, 1e10f });
	motion_release(&m);
}

static void make_uv(struct rv_image uv[2], const float *u, const float *v, uint32_t n)
{
	struct rv_err err = RV_ERR_INIT;
	for (size_t k = 0; k < 2; k++) {
		uv[k] = (struct rv_image)RV_IMAGE_INIT;
		CHECK_OK(rv_image_init(&uv[k], n, 1, 1, RV_PIXEL_F32, &err), &err);
		memcpy(uv[k].f32, k ? v : u, n * sizeof(float));
	}
}

static void formats(void)
{
	static const unsigned char wanted[] = { 'P', 'I', 'E',  'H',  3,    0, 0,    0,    1,    0, 0,    0,
		                                0,   0,   0x80, 0x3f, 0,    0, 0,    0xc0, 0,    0, 0,    0,
		                                0,   0,   0xff, 0x43, 0xf9, 2, 0x15, 0x50, 0xf9, 2, 0x15, 0x50 };
	struct rv_image uv[2], kitti = RV_IMAGE_INIT;
	struct rv_str flo = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	make_uv(uv, (const float[]) { 1, 0, 1e10f }, (const float[]) { -2, 510, 1e10f }, 3);
	mask_flow_flo(uv, &flo);
	CHECK_BYTES(flo.ptr, flo.len, wanted, sizeof(wanted));
	CHECK_OK(mask_flow_kitti(uv, &kitti, &err), &err);
	const uint16_t pixels[] = { 32832, 32640, 1, 32768, 65408, 1, 0, 0, 0 };
	CHECK_BYTES(kitti.u16, sizeof(pixels), pixels, sizeof(pixels));
	rv_image_release(&uv[0]);
	rv_image_release(&uv[1]);
	/* the ends of what fits */
	make_uv(uv, (const float[]) { -512, 511.98f, 512, -512.1f }, (const float[]) { 0, 0, 0, 0 }, 4);
	CHECK_OK(mask_flow_kitti(uv, &kitti, &err), &err);
	const uint16_t ends[] = { 0, 32768, 1, 65535, 32768, 1, 0, 0, 0, 0, 0, 0 };
	CHECK_BYTES(kitti.u16, sizeof(ends), ends, sizeof(ends));
	rv_image_release(&uv[0]);
	rv_image_release(&uv[1]);
	rv_image_release(&kitti);
	rv_str_release(&flo);
}

/* Half of full colour at 1 % of the diagonal, which here is 0.05 pixels; none at rest; the hue turns with the angle. */
static void wheel(void)
{
	struct rv_image uv[2], rgb = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	make_uv(uv, (const float[]) { 0.05f, 0, 1e10f, 1e8f, -1e8f }, (const float[]) { 0, 0, 1e10f, 0, 0 }, 5);
	CHECK_OK(mask_flow_preview(uv, &rgb, &err), &err);
	static const uint8_t wanted[5][3] = {
		{ 255, 128, 128 }, { 255, 255, 255 }, { 0, 0, 0 }, { 255, 0, 0 }, { 0, 209, 255 }
	};
	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; k < 3; k++) {
			CHECK_NEAR(rgb.u8[3 * i + k], wanted[i][k], 2);
		}
	}
	rv_image_release(&uv[0]);
	rv_image_release(&uv[1]);
	float u[360], v[360];
	for (int i = 0; i < 360; i++) {
		u[i] = 1e6f * cosf((float)i * 0.01745329f);
		v[i] = 1e6f * sinf((float)i * 0.01745329f);
	}
	make_uv(uv, u, v, 360);
	CHECK_OK(mask_flow_preview(uv, &rgb, &err), &err);
	int largest_step = 0;
	for (size_t i = 1; i < 360; i++) {
		for (size_t k = 0; k < 3; k++) {
			const int step = rgb.u8[3 * i + k] - rgb.u8[3 * (i - 1) + k];
			largest_step = RV_MAX(largest_step, step < 0 ? -step : step);
		}
	}
	CHECK(largest_step >= 3 && largest_step <= 12); /* no jump: the arctangent is one */
	rv_image_release(&uv[0]);
	rv_image_release(&uv[1]);
	rv_image_release(&rgb);
}

CHECK_MODULE(flow)
{
	check_case("signs, and what is not known", signs);
	check_case("flo and KITTI", formats);
	check_case("colours", wheel);
}

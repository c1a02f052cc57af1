/* SPDX-License-Identifier: MIT */
/* Optical flow and its formats. */
#include "mask/pixels/flow.h"

#include <math.h>
#include <string.h>

#define WHEEL_LEN 55
#define HALF_SATURATED 0.01f /* of the image's diagonal: the length that is half of full colour */
#define KITTI_SCALE 64.0f
#define KITTI_ZERO 32768.0f

static bool is_known(float u, float v)
{
	return fabsf(u) < RV_FLOW_KNOWN_MAX && fabsf(v) < RV_FLOW_KNOWN_MAX; /* false for what is no number */
}

int mask_flow_from(const struct rv_image vector[4], const struct rv_image *is_object,
                   enum mask_flow_direction direction, struct rv_image uv[2], struct rv_err *err)
{
	const bool forward = direction == MASK_FLOW_FORWARD;
	const float u_sign = forward ? -1 : 1, v_sign = -u_sign;
	const float *const restrict u_from = vector[forward ? 2 : 0].f32, *const restrict v_from =
	                                                                          vector[forward ? 3 : 1].f32;
	for (size_t i = 0; i < 2; i++) {
		if (rv_image_init(&uv[i], vector[0].width, vector[0].height, 1, RV_PIXEL_F32, err) < 0) {
			return -1;
		}
	}
	float *const restrict u_to = uv[0].f32, *const restrict v_to = uv[1].f32;
	const uint8_t *const restrict object = is_object->u8;
	const size_t n = (size_t)vector[0].width * vector[0].height;
	for (size_t i = 0; i < n; i++) {
		const float u = u_from[i] * u_sign + 0.0f, v = v_from[i] * v_sign + 0.0f; /* + 0: no negative zero */
		const bool known = object[i] && is_known(u, v);
		u_to[i] = known ? u : RV_FLOW_UNKNOWN;
		v_to[i] = known ? v : RV_FLOW_UNKNOWN;
	}
	return 0;
}

/* The flow of one pixel; it stays as it is where that is not known. */
static void put_motion(struct mask_moves *moves, const struct rv_camera *other, size_t at, struct rv_image uv[2])
{
	const uint32_t width = moves->depth->width;
	double world[3], then[3], seen[3], pixel[2];
	if (mask_moves_at(moves, at, world, then)) {
		rv_camera_see(other, then, seen);
		if (rv_camera_pixel(other, seen, pixel)) {
			uv[0].f32[at] = (float)(pixel[0] - ((double)(at % width) + 0.5));
			uv[1].f32[at] = (float)(pixel[1] - ((double)(at / width) + 0.5));
		}
	}
}

int mask_flow_of_motions(struct mask_moves *moves, const struct rv_camera *other, struct rv_image uv[2],
                         struct rv_err *err)
{
	const uint32_t width = moves->depth->width, height = moves->depth->height;
	if (mask_unknown_planes(width, height, uv, 2, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < (size_t)width * height; i++) {
		put_motion(moves, other, i, uv);
	}
	return 0;
}

void mask_flow_mend(struct mask_moves *moves, const struct rv_camera *other, struct rv_image uv[2])
{
	for (size_t i = 0; i < (size_t)moves->depth->width * moves->depth->height; i++) {
		double world[3], then[3];
		if (mask_moves_lack_vectors(moves, i) && (other || !mask_moves_at(moves, i, world, then))) {
			uv[0].f32[i] = uv[1].f32[i] = RV_FLOW_UNKNOWN;
			if (other) {
				put_motion(moves, other, i, uv);
			}
		}
	}
}

static void put_u32(unsigned char *to, uint32_t value)
{
	for (int i = 0; i < 4; i++) {
		to[i] = (unsigned char)(value >> 8 * i);
	}
}

static void put_float(unsigned char *to, float value)
{
	uint32_t bits;
	memcpy(&bits, &value, 4);
	put_u32(to, bits);
}

void mask_flow_flo(const struct rv_image uv[2], struct rv_str *out)
{
	const size_t n = (size_t)uv[0].width * uv[0].height;
	unsigned char head[12] = "PIEH";
	put_u32(head + 4, uv[0].width);
	put_u32(head + 8, uv[0].height);
	rv_str_append(out, head, sizeof(head));
	rv_str_reserve(out, n * 8);
	for (size_t i = 0; i < n; i++) {
		unsigned char pixel[8];
		put_float(pixel, uv[0].f32[i]);
		put_float(pixel + 4, uv[1].f32[i]);
		rv_str_append(out, pixel, sizeof(pixel));
	}
}

int mask_flow_kitti(const struct rv_image uv[2], struct rv_image *out, struct rv_err *err)
{
	if (rv_image_init(out, uv[0].width, uv[0].height, 3, RV_PIXEL_U16, err) < 0) {
		return -1;
	}
	const size_t n = (size_t)uv[0].width * uv[0].height;
	for (size_t i = 0; i < n; i++) {
		const float r = uv[0].f32[i] * KITTI_SCALE + KITTI_ZERO, g = uv[1].f32[i] * KITTI_SCALE + KITTI_ZERO;
		const bool fits = r >= 0 && r < 65535.5f && g >= 0 && g < 65535.5f; /* what is not known does not */
		out->u16[3 * i] = fits ? (uint16_t)(r + 0.5f) : 0;
		out->u16[3 * i + 1] = fits ? (uint16_t)(g + 0.5f) : 0;
		out->u16[3 * i + 2] = fits;
	}
	return 0;
}

/* ---- colours ----------------------------------------------------------------------------------------------------- */

/* Six stretches from one pure colour to the next, as many steps in each as the eye tells apart. */
static void make_wheel(float wheel[WHEEL_LEN][3])
{
	static const struct {
		int len;
		int rising, falling, full; /* components, -1: none */
	} stretches[] = { { 15, 1, -1, 0 }, { 6, -1, 0, 1 },  { 4, 2, -1, 1 },
		          { 11, -1, 1, 2 }, { 13, 0, -1, 2 }, { 6, -1, 2, 0 } };
	size_t at = 0;
	memset(wheel, 0, WHEEL_LEN * sizeof(*wheel));
	for (size_t k = 0; k < RV_COUNTOF(stretches); k++) {
		for (int i = 0; i < stretches[k].len; i++, at++) {
			const float part = floorf(255.0f * (float)i / (float)stretches[k].len) / 255.0f;
			wheel[at][stretches[k].full] = 1;
			if (stretches[k].rising >= 0) {
				wheel[at][stretches[k].rising] = part;
			} else {
				wheel[at][stretches[k].falling] = 1 - part;
			}
		}
	}
}

/* The angle of (x, y) in half turns, -1 to 1: no library's arctangent, so that every machine has the same. */
static float half_turns(float y, float x)
{
	static const float atan_over_pi[] = { 0.31830265f,  -0.10587734f, 0.06160677f,
		                              -0.03706173f, 0.01676007f,  -0.00373098f };
	const float ax = fabsf(x), ay = fabsf(y), large = RV_MAX(ax, ay), small = RV_MIN(ax, ay);
	if (large <= 0) {
		return 0;
	}
	const float t = small / large;
	float angle = 0;
	for (size_t i = RV_COUNTOF(atan_over_pi); i-- > 0;) {
		angle = angle * t * t + atan_over_pi[i];
	}
	angle *= t;
	angle = ay > ax ? 0.5f - angle : angle;
	angle = x < 0 ? 1 - angle : angle;
	return y > 0 ? angle : -angle; /* to the right is the wheel's beginning, not its end */
}

static void colour_of(const float wheel[WHEEL_LEN][3], float u, float v, float half_saturated_px, uint8_t rgb[3])
{
	const float r = sqrtf(u * u + v * v), saturation = r / (r + half_saturated_px);
	const float at = (half_turns(-v, -u) + 1) / 2 * (WHEEL_LEN - 1);
	const size_t low = (size_t)RV_MIN(RV_MAX(at, 0.0f), WHEEL_LEN - 1), high = (low + 1) % WHEEL_LEN;
	const float part = at - (float)low;
	for (size_t i = 0; i < 3; i++) {
		const float full = (1 - part) * wheel[low][i] + part * wheel[high][i];
		const float value = 255 * (1 - saturation * (1 - full));
		rgb[i] = (uint8_t)RV_MIN(RV_MAX(value, 0.0f), 255.0f);
	}
}

int mask_flow_preview(const struct rv_image uv[2], struct rv_image *out, struct rv_err *err)
{
	float wheel[WHEEL_LEN][3];
	const float width = (float)uv[0].width, height = (float)uv[0].height;
	const float half_saturated_px = HALF_SATURATED * sqrtf(width * width + height * height);
	const size_t n = (size_t)uv[0].width * uv[0].height;
	if (rv_image_init(out, uv[0].width, uv[0].height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	make_wheel(wheel);
	for (size_t i = 0; i < n; i++) {
		const float u = uv[0].f32[i], v = uv[1].f32[i];
		if (is_known(u, v)) {
			colour_of(wheel, u, v, half_saturated_px, out->u8 + 3 * i);
		} else {
			memset(out->u8 + 3 * i, 0, 3);
		}
	}
	return 0;
}

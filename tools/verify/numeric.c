/* SPDX-License-Identifier: MIT */
/* Passes that stay numbers: see numeric.h. */
#include "verify/numeric.h"

#include <math.h>
#include <string.h>

#include "file.h"
#include "verify/crypto.h"
#include "vocabulary.h"

#define NORMAL_MAX 1.001f  /* the length of a normal */
#define NORMAL_NEAR 1e-4f  /* that two spaces may differ in a length or a component */
#define KITTI_NEAR 0.0079f /* half of 1/64 pixel, and the rounding of floats */
#define FLO_HEAD 12        /* bytes */
#define FLO_BYTES_MAX ((size_t)8 << 30)

/* ---- each pass --------------------------------------------------------------------------------------------------- */

typedef void check_fn(struct verify_view *view, const char *name, const struct verify_planes *planes);

static void check_flow(struct verify_view *view, const char *name, const struct verify_planes *planes);
static void check_forward(struct verify_view *view, const char *name, const struct verify_planes *planes);
static void check_backward(struct verify_view *view, const char *name, const struct verify_planes *planes);
static void check_normal(struct verify_view *view, const char *name, const struct verify_planes *planes);
static void check_camera(struct verify_view *view, const char *name, const struct verify_planes *planes);

/* Channels as they lie in the file, a letter each. The other passes are colours. */
static const struct pass {
	const char *role, *channels;
	check_fn *check;
} passes[] = {
	{ "normal", "XYZ", check_normal },
	{ "normal_camera", "XYZ", check_camera },
	{ "vector", "WXYZ", NULL },
	{ "flow_forward", "UV", check_forward },
	{ "flow_backward", "UV", check_backward },
	{ "position", "XYZ", NULL },
	{ "uv", "AUV", NULL },
	{ "mist", "V", NULL },
};

static bool has_channels(const struct verify_planes *planes, const char *channels)
{
	bool same = planes->len == strlen(channels);
	for (size_t i = 0; same && i < planes->len; i++) {
		same = planes->names[i].len == 1 && planes->names[i].ptr[0] == channels[i];
	}
	return same;
}

/* Of colours only what is no number at all is wrong: 16 bits end at 65504. */
static void check_finite(struct verify_view *view, const char *name, const struct verify_planes *planes, bool is_colour)
{
	const size_t n = (size_t)view->width * view->height;
	for (size_t c = 0; c < planes->len; c++) {
		const float *const values = planes->images[c].f32;
		for (size_t i = 0; i < n; i++) {
			if (is_colour ? isnan(values[i]) : !isfinite(values[i])) {
				verify_view_blame(view, name, i, (double)values[i], "which is no finite number");
				return;
			}
		}
	}
}

void verify_numeric_check(struct verify_view *view, const char *role, const char *name)
{
	struct verify_planes planes;
	const struct pass *pass = NULL;
	if (verify_planes_read(view, name, &planes) < 1) {
		verify_planes_release(&planes);
		return;
	}
	for (size_t i = 0; i < RV_COUNTOF(passes); i++) {
		if (strcmp(passes[i].role, role) == 0) {
			pass = &passes[i];
		}
	}
	const bool is_crypto = strncmp(role, "crypto_", 7) == 0;
	if (pass && !has_channels(&planes, pass->channels)) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name, "its channels are not %s", pass->channels);
	} else {
		check_finite(view, name, &planes, !pass && !is_crypto);
		if (pass && pass->check) {
			pass->check(view, name, &planes);
		} else if (is_crypto) {
			verify_crypto_check(view, name, &planes);
		}
	}
	verify_planes_release(&planes);
}

/* ---- normals ----------------------------------------------------------------------------------------------------- */

static float length_at(const struct verify_planes *planes, size_t i)
{
	const float x = planes->images[0].f32[i], y = planes->images[1].f32[i], z = planes->images[2].f32[i];
	return sqrtf(x * x + y * y + z * z);
}

static void check_normal(struct verify_view *view, const char *name, const struct verify_planes *planes)
{
	const size_t n = (size_t)view->width * view->height;
	for (size_t i = 0; i < n; i++) {
		if (length_at(planes, i) > NORMAL_MAX) {
			verify_view_blame(view, name, i, (double)length_at(planes, i),
			                  "but a normal is at most 1 long");
			return;
		}
	}
}

/* The third column of the camera's matrix points backwards: its product with the world's normal is the camera's z. */
static void check_camera(struct verify_view *view, const char *name, const struct verify_planes *planes)
{
	const char *const world = verify_view_file(view, "normal");
	struct rv_json matrix = rv_json_get(rv_json_get(verify_view_state(view), "camera"), "matrix_world");
	struct verify_planes other;
	float axes[3][3];
	const size_t n = (size_t)view->width * view->height;
	check_normal(view, name, planes);
	if (rv_json_type(matrix) == RV_JSON_NONE) {
		matrix = rv_json_get(rv_json_get(view->record, "camera"), "matrix_world");
	}
	for (size_t row = 0; row < 3; row++) {
		for (size_t k = 0; k < 3; k++) {
			axes[k][row] = (float)rv_json_number(rv_json_at(rv_json_at(matrix, row), k), 0);
		}
	}
	if (!world || verify_planes_read(view, world, &other) != 3) {
		if (world) {
			verify_planes_release(&other);
		}
		return;
	}
	for (size_t i = 0; i < n * 3; i++) {
		const float *const axis = axes[i % 3];
		const float wanted = axis[0] * other.images[0].f32[i / 3] + axis[1] * other.images[1].f32[i / 3] +
		                     axis[2] * other.images[2].f32[i / 3];
		const float got = planes->images[i % 3].f32[i / 3];
		if (!(fabsf(got - wanted) <= NORMAL_NEAR)) {
			verify_view_blame(view, name, i / 3, (double)got, "but the normal in world space is another");
			break;
		}
	}
	verify_planes_release(&other);
}

/* ---- flow -------------------------------------------------------------------------------------------------------- */

static bool is_known(float u, float v)
{
	return fabsf(u) < RV_FLOW_KNOWN_MAX && fabsf(v) < RV_FLOW_KNOWN_MAX;
}

static void check_flow(struct verify_view *view, const char *name, const struct verify_planes *planes)
{
	const float *const u = planes->images[0].f32, *const v = planes->images[1].f32;
	const size_t n = (size_t)view->width * view->height;
	for (size_t i = 0; i < n; i++) {
		if (!is_known(u[i], v[i]) && (u[i] != RV_FLOW_UNKNOWN || v[i] != RV_FLOW_UNKNOWN)) {
			verify_view_blame(view, name, i, (double)u[i], "but flow that is not known is 1e10");
			return;
		}
		if (view->depth.width > 0 && is_known(u[i], v[i]) != (view->depth.f32[i] < RV_DEPTH_SEEN_MAX)) {
			verify_view_blame(view, name, i, (double)u[i],
			                  "but flow is known exactly where there is an object");
			return;
		}
	}
}

/* u and v against two channels of the Vector pass, with these signs. */
static void check_signs(struct verify_view *view, const char *name, const struct verify_planes *planes,
                        const char *from, float u_sign)
{
	const char *const vector = verify_view_file(view, "vector");
	const size_t n = (size_t)view->width * view->height;
	struct verify_planes other;
	check_flow(view, name, planes);
	if (!vector) {
		return;
	}
	if (verify_planes_read(view, vector, &other) == 4) {
		const float *const x = verify_planes_find(&other, (char[]) { from[0], '\0' });
		const float *const y = verify_planes_find(&other, (char[]) { from[1], '\0' });
		const float *const u = planes->images[0].f32, *const v = planes->images[1].f32;
		for (size_t i = 0; x && y && i < n; i++) {
			if (is_known(u[i], v[i]) && (u[i] != x[i] * u_sign || v[i] != y[i] * -u_sign)) {
				verify_view_blame(view, name, i, (double)u[i], "but the Vector pass says another way");
				break;
			}
		}
	}
	verify_planes_release(&other);
}

static void check_forward(struct verify_view *view, const char *name, const struct verify_planes *planes)
{
	check_signs(view, name, planes, "ZW", -1);
}

static void check_backward(struct verify_view *view, const char *name, const struct verify_planes *planes)
{
	check_signs(view, name, planes, "XY", 1);
}

void verify_numeric_check_kitti(struct verify_view *view, const char *flow, const char *name)
{
	const struct rv_image *const image = &view->decoded.image;
	const char *const exr = verify_view_file(view, flow);
	const size_t n = (size_t)view->width * view->height;
	struct verify_planes planes = { .images = NULL };
	if (exr && verify_planes_read(view, exr, &planes) == 2) {
		for (size_t i = 0; i < n; i++) {
			const uint16_t *const rgb = image->u16 + 3 * i;
			const float u = planes.images[0].f32[i], v = planes.images[1].f32[i];
			const float du = (float)(rgb[0] - 32768) / 64 - u, dv = (float)(rgb[1] - 32768) / 64 - v;
			const bool fits = u >= -512 && u < 511.99f && v >= -512 && v < 511.99f;
			if (rgb[2] > 1 || (fits && rgb[2] == 0) ||
			    (rgb[2] == 1 && !(fabsf(du) < KITTI_NEAR && fabsf(dv) < KITTI_NEAR))) {
				verify_view_blame(view, name, i, rgb[2] ? (double)rgb[0] : 0,
				                  "but the flow is another");
				break;
			}
		}
	}
	verify_planes_release(&planes);
}

void verify_numeric_check_flo(struct verify_view *view, const char *flow, const char *name)
{
	const char *const exr = verify_view_file(view, flow);
	const size_t n = (size_t)view->width * view->height;
	struct verify_planes planes = { .images = NULL };
	struct rv_err err = RV_ERR_INIT;
	struct rv_str file = RV_STR_INIT;
	uint32_t head[3] = { 0 };
	if (rv_file_read(verify_view_path(view, name), FLO_BYTES_MAX, &file, &err) < 0) {
		verify_problems_add_err(view->problems, name, &err);
	} else if (file.len >= FLO_HEAD) {
		memcpy(head, file.ptr, FLO_HEAD);
	}
	if (memcmp(head, "PIEH", 4) != 0 || file.len != FLO_HEAD + (size_t)8 * head[1] * head[2]) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name, "it is no .flo file, or cut");
	} else if (verify_view_has_size(view, name, head[1], head[2]) && exr &&
	           verify_planes_read(view, exr, &planes) == 2) {
		for (size_t i = 0; i < n; i++) {
			float uv[2];
			memcpy(uv, file.ptr + FLO_HEAD + 8 * i, sizeof(uv));
			if (uv[0] != planes.images[0].f32[i] || uv[1] != planes.images[1].f32[i]) {
				verify_view_blame(view, name, i, (double)uv[0], "but the flow is another");
				break;
			}
		}
	}
	verify_planes_release(&planes);
	rv_str_release(&file);
}

void verify_numeric_check_preview(struct verify_view *view, const char *role, const char *name)
{
	const uint8_t *const rgb = view->decoded.image.u8;
	const char *const exr = verify_view_file(view, role);
	const size_t n = (size_t)view->width * view->height;
	const bool is_flow = strncmp(role, "flow_", 5) == 0;
	struct verify_planes planes = { .images = NULL };
	const int n_planes = exr ? verify_planes_read(view, exr, &planes) : 0;
	if (n_planes == (is_flow ? 2 : 3)) {
		for (size_t i = 0; i < n; i++) {
			const bool is_black = rgb[3 * i] == 0 && rgb[3 * i + 1] == 0 && rgb[3 * i + 2] == 0;
			const bool is_empty = is_flow ? !is_known(planes.images[0].f32[i], planes.images[1].f32[i])
			                              : !(length_at(&planes, i) > 0);
			if (is_black != is_empty) {
				verify_view_blame(view, name, i, rgb[3 * i],
				                  "but it is black exactly where there is nothing");
				break;
			}
		}
	}
	verify_planes_release(&planes);
}

/* SPDX-License-Identifier: MIT */
/* Passes that stay numbers. */
#include "mask/numeric.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "mask/crypto.h"
#include "mask/pixels/flow.h"
#include "mask/pixels/normals.h"

#define NORMAL "normal"
#define NORMAL_CHANNELS 3
#define VECTOR "vector"
#define VECTOR_CHANNELS 4

static const struct flow_roles {
	enum mask_flow_direction direction;
	const char *exr, *flo, *kitti, *preview; /* preview NULL: none */
} flows[] = {
	{ MASK_FLOW_FORWARD, "flow_forward", "flow_forward_flo", "flow_forward_kitti", "flow_preview" },
	{ MASK_FLOW_BACKWARD, "flow_backward", "flow_backward_flo", "flow_backward_kitti", NULL },
};

/* ---- what is needed ---------------------------------------------------------------------------------------------- */

static bool is_role(const struct mask_pass *pass, const char *role, size_t n_channels)
{
	return strcmp(pass->role, role) == 0 && pass->n_channels == n_channels;
}

static bool wants_flow(const struct mask_request *request, const struct flow_roles *flow)
{
	const struct mask_settings *const settings = request->settings;
	return mask_wants(request, flow->exr) || (settings->flow_flo && mask_wants(request, flow->flo)) ||
	       (settings->flow_kitti && mask_wants(request, flow->kitti)) ||
	       (flow->preview && mask_wants(request, flow->preview));
}

static bool wants_camera(const struct mask_request *request)
{
	return request->settings->normals_camera && mask_wants(request, "normal_camera");
}

bool mask_numeric_needs_flow(const struct mask_request *request)
{
	return mask_pass(request, VECTOR, VECTOR_CHANNELS) &&
	       (wants_flow(request, &flows[0]) || wants_flow(request, &flows[1]));
}

bool mask_numeric_needs(const struct mask_request *request, const struct mask_pass *pass)
{
	return mask_wants(request, pass->role) ||
	       (is_role(pass, VECTOR, VECTOR_CHANNELS) && mask_numeric_needs_flow(request)) ||
	       (is_role(pass, NORMAL, NORMAL_CHANNELS) &&
	        (wants_camera(request) || mask_wants(request, "normal_preview")));
}

/* ---- passes as they are ------------------------------------------------------------------------------------------ */

/* The last `n` parts of "ViewLayer.Normal.X". */
static const char *last_parts(const char *name, int n)
{
	const char *at = name + strlen(name);
	while (at > name && !(at[-1] == '.' && --n == 0)) {
		at--;
	}
	return at;
}

/* The layer of "ViewLayer.CryptoObject00.r": without its number and the channel. */
static void layer_of(const char *channel, struct rv_str *layer)
{
	const char *const dot = strrchr(channel, '.');
	size_t len = dot ? (size_t)(dot - channel) : strlen(channel);
	while (len > 0 && channel[len - 1] >= '0' && channel[len - 1] <= '9') {
		len--;
	}
	rv_str_append(layer, channel, len);
}

static int put_crypto(const struct mask_numeric *numeric, const struct mask_pass *pass,
                      const struct rv_exr_plane *planes, const struct rv_image *images, struct rv_err *err)
{
	const struct mask_request *const request = numeric->files->request;
	struct mask_crypto crypto;
	struct rv_str rendered = RV_STR_INIT, layer = RV_STR_INIT;
	layer_of(pass->channels[0], &rendered);
	layer_of(planes[0].name, &layer);
	mask_crypto_init(&crypto);
	mask_crypto_make(&crypto, layer.ptr, numeric->exr, rendered.ptr, images, pass->n_channels,
	                 (const char *const *)request->names, request->n_names);
	const int status = mask_put_exr(numeric->files, pass->role, planes, pass->n_channels, crypto.texts,
	                                MASK_CRYPTO_TEXTS, err);
	mask_crypto_release(&crypto);
	rv_str_release(&rendered);
	rv_str_release(&layer);
	return status;
}

static int put_pass(const struct mask_numeric *numeric, const struct mask_pass *pass, const struct rv_image *images,
                    struct rv_err *err)
{
	const size_t n = pass->n_channels;
	const bool is_crypto = mask_is_crypto(pass);
	struct rv_exr_plane *const planes = rv_alloc_zero(n, sizeof(*planes));
	for (size_t i = 0; i < n; i++) {
		planes[i] = (struct rv_exr_plane) {
			.name = n == 1 ? "V" : last_parts(pass->channels[i], is_crypto ? 2 : 1),
			.image = &images[i],
			.is_half = rv_exr_is_half(numeric->exr, pass->channels[i]),
		};
	}
	const int status = is_crypto ? put_crypto(numeric, pass, planes, images, err)
	                             : mask_put_exr(numeric->files, pass->role, planes, n, NULL, 0, err);
	free(planes);
	return status;
}

/* ---- what is made from them -------------------------------------------------------------------------------------- */

static int put_normals(const struct mask_numeric *numeric, const struct rv_image *normals, struct rv_err *err)
{
	struct mask_files *const files = numeric->files;
	struct rv_image *const out = numeric->vectors;
	if (mask_wants(files->request, "normal_preview") &&
	    (mask_normals_preview(normals, numeric->colour, err) < 0 ||
	     mask_put_png(files, "normal_preview", numeric->colour, err) < 0)) {
		return -1;
	}
	if (!wants_camera(files->request)) {
		return 0;
	}
	if (!files->frame->has_camera) {
		return rv_fail(err, RV_E_BAD_RECORD,
		               "field 'camera.matrix_world' must be a matrix: normals in camera space need it");
	}
	const struct rv_exr_plane planes[] = { { "X", &out[0], false },
		                               { "Y", &out[1], false },
		                               { "Z", &out[2], false } };
	return mask_normals_to_camera(normals, files->frame->camera, out, err) < 0
	               ? -1
	               : mask_put_exr(files, "normal_camera", planes, 3, NULL, 0, err);
}

static int put_flow(const struct mask_numeric *numeric, const struct rv_image *vector, const struct flow_roles *flow,
                    struct rv_err *err)
{
	struct mask_files *const files = numeric->files;
	const struct mask_request *const request = files->request;
	struct rv_image *const uv = numeric->vectors, *const colour = numeric->colour;
	const struct rv_exr_plane planes[] = { { "U", &uv[0], false }, { "V", &uv[1], false } };
	if (mask_flow_from(vector, numeric->is_object, flow->direction, uv, err) < 0 ||
	    (mask_wants(request, flow->exr) && mask_put_exr(files, flow->exr, planes, 2, NULL, 0, err) < 0)) {
		return -1;
	}
	if (request->settings->flow_kitti && mask_wants(request, flow->kitti) &&
	    (mask_flow_kitti(uv, colour, err) < 0 || mask_put_png(files, flow->kitti, colour, err) < 0)) {
		return -1;
	}
	if (flow->preview && mask_wants(request, flow->preview) &&
	    (mask_flow_preview(uv, colour, err) < 0 || mask_put_png(files, flow->preview, colour, err) < 0)) {
		return -1;
	}
	if (!request->settings->flow_flo || !mask_wants(request, flow->flo)) {
		return 0;
	}
	struct rv_str bytes = RV_STR_INIT;
	mask_flow_flo(uv, &bytes);
	const int status = mask_put_bytes(files, flow->flo, &bytes, err);
	rv_str_release(&bytes);
	return status;
}

int mask_numeric_put(const struct mask_numeric *numeric, const struct mask_pass *pass, struct rv_image *planes,
                     struct rv_err *err)
{
	const struct mask_request *const request = numeric->files->request;
	const bool is_normal = is_role(pass, NORMAL, NORMAL_CHANNELS);
	if (is_normal && request->settings->normals_unit) {
		mask_normals_unit(planes);
	}
	if (mask_wants(request, pass->role) && put_pass(numeric, pass, planes, err) < 0) {
		return -1;
	}
	if (is_normal) {
		return put_normals(numeric, planes, err);
	}
	for (size_t i = 0; is_role(pass, VECTOR, VECTOR_CHANNELS) && i < RV_COUNTOF(flows); i++) {
		if (wants_flow(request, &flows[i]) && put_flow(numeric, planes, &flows[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

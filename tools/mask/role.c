/* SPDX-License-Identifier: MIT */
/* Roles and their files. */
#include "mask/role.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "parse.h"

#define ALL_MASKS "mask"
#define MASK_FILE "Mask_"

static const struct {
	const char *role, *file;
} roles[] = {
	{ "index", "IndexOB.png" },
	{ "index_preview", "PreviewIndexOB.png" },
	{ "material_index", "IndexMA.png" },
	{ "material_index_preview", "PreviewIndexMA.png" },
	{ "instances", MASK_INSTANCES_DIR },
	{ "alpha", "Alpha.png" },
	{ "depth", "Depth.exr" },
	{ "depth_preview", "DepthPreview.png" },
	{ "normal", "Normal.exr" },
	{ "normal_camera", "NormalCamera.exr" },
	{ "normal_preview", "NormalPreview.png" },
	{ "vector", "Vector.exr" },
	{ "flow_forward", "FlowForward.exr" },
	{ "flow_forward_flo", "FlowForward.flo" },
	{ "flow_forward_kitti", "FlowForward.png" },
	{ "flow_backward", "FlowBackward.exr" },
	{ "flow_backward_flo", "FlowBackward.flo" },
	{ "flow_backward_kitti", "FlowBackward.png" },
	{ "flow_preview", "FlowPreview.png" },
	{ "position", "Position.exr" },
	{ "uv", "UV.exr" },
	{ "mist", "Mist.exr" },
	{ "ao", "AO.exr" },
	{ "shadow", "Shadow.exr" },
	{ "shadow_catcher", "ShadowCatcher.exr" },
	{ "emission", "Emission.exr" },
	{ "environment", "Environment.exr" },
	{ "diffuse_color", "DiffuseColor.exr" },
	{ "diffuse_direct", "DiffuseDirect.exr" },
	{ "diffuse_indirect", "DiffuseIndirect.exr" },
	{ "glossy_color", "GlossyColor.exr" },
	{ "glossy_direct", "GlossyDirect.exr" },
	{ "glossy_indirect", "GlossyIndirect.exr" },
	{ "transmission_color", "TransmissionColor.exr" },
	{ "transmission_direct", "TransmissionDirect.exr" },
	{ "transmission_indirect", "TransmissionIndirect.exr" },
	{ "crypto_object", "CryptoObject.exr" },
	{ "crypto_material", "CryptoMaterial.exr" },
	{ "crypto_asset", "CryptoAsset.exr" },
};

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static const char *known_file(const char *role)
{
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		if (strcmp(roles[i].role, role) == 0) {
			return roles[i].file;
		}
	}
	return NULL;
}

void mask_role_file(const char *role, struct rv_str *name)
{
	const char *const file = known_file(role);
	if (file) {
		rv_str_puts(name, file);
		return;
	}
	if (starts_with(role, MASK_ROLE_MASK)) {
		rv_str_printf(name, MASK_FILE "%s.png", role + strlen(MASK_ROLE_MASK));
		return;
	}
	bool is_start = true;
	for (; *role; role++) {
		if (*role != '_') {
			rv_str_putc(name, (char)(is_start ? toupper((unsigned char)*role) : *role));
		}
		is_start = *role == '_';
	}
	rv_str_puts(name, ".exr");
}

void mask_role_frame_file(const char *role, const char *frame, struct rv_str *name)
{
	struct rv_str still = RV_STR_INIT;
	mask_role_file(role, &still);
	rv_str_printf(name, "%s/%s%s", role, frame, strrchr(still.ptr, '.'));
	rv_str_release(&still);
}

/* ---- what is asked for ------------------------------------------------------------------------------------------- */

int mask_role_check(const char *role, struct rv_err *err)
{
	const char *names[RV_COUNTOF(roles) + 2];
	if (known_file(role) || strcmp(role, ALL_MASKS) == 0 ||
	    (starts_with(role, MASK_ROLE_MASK) && role[strlen(MASK_ROLE_MASK)])) {
		return 0;
	}
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		names[i] = roles[i].role;
	}
	names[RV_COUNTOF(roles)] = ALL_MASKS;
	names[RV_COUNTOF(roles) + 1] = NULL;
	const char *const near = rv_nearest_name(role, names);
	return rv_fail(err, RV_E_USAGE, "--outputs: unknown role '%s'%s%s%s", role, near ? ", did you mean '" : "",
	               near ? near : "", near ? "'?" : "");
}

int mask_role_parse(const struct rv_option_list *given, struct rv_option_list *list, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < given->len; i++) {
		char *const text = rv_strdup(given->items[i]);
		char *rest = text;
		for (char *role; status == 0 && (role = strsep(&rest, ","));) {
			status = mask_role_check(role, err);
			RV_GROW(list->items, list->len, list->cap);
			list->items[list->len++] = rv_strdup(role);
		}
		free(text);
	}
	return status;
}

void mask_role_release(struct rv_option_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		free((void *)(uintptr_t)list->items[i]);
	}
	rv_option_list_release(list);
}

bool mask_role_is_wanted(const struct rv_option_list *list, const char *role)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], role) == 0 ||
		    (strcmp(list->items[i], ALL_MASKS) == 0 && starts_with(role, MASK_ROLE_MASK))) {
			return true;
		}
	}
	return list->len == 0;
}

bool mask_role_is_ours(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		if (strcmp(name, roles[i].role) == 0 || strcmp(name, roles[i].file) == 0) {
			return true;
		}
	}
	return starts_with(name, MASK_FILE) || starts_with(name, MASK_ROLE_MASK);
}

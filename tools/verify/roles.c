/* SPDX-License-Identifier: MIT */
/* What the file of each role must hold. */
#include "verify/roles.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "image.h"
#include "png.h"
#include "verify/labels.h"
#include "verify/numeric.h"
#include "vocabulary.h"

static bool has_form(struct verify_view *view, const char *name, const struct rv_image *image, uint32_t channels,
                     enum rv_pixel pixel)
{
	if (image->channels != channels || image->pixel != pixel) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name,
		                    "%" PRIu32 " channels of %zu bits, but it has %" PRIu32 " of %zu", image->channels,
		                    rv_pixel_size(image->pixel) * 8, channels, rv_pixel_size(pixel) * 8);
		return false;
	}
	return true;
}

/* ---- pictures ---------------------------------------------------------------------------------------------------- */

typedef void check_fn(struct verify_view *view, const char *name, const struct rv_image *image);

static void check_semantic_mask(struct verify_view *view, const char *name, const struct rv_image *image)
{
	size_t n = (size_t)image->width * image->height;
	for (size_t i = 0; i < n; i++) {
		if (image->u16[i] != 0 && image->u16[i] != 65535) {
			verify_view_blame(view, name, i, image->u16[i], "but a mask is 0 or 65535");
			return;
		}
	}
}

/* instances/00002.png: 255 exactly where the index map is 2. */
static void check_instance(struct verify_view *view, const char *name, const struct rv_image *image)
{
	unsigned int index;
	int used = 0;
	if (sscanf(rv_path_base(name), "%5u.png%n", &index, &used) != 1 || rv_path_base(name)[used] != '\0' ||
	    index == 0 || index > RV_INDEX_MAX) {
		verify_problems_add(view->problems, RV_E_LABEL, name, "its name is not that of an index in 1..%d",
		                    RV_INDEX_MAX);
		return;
	}
	size_t n = view->index.width > 0 ? (size_t)image->width * image->height : 0;
	for (size_t i = 0; i < n; i++) {
		if (image->u8[i] != (view->index.u16[i] == index ? 255 : 0)) {
			verify_view_blame(view, name, i, image->u8[i], "which disagrees with the index map");
			return;
		}
	}
}

static void check_depth_preview(struct verify_view *view, const char *name, const struct rv_image *image)
{
	size_t n = view->depth.width > 0 ? (size_t)image->width * image->height : 0;
	for (size_t i = 0; i < n; i++) {
		if (view->depth.f32[i] >= RV_DEPTH_SEEN_MAX && image->u16[i] != 0) {
			verify_view_blame(view, name, i, image->u16[i], "but the background is 0");
			return;
		}
	}
}

/* Every value is the index of a material of the record. */
static void check_materials(struct verify_view *view, const char *name, const struct rv_image *image)
{
	const struct rv_json materials = rv_json_get(view->record, "materials");
	const size_t n = (size_t)image->width * image->height;
	uint16_t last = 0;
	for (size_t i = 0; rv_json_type(materials) == RV_JSON_ARRAY && i < n; i++) {
		bool is_known = image->u16[i] == last;
		for (size_t k = 0; !is_known && k < rv_json_len(materials); k++) {
			uint64_t index;
			is_known = rv_json_u64(rv_json_get(rv_json_at(materials, k), "index"), image->u16[i],
			                       image->u16[i], &index);
		}
		if (!is_known && image->u16[i] != 0) {
			verify_view_blame(view, name, i, image->u16[i], "which no material has");
			return;
		}
		last = image->u16[i];
	}
}

/* The last channel of the picture, if it has one. */
static void check_alpha(struct verify_view *view, const char *name, const struct rv_image *alpha)
{
	struct rv_image picture = RV_IMAGE_INIT;
	const char *const path = verify_view_file(view, "image");
	if (alpha->channels != 1 || alpha->pixel == RV_PIXEL_F32) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name, "%" PRIu32 " channels, but it is grey",
		                    alpha->channels);
	} else if (path && verify_view_read(view, path, &picture) && picture.width == alpha->width &&
	           picture.height == alpha->height && picture.pixel == alpha->pixel) {
		const size_t n = (size_t)alpha->width * alpha->height, step = picture.channels;
		for (size_t i = 0; i < n; i++) {
			const bool is_byte = alpha->pixel == RV_PIXEL_U8, has_alpha = step % 2 == 0;
			const uint16_t got = is_byte ? alpha->u8[i] : alpha->u16[i];
			const uint16_t wanted = !has_alpha ? (is_byte ? 255 : 65535)
			                        : is_byte  ? picture.u8[i * step + step - 1]
			                                   : picture.u16[i * step + step - 1];
			if (got != wanted) {
				verify_view_blame(view, name, i, got, "but the picture's alpha is another");
				break;
			}
		}
	}
	rv_image_release(&picture);
}

static void check_normal_preview(struct verify_view *view, const char *name, const struct rv_image *image RV_UNUSED)
{
	verify_numeric_check_preview(view, "normal", name);
}

static void check_flow_preview(struct verify_view *view, const char *name, const struct rv_image *image RV_UNUSED)
{
	verify_numeric_check_preview(view, "flow_forward", name);
}

static void check_kitti_forward(struct verify_view *view, const char *name, const struct rv_image *image RV_UNUSED)
{
	verify_numeric_check_kitti(view, "flow_forward", name);
}

static void check_kitti_backward(struct verify_view *view, const char *name, const struct rv_image *image RV_UNUSED)
{
	verify_numeric_check_kitti(view, "flow_backward", name);
}

/* ---- roles ------------------------------------------------------------------------------------------------------- */

/* By name (a final '*' stands for any ending), what they are, and for a PNG its form (channels 0: any) and its pixels.
 * The first that fits counts. */
static const struct role {
	const char *name;
	enum verify_kind kind;
	const char *ending; /* of that kind */
	uint32_t channels;
	enum rv_pixel pixel;
	check_fn *check;
} roles[] = {
	{ "depth", VERIFY_KIND_EXR, ".exr", 0, RV_PIXEL_F32, NULL },
	{ "passes", VERIFY_KIND_EXR, ".exr", 0, RV_PIXEL_F32, NULL },
	{ "index", VERIFY_KIND_PNG, ".png", 1, RV_PIXEL_U16, NULL },
	{ "index_preview", VERIFY_KIND_PNG, ".png", 3, RV_PIXEL_U8, NULL },
	{ "material_index", VERIFY_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_materials },
	{ "material_index_preview", VERIFY_KIND_PNG, ".png", 3, RV_PIXEL_U8, NULL },
	{ "alpha", VERIFY_KIND_PNG, ".png", 0, RV_PIXEL_U8, check_alpha },
	{ "depth_preview", VERIFY_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_depth_preview },
	{ "normal_preview", VERIFY_KIND_PNG, ".png", 3, RV_PIXEL_U8, check_normal_preview },
	{ "flow_preview", VERIFY_KIND_PNG, ".png", 3, RV_PIXEL_U8, check_flow_preview },
	{ "flow_forward_kitti", VERIFY_KIND_PNG, ".png", 3, RV_PIXEL_U16, check_kitti_forward },
	{ "flow_backward_kitti", VERIFY_KIND_PNG, ".png", 3, RV_PIXEL_U16, check_kitti_backward },
	{ "mask_*", VERIFY_KIND_PNG, ".png", 1, RV_PIXEL_U16, check_semantic_mask },
	{ "instances", VERIFY_KIND_PNG, ".png", 1, RV_PIXEL_U8, check_instance },
};

static const struct role *find_role(const char *name)
{
	for (size_t i = 0; i < RV_COUNTOF(roles); i++) {
		const size_t len = strlen(roles[i].name);
		const bool is_open = roles[i].name[len - 1] == '*';
		if (is_open ? strncmp(name, roles[i].name, len - 1) == 0 : strcmp(name, roles[i].name) == 0) {
			return &roles[i];
		}
	}
	return NULL;
}

/* Roles that are not in the table. */
static void check_other(struct verify_view *view, const char *role, const char *name)
{
	const bool is_forward = strcmp(role, "flow_forward_flo") == 0;
	if (view->decoded.kind == VERIFY_KIND_EXR) {
		verify_numeric_check(view, role, name);
	} else if (is_forward || strcmp(role, "flow_backward_flo") == 0) {
		verify_numeric_check_flo(view, is_forward ? "flow_forward" : "flow_backward", name);
	}
}

void verify_role_check_file(struct verify_view *view, const char *role_name, const char *name)
{
	struct rv_err err = RV_ERR_INIT;
	struct verify_decoded *const decoded = &view->decoded;
	uint32_t width, height;
	if (!verify_view_is_plain(view, name)) {
		return;
	}
	verify_decode_size(verify_view_path(view, name), &width, &height);
	if (width > 0 && view->width > 0 && !verify_view_has_size(view, name, width, height)) {
		return; /* not decoded: it may be of any size */
	}
	if (verify_decode_file(verify_view_path(view, name), decoded, &err) < 0) {
		verify_problems_add_err(view->problems, name, &err);
		return;
	}
	if (decoded->width > 0 && !verify_view_has_size(view, name, decoded->width, decoded->height)) {
		return;
	}
	const struct role *const role = find_role(role_name);
	if (!role) {
		check_other(view, role_name, name);
	} else if (decoded->kind != role->kind) {
		verify_problems_add(view->problems, RV_E_BAD_FILE, name, "files of role '%s' end in %s", role_name,
		                    role->ending);
	} else if (role->kind == VERIFY_KIND_PNG &&
	           (role->channels == 0 || has_form(view, name, &decoded->image, role->channels, role->pixel)) &&
	           role->check) {
		role->check(view, name, &decoded->image);
	}
}

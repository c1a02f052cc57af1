/* SPDX-License-Identifier: MIT */
/* The map of materials has the indices that the record's materials have. */
#include "verify/picture.h"

static bool is_material(struct rv_json materials, uint16_t value)
{
	bool is = false;
	for (size_t i = 0; !is && i < rv_json_len(materials); i++) {
		uint64_t index;
		is = rv_json_u64(rv_json_get(rv_json_at(materials, i), "index"), value, value, &index);
	}
	return is;
}

static void check_materials(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_json materials = rv_json_get(picture->picture->sample->json, "materials");
	const uint16_t *const values = file->decoded.image.u16;
	const size_t n = rv_json_type(materials) == RV_JSON_ARRAY ? verify_picture_pixels(picture) : 0;
	bool *const is_known = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*is_known));
	is_known[0] = true;
	for (size_t i = 0; i < n; i++) {
		if (!is_known[values[i]] && !is_material(materials, values[i])) {
			verify_picture_blame(picture, VERIFY_MATERIAL_INDEX, file->name.ptr, i, values[i],
			                     "which no material has");
			return;
		}
		is_known[values[i]] = true;
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_MATERIAL_INDEX, RV_ROLES };

const struct verify_label verify_picture_materials = { .roles = roles, .file = check_materials };

/* SPDX-License-Identifier: MIT */
/* BOP: the files of scenes and of models, brought together. What a scene must be: bop_scene.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/bop.h"
#include "png.h"
#include "verify/formats/bop_shard.h"

#define TEXT_BYTES_MAX ((size_t)1 << 30)

static void *open_bop(const struct verify_context *context)
{
	struct verify_bop *const bop = rv_alloc_zero(1, sizeof(*bop));
	bop->context = context;
	bop->groups = verify_groups_new();
	return bop;
}

static void free_bop(void *state)
{
	struct verify_bop *const bop = state;
	verify_groups_free(bop->groups);
	rv_json_release(&bop->models);
	free(bop);
}

static int add(struct verify_bop *bop, const struct verify_item *item, char kind, const char *text, struct rv_err *err)
{
	char key[32];
	snprintf(key, sizeof(key), "%s/%s", item->place.split, item->place.number);
	return verify_groups_add(bop->groups, key, kind, item->path, text, err);
}

/* ---- masks ------------------------------------------------------------------------------------------------------- */

/* "IM GT W H AREA X Y WIDTH HEIGHT"; without what follows GT where it is no mask, which is told. */
static int read_mask(struct verify_bop *bop, struct verify_item *item, struct rv_err *err)
{
	struct rv_image mask = RV_IMAGE_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	struct rv_str said = RV_STR_INIT;
	uint32_t x0 = UINT32_MAX, y0 = UINT32_MAX, x1 = 0, y1 = 0;
	uint64_t area = 0, n_other = 0;
	rv_str_printf(&said, "%s %s", item->place.frame, item->place.object);
	if (rv_png_read_from(item->source, &mask, &wrong) < 0) {
		verify_problems_add_undecoded(item->problems, item->path, &wrong);
	} else if (mask.channels != 1 || mask.pixel != RV_PIXEL_U8) {
		verify_problems_add(item->problems, VERIFY_BOP_MASK, item->path,
		                    "it is no PNG of 8 bits and one channel");
	} else {
		for (uint32_t y = 0; y < mask.height; y++) {
			for (uint32_t x = 0; x < mask.width; x++) {
				const uint8_t value = mask.u8[(size_t)y * mask.width + x];
				n_other += value != 0 && value != UINT8_MAX;
				if (value) {
					area++;
					x0 = RV_MIN(x0, x);
					y0 = RV_MIN(y0, y);
					x1 = RV_MAX(x1, x);
					y1 = RV_MAX(y1, y);
				}
			}
		}
		if (n_other > 0) {
			verify_problems_add(item->problems, VERIFY_BOP_MASK, item->path,
			                    "%" PRIu64 " pixels are neither 0 nor 255", n_other);
		}
		rv_str_printf(&said, " %" PRIu32 " %" PRIu32 " %" PRIu64, mask.width, mask.height, area);
		if (area > 0) {
			rv_str_printf(&said, " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu32, x0, y0, x1 - x0 + 1,
			              y1 - y0 + 1);
		}
	}
	const int status =
	        add(bop, item, verify_item_is(item, "mask") ? VERIFY_BOP_MASKS : VERIFY_BOP_VISIBLE, said.ptr, err);
	rv_image_release(&mask);
	rv_str_release(&said);
	return status;
}

/* ---- models and targets ------------------------------------------------------------------------------------------ */

static bool is_category(const struct rv_categories *categories, uint64_t id)
{
	for (size_t i = 0; categories && i < categories->len; i++) {
		if (categories->items[i].id == id) {
			return true;
		}
	}
	return !categories;
}

/* What is wrong with models, or NULL. */
static const char *fault_of_models(const struct verify_bop *bop)
{
	static const char *const keys[] = { "diameter", "min_x", "min_y", "min_z", "size_x", "size_y", "size_z" };
	for (int i = rv_json_iter(bop->models); rv_json_iter_ok(bop->models, i); i = rv_json_next(bop->models, i)) {
		const struct rv_json model = rv_json_iter_value(bop->models, i);
		if (!is_category(bop->context->categories, strtoull(rv_json_iter_key(bop->models, i), NULL, 10))) {
			return "it has a model of no category";
		}
		for (size_t k = 0; k < RV_COUNTOF(keys); k++) {
			if (rv_json_type(rv_json_get(model, keys[k])) != RV_JSON_NUMBER) {
				return "a model lacks its diameter, min or size";
			}
		}
	}
	return NULL;
}

static void read_models(struct verify_bop *bop, struct verify_item *item, const struct rv_str *text)
{
	struct rv_err wrong = RV_ERR_INIT;
	const char *const fault =
	        rv_json_parse(text->ptr, text->len, &bop->models, &wrong) < 0 ? wrong.text : fault_of_models(bop);
	if (fault) {
		verify_problems_add(item->problems, strstr(fault, "category") ? VERIFY_BOP_MODEL : VERIFY_BOP_JSON,
		                    item->path, "%s", fault);
	}
}

/* Each target goes to its scene as "IM OBJ COUNT". */
static int read_targets(struct verify_bop *bop, struct verify_item *item, const struct rv_str *text, struct rv_err *err)
{
	struct rv_json list = RV_JSON_INIT;
	struct rv_err wrong = RV_ERR_INIT;
	int status = 0;
	if (rv_json_parse(text->ptr, text->len, &list, &wrong) < 0) {
		verify_problems_add_err(item->problems, VERIFY_BOP_TARGET, item->path, &wrong);
	}
	for (size_t i = 0; i < rv_json_len(list) && status == 0; i++) {
		const struct rv_json target = rv_json_at(list, i);
		uint64_t scene, image, object, count;
		char key[32], said[80];
		if (!rv_json_u64(rv_json_get(target, "scene_id"), 0, FORMAT_BOP_SCENES_MAX - 1, &scene) ||
		    !rv_json_u64(rv_json_get(target, "im_id"), 0, UINT32_MAX, &image) ||
		    !rv_json_u64(rv_json_get(target, "obj_id"), 0, UINT32_MAX, &object) ||
		    !rv_json_u64(rv_json_get(target, "inst_count"), 0, UINT32_MAX, &count)) {
			verify_problems_add(item->problems, VERIFY_BOP_TARGET, item->path,
			                    "target %zu lacks scene_id, im_id, obj_id or inst_count", i);
			continue;
		}
		snprintf(key, sizeof(key), "test/%06" PRIu64, scene);
		snprintf(said, sizeof(said), "%" PRIu64 " %" PRIu64 " %" PRIu64, image, object, count);
		status = verify_groups_add(bop->groups, key, VERIFY_BOP_TARGETS, item->path, said, err);
	}
	rv_json_release(&list);
	return status;
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int read_text(struct verify_bop *bop, struct verify_item *item, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	if (!verify_item_load(item, TEXT_BYTES_MAX, &text)) {
		/* told */
	} else if (verify_item_is(item, "models")) {
		read_models(bop, item, &text);
	} else if (verify_item_is(item, "targets")) {
		status = read_targets(bop, item, &text, err);
	} else if (verify_item_is(item, "keys")) {
		status = verify_bop_keys(bop, item, &text, err);
	} else {
		const char kind = verify_item_is(item, "camera") ? VERIFY_BOP_CAMERA
		                  : verify_item_is(item, "gt")   ? VERIFY_BOP_GT
		                                                 : VERIFY_BOP_INFOS;
		status = add(bop, item, kind, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	if (verify_item_is(item, "shard")) {
		return verify_bop_shard(state, item, err);
	}
	if (verify_item_is(item, "mask") || verify_item_is(item, "visible")) {
		return read_mask(state, item, err);
	}
	if (verify_item_is(item, "image") || verify_item_is(item, "depth") || verify_item_is(item, "intrinsics")) {
		verify_item_decode(item);
		return 0;
	}
	return read_text(state, item, err);
}

/* "IM W H SHA256". */
static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct rv_str said = RV_STR_INIT;
	if (!verify_item_is(item, "image") && !verify_item_is(item, "depth")) {
		return 0;
	}
	rv_str_printf(&said, "%s %" PRIu32 " %" PRIu32 " %s", item->place.frame, item->width, item->height,
	              item->sha256);
	const int status =
	        add(state, item, verify_item_is(item, "image") ? VERIFY_BOP_IMAGE : VERIFY_BOP_DEPTH, said.ptr, err);
	rv_str_release(&said);
	return status;
}

static int end_bop(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct verify_bop *const bop = state;
	bop->problems = problems;
	return verify_groups_end(bop->groups, verify_bop_scene, bop, err);
}

const struct verify_class verify_bop = {
	.format = &format_bop,
	.tells = VERIFY_TELLS_PICTURES,
	.open = open_bop,
	.file = look_at_file,
	.take = take_file,
	.end = end_bop,
	.free = free_bop,
};

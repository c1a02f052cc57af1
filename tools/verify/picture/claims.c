/* SPDX-License-Identifier: MIT */
/*
 * A semantic mask has the objects all of whose materials write the channel, with a number above the threshold: most of
 * the pixels that are theirs and whose neighbours are, too. What a texture writes cannot be told.
 */
#include <math.h>
#include <string.h>

#include "verify/picture.h"

#define INNER_MIN 4 /* pixels; in fewer there is nothing to tell */

/* What a material of that name writes into a channel; NAN where it does not, or no one number. */
static double written(struct rv_json materials, const char *name, const char *channel)
{
	for (size_t i = 0; name && i < rv_json_len(materials); i++) {
		const struct rv_json material = rv_json_at(materials, i);
		const char *const its = rv_json_string(rv_json_get(material, "name"), NULL);
		const struct rv_json value = rv_json_get(rv_json_get(material, "semantics"), channel);
		const char *const type = rv_json_string(rv_json_get(value, "type"), NULL);
		if (its && strcmp(its, name) == 0) {
			return type && strcmp(type, "Value") == 0 ? rv_json_number(rv_json_get(value, "value"), NAN)
			                                          : NAN;
		}
	}
	return NAN;
}

static bool claims(const struct rv_sample *sample, const struct rv_object *object, const char *channel)
{
	const struct rv_json materials = rv_json_get(sample->json, "materials"),
	                     names = rv_json_get(object->json, "materials");
	const double threshold = rv_json_number(rv_json_get(sample->json, "semantic_mask_threshold"), NAN);
	bool all = rv_json_len(names) > 0;
	for (size_t i = 0; i < rv_json_len(names) && all; i++) {
		all = written(materials, rv_json_string(rv_json_at(names, i), NULL), channel) > threshold;
	}
	return all;
}

struct count {
	size_t n_inner, n_set;
};

/* Of each index: pixels whose neighbours are of it, too, and how many of them the mask has. */
static struct count *count_inner(struct verify_picture *picture, const uint16_t *mask)
{
	struct count *const counts = rv_arena_alloc(&picture->arena, RV_INDEX_MAX + 1, sizeof(*counts));
	const size_t width = picture->width;
	const uint16_t *const index = picture->index->u16;
	for (size_t y = 1; y + 1 < picture->height; y++) {
		for (size_t x = 1; x + 1 < width; x++) {
			const size_t at = y * width + x;
			bool is_inner = true;
			for (size_t k = 0; k < 9 && is_inner; k++) {
				is_inner = index[at - width - 1 + k / 3 * width + k % 3] == index[at];
			}
			counts[index[at]].n_inner += is_inner;
			counts[index[at]].n_set += is_inner && mask[at] != 0;
		}
	}
	return counts;
}

static void check_claims(struct verify_picture *picture, const struct verify_file *file)
{
	const struct rv_sample *const sample = picture->picture->sample;
	const char *const channel = file->file->role + strlen("mask_");
	const struct count *counts = NULL;
	for (size_t i = 0; i < sample->n_objects && picture->index; i++) {
		const struct rv_object *const object = &sample->objects[i];
		if (object->index == 0 || !claims(sample, object, channel)) {
			continue;
		}
		counts = counts ? counts : count_inner(picture, file->decoded.image.u16);
		const struct count *const count = &counts[object->index];
		if (count->n_inner >= INNER_MIN && 2 * count->n_set < count->n_inner) {
			verify_problems_add(picture->problems, VERIFY_MASK_CLAIMED, file->name.ptr,
			                    "it has %zu of %zu inner pixels of '%s', whose materials write the channel",
			                    count->n_set, count->n_inner, object->name);
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_SEMANTIC_MASK, RV_ROLES };

const struct verify_label verify_picture_claims = { .roles = roles, .file = check_claims };

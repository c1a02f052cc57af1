/* SPDX-License-Identifier: MIT */
/* Pictures in colours, of objects and of classes: one colour each, black for nothing, and no two alike. */
#include "verify/picture.h"

#define FIRST 64            /* of objects by rank, of classes by id: that many colours are told apart */
#define IS_KNOWN (1U << 24) /* beside a colour */

static uint16_t value_at(const struct rv_image *map, size_t i)
{
	return map->pixel == RV_PIXEL_U8 ? map->u8[i] : map->u16[i];
}

/* The colour of each value of the map, IS_KNOWN beside it. False, and a problem, where a value has two. */
static bool find_colours(struct verify_picture *picture, const struct verify_file *file, const struct rv_image *map,
                         uint32_t *colours)
{
	const uint8_t *rgb = file->decoded.image.u8;
	const size_t n = verify_picture_pixels(picture);
	colours[0] = IS_KNOWN;
	for (size_t i = 0; i < n; i++, rgb += 3) {
		uint32_t *const colour = &colours[value_at(map, i)];
		const uint32_t here = IS_KNOWN | (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
		if (*colour == 0) {
			*colour = here;
		} else if (*colour != here) {
			verify_problems_add(picture->problems, VERIFY_COLOR_SAME, file->name.ptr,
			                    "pixel (%zu,%zu) is #%06x, but the map has %u there, which is #%06x",
			                    i % picture->width, i / picture->width, here & ~IS_KNOWN, value_at(map, i),
			                    *colour & ~IS_KNOWN);
			return false;
		}
	}
	return true;
}

/* The values whose colours differ, after 0: the first objects of the sample, or the first ids. */
static size_t list_values(const struct verify_picture *picture, bool are_classes, uint32_t values[FIRST + 1])
{
	const struct rv_sample *const sample = picture->picture->sample;
	size_t n = 0;
	values[n++] = 0;
	for (size_t i = 0; n <= FIRST && (are_classes || i < sample->n_objects); i++) {
		const uint32_t value = are_classes ? (uint32_t)i + 1 : sample->objects[i].index;
		if (value > 0) {
			values[n++] = value;
		}
	}
	return n;
}

static void compare_colours(struct verify_picture *picture, const struct verify_file *file, bool are_classes,
                            const uint32_t *colours)
{
	uint32_t values[FIRST + 1];
	const size_t n = list_values(picture, are_classes, values);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = i + 1; k < n; k++) {
			const uint32_t colour = colours[values[k]];
			const bool are_two = values[i] != values[k]; /* a record may have an index twice */
			if (are_two && colour != 0 && colour == colours[values[i]]) {
				verify_problems_add(picture->problems, VERIFY_COLOR_ALIKE, file->name.ptr,
				                    "%u and %u are both #%06x", values[i], values[k],
				                    colour & ~IS_KNOWN);
				return;
			}
		}
	}
}

static void check_colours(struct verify_picture *picture, const struct verify_file *file)
{
	const bool are_classes = file->file->row == &rv_roles[RV_ROLE_CLASS_COLOR];
	const struct verify_decoded *const classes =
	        are_classes ? verify_picture_partner(picture, RV_ROLE_CLASS_INDEX) : NULL;
	const struct rv_image *const map = are_classes ? (classes ? &classes->image : NULL) : picture->index;
	uint32_t *const colours = rv_arena_alloc(&picture->arena, UINT16_MAX + 1, sizeof(*colours));
	if (map && find_colours(picture, file, map, colours)) {
		compare_colours(picture, file, are_classes, colours);
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_INDEX_COLOR, RV_ROLE_CLASS_COLOR, RV_ROLES };

const struct verify_label verify_picture_colours = { .roles = roles, .file = check_colours };

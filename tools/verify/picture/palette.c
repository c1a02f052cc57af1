/* SPDX-License-Identifier: MIT */
/* The index map as a picture with a palette: its numbers are the map's, but for those that do not fit, and its colours
 * tell the objects of the picture apart. */
#include <string.h>

#include "verify/indexed.h"
#include "verify/picture.h"

#define INDEX_MAX 253 /* some readers take 254 for void, too */
#define VOID 255
#define FIRST 64 /* of objects by rank: that many colours are told apart */

static bool check_numbers(struct verify_picture *picture, const struct verify_file *file, const struct rv_image *map)
{
	const size_t n = verify_picture_pixels(picture);
	for (size_t i = 0; i < n; i++) {
		const uint16_t index = picture->index->u16[i];
		if (map->u8[i] != (index <= INDEX_MAX ? index : VOID)) {
			verify_problems_add(picture->problems, VERIFY_PALETTE_INDEX, file->name.ptr,
			                    "pixel (%zu,%zu) is %u, but the index map has %u there", i % picture->width,
			                    i / picture->width, map->u8[i], index);
			return false;
		}
	}
	return true;
}

static void check_colours(struct verify_picture *picture, const struct verify_file *file,
                          uint8_t colours[VERIFY_INDEXED_COLOURS][3])
{
	static const uint8_t black[3], white[3] = { 255, 255, 255 };
	const struct rv_sample *const sample = picture->picture->sample;
	if (memcmp(colours[0], black, 3) != 0 || memcmp(colours[VOID], white, 3) != 0) {
		verify_problems_add(picture->problems, VERIFY_PALETTE_COLOR, file->name.ptr,
		                    "its palette does not begin with black and end with white");
	}
	for (size_t i = 0; i < sample->n_objects && i < FIRST && sample->objects[i].index <= INDEX_MAX; i++) {
		const uint32_t index = sample->objects[i].index;
		for (size_t k = 0; k <= i; k++) {
			const uint32_t other = k == i ? 0 : sample->objects[k].index;
			if (index > 0 && other != index && memcmp(colours[index], colours[other], 3) == 0) {
				verify_problems_add(picture->problems, VERIFY_PALETTE_COLOR, file->name.ptr,
				                    "indices %u and %u have one colour", other, index);
				return;
			}
		}
	}
}

static void check_palette(struct verify_picture *picture, const struct verify_file *file)
{
	uint8_t colours[VERIFY_INDEXED_COLOURS][3];
	struct rv_image map = RV_IMAGE_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (verify_indexed_read_any(&file->source, &map, colours, &err) < 0) {
		verify_problems_add_err(picture->problems, VERIFY_PALETTE_FORM, file->name.ptr, &err);
	} else if (!picture->index || check_numbers(picture, file, &map)) {
		check_colours(picture, file, colours);
	}
	rv_image_release(&map);
}

static const enum rv_role_id roles[] = { RV_ROLE_INDEX_PALETTE, RV_ROLES };

const struct verify_label verify_picture_palette = { .roles = roles, .file = check_palette };

/* SPDX-License-Identifier: MIT */
/* Colours that are told apart. */
#include "palette.h"

#include <math.h>
#include <string.h>

#include "categories.h"

/* A lighter one would be the third colour to those without red cones. */
static const uint8_t floor_grey[3] = { 0x1a, 0x1f, 0x29 };

/* The best of a lattice of OKLCH in sRGB, each the farthest from all before it for the worst of the three kinds of
 * sight. */
static const uint32_t colours[RV_PALETTE_LEN] = {
	/* clang-format off */
	0x2a81ec, 0x70e105, 0x9f0042, 0x4bfeb1, 0x4ad6e9, 0x7a7e13, 0x6b3e85, 0x3330d6,
	0x29b398, 0x3d98d1, 0x61d164, 0xd9495d, 0x6c2ea4, 0x7f607e, 0x70f5e4, 0x8a3819,
	0x7aaf02, 0x6e95b0, 0x67cc9a, 0xa2f577, 0x58c1f3, 0x6e8d6c, 0x2770ad, 0x6555fe,
	0xca774a, 0x86c0c3, 0x77bb76, 0x7d525f, 0x83f4cc, 0xbe3dd9, 0xaf1b3c, 0xc4ea93,
	0xd69a4a, 0x68f3fa, 0x9fd646, 0xb15c3d, 0x98cebf, 0xd56dd3, 0x619b9e, 0x8c0abf,
	0xc519ab, 0x7d376e, 0x8afc3f, 0x90508f, 0x9dd384, 0x7eb0c4, 0x956976, 0xdb7b82,
	0xb8f163, 0x81a6f3, 0x89da5c, 0x577556, 0xc17e36, 0xd85218, 0xaf2208, 0x82e6b3,
	0xa25325, 0x79ac5f, 0x8c2dd8, 0x737d54, 0x2aa681, 0x82d79a, 0x8348be, 0xa0d9e2,
	/* lighter */
	0x6aa9fe, 0xbaff99, 0xc93a63, 0xddffeb, 0xb4f5ff, 0x9ea342, 0x8f61ab, 0x4d5efe,
	0x5cdabd, 0x65bef9, 0x89f98a, 0xff7683, 0x8f54cc, 0xa483a2, 0xd7fff8, 0xb15b3d,
	0x9ed646, 0x92bad7, 0x8ff4c0, 0xe4ffd8, 0xb0e3fe, 0x92b290, 0x4e95d4, 0x898cff,
	0xf39c6f, 0xace7ea, 0x9de29b, 0xa27482, 0xdbfff0, 0xe46cff, 0xd9495d, 0xe8ffcc,
	0xfec071, 0xd9fdff, 0xc5fe71, 0xd98060, 0xbef6e6, 0xfe93fb, 0x86c1c4, 0xb245e8,
	0xef4ed2, 0xa35a92, 0xe4ffd8, 0xb673b5, 0xc3fbaa, 0xa3d7eb, 0xbb8d9a, 0xffa4a9,
	0xe7ffcc, 0xb6cefe, 0xb9ff96, 0x7a9978, 0xe9a35d, 0xff7c4d, 0xd94e36, 0xddffeb,
	0xca774a, 0x9ed384, 0xaf5dff, 0x97a177, 0x59cca6, 0xaaffc0, 0xa76de6, 0xe0fbff,
	/* darker */
	0x005dbc, 0x59b605, 0x670128, 0x0ad48d, 0x08afc1, 0x575a00, 0x491c61, 0x1f019e,
	0x068b75, 0x0473aa, 0x36aa3d, 0xaf1c3c, 0x4a017a, 0x5c3f5b, 0x41cdbd, 0x5e1c00,
	0x5d8704, 0x4b718b, 0x3ea676, 0x7ccd4f, 0x2a9bcb, 0x4c6a4a, 0x004d82, 0x4926d4,
	0xa25325, 0x619a9d, 0x529552, 0x5a323e, 0x59cca6, 0x9504af, 0x7b0124, 0x9ec36d,
	0xaf751e, 0x35cbd2, 0x7baf02, 0x8a3919, 0x73a89a, 0xad47ac, 0x3d777a, 0x5f0084,
	0x91007e, 0x58144c, 0x68d204, 0x6b2e6b, 0x78ac5f, 0x5a8b9e, 0x714754, 0xb2575f,
	0x93c935, 0x5e81cb, 0x64b331, 0x365336, 0x9a5a02, 0xa43701, 0x781000, 0x5abf8e,
	0x793300, 0x56873b, 0x6600a4, 0x515a33, 0x027f60, 0x5cb075, 0x612097, 0x7bb2bb,
	/* clang-format on */
};

void rv_palette_colour(size_t rank, uint8_t rgb[3])
{
	const uint32_t colour = colours[rank % RV_PALETTE_LEN];
	rgb[0] = (uint8_t)(colour >> 16);
	rgb[1] = (uint8_t)(colour >> 8);
	rgb[2] = (uint8_t)colour;
}

static double linear(uint8_t value)
{
	const double v = value / 255.0;
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

bool rv_palette_wants_white(const uint8_t rgb[3])
{
	const double luminance = 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
	return 1.05 / (luminance + 0.05) > (luminance + 0.05) / 0.05;
}

/* ---- of a sample ----------------------------------------------------------------------------------------------- */

/* The product of the two longest sides of its box. */
static double size_of(struct rv_json object)
{
	const struct rv_json dimensions = rv_json_get(object, "dimensions");
	const double x = rv_json_number(rv_json_at(dimensions, 0), 0), y = rv_json_number(rv_json_at(dimensions, 1), 0);
	const double z = rv_json_number(rv_json_at(dimensions, 2), 0);
	return RV_MAX(RV_MAX(x * y, y * z), z * x);
}

/* The place of the floor among the objects; their number where there is none. */
static size_t find_floor(const struct rv_sample *sample, struct rv_arena *arena)
{
	size_t floor = sample->n_objects;
	bool others_have_one = false;
	double largest = 0;
	for (size_t i = 0; i < sample->n_objects; i++) {
		const struct rv_object *const object = &sample->objects[i];
		const double size = size_of(object->json);
		if (rv_category_of(object->json, sample->is_blend_file, arena)) {
			others_have_one = true;
		} else if (object->index > 0 && size > largest) {
			floor = i;
			largest = size;
		}
	}
	return others_have_one ? floor : sample->n_objects;
}

struct rv_palette rv_palette_deal(const struct rv_sample *sample, struct rv_arena *arena)
{
	uint8_t(*const rgb)[3] = rv_arena_alloc(arena, sample->n_objects + 1, sizeof(*rgb));
	const size_t floor = find_floor(sample, arena);
	size_t rank = 0;
	for (size_t i = 0; i < sample->n_objects; i++) {
		rv_palette_colour(rank, rgb[i]);
		rank += sample->objects[i].index > 0;
		if (i == floor) {
			memcpy(rgb[i], floor_grey, sizeof(floor_grey));
		}
	}
	return (struct rv_palette) { .sample = sample, .rgb = (const uint8_t(*)[3])rgb, .floor = floor };
}

void rv_palette_of(const struct rv_palette *palette, uint32_t index, uint8_t rgb[3])
{
	const struct rv_object *const object = index > 0 ? rv_sample_object(palette->sample, index) : NULL;
	if (object) {
		memcpy(rgb, palette->rgb[object - palette->sample->objects], 3);
	} else if (index > 0) {
		rv_palette_colour(index - 1, rgb);
	} else {
		memset(rgb, 0, 3);
	}
}

bool rv_palette_is_floor(const struct rv_palette *palette, uint32_t index)
{
	const struct rv_sample *const sample = palette->sample;
	return palette->floor < sample->n_objects && index > 0 && sample->objects[palette->floor].index == index;
}

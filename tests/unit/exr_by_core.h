/* SPDX-License-Identifier: MIT */
/* OpenEXR files written, and read whole, by OpenEXR's core: the independent side of the tests of exr.h. */
#ifndef RV_EXR_BY_CORE_H
#define RV_EXR_BY_CORE_H

#include <OpenEXR/openexr.h>

#include "image.h"
#include "rng.h"

struct core_channel {
	const char *name;
	exr_pixel_type_t type;
	int sampling; /* 0 or 1: none */
};

#define CORE_CHANNELS_MAX 8

/* A part of a file and its pixels. */
struct core_part {
	const char *name; /* NULL: none, of a file of one part */
	exr_compression_t codec;
	uint32_t width, height;
	int32_t x, y;                     /* of the data window */
	uint32_t tile_width, tile_height; /* 0: scan lines */
	exr_tile_level_mode_t
	        levels; /* of mipmaps the core writes only those of which sides and tiles are powers of 2 */
	const struct core_channel *channels; /* in ascending order */
	size_t n;
	void *stored[CORE_CHANNELS_MAX];           /* as in the file: 2 or 4 bytes a pixel */
	struct rv_image wanted[CORE_CHANNELS_MAX]; /* what a reader must give where the codec loses nothing */
};

/* Fills the pixels. kind 0: noise; 1: smooth and constant areas, which compress. */
void core_fill(struct core_part *part, int kind, struct rv_rng *rng);
void core_release(struct core_part *part);
/* `date` goes into an attribute of the first part, after two of cryptomatte. */
bool core_write(const char *path, const struct core_part *parts, size_t n, const char *date);
/* Reads all channels of the first part of scan lines at once, as the core's documentation has it, into part->wanted. */
bool core_read(const char *path, struct core_part *part);
/* False, and says where, unless the floats are the same; any two that are no numbers are. */
bool core_same(const struct rv_image *got, const struct rv_image *wanted);
/* By the definition of binary16, in floating point. */
float core_half_value(uint16_t half);

#endif

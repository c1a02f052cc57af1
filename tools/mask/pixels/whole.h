/* SPDX-License-Identifier: MIT */
/*
 * An object whole: what is seen of it, what others hide of it, and what is beyond the border of the picture. Pixels are
 * the picture's, and go on beyond its border: (-1,0) is left of its first one.
 */
#ifndef RV_MASK_PIXELS_WHOLE_H
#define RV_MASK_PIXELS_WHOLE_H

#include "arena.h"
#include "mask/pixels/labels.h"

/* `n` pixels of a line, from (x,y) to the right, that an object would cover if nothing hid it. */
struct mask_run {
	int32_t x, y;
	uint32_t n;
};

/* What hides an object: the index that is seen in its place, 0 for what has none. */
struct mask_cover {
	uint32_t index;
	uint64_t area_px;
	float depth_m; /* the least, of these pixels */
};

struct mask_whole {
	struct rv_rle rle; /* within the picture */
	uint64_t area_px;  /* beyond it, too */
	int64_t bbox[4];   /* x, y, width, height, beyond it, too */
};
#define MASK_WHOLE_INIT \
	{ \
		.rle = RV_RLE_INIT \
	}
void mask_whole_release(struct mask_whole *whole);

/* What is seen of an object (`label`), and its runs, which may tell the same pixel twice within the picture, but not
 * beyond it. Replaces *whole; `scratch` is used and left as it comes. */
int mask_whole_of(const struct mask_label *label, const struct mask_run *runs, size_t n, struct rv_image *scratch,
                  struct mask_whole *whole, struct rv_err *err) RV_MUST_USE;

/* Who hides an object within the picture, the nearest first, in the arena; how many. `map` is the picture's index map
 * (U16), `depth` of the same size (F32). */
size_t mask_whole_covers(const struct mask_whole *whole, uint32_t index, const struct rv_image *map,
                         const struct rv_image *depth, struct rv_arena *arena, struct mask_cover **covers);

#endif

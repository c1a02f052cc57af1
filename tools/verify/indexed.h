/* SPDX-License-Identifier: MIT */
/* Maps of small numbers: PNG files with a palette, that of Pascal VOC or one of their own. */
#ifndef RV_VERIFY_INDEXED_H
#define RV_VERIFY_INDEXED_H

#include "image.h"
#include "source.h"

#define VERIFY_INDEXED_COLOURS 256

/* *map is replaced: one channel of U8. Fails with RV_E_BAD_FILE on a PNG without a palette, or with another one:
 * readers then take colours for numbers. */
int verify_indexed_read(const struct rv_source *source, struct rv_image *map, struct rv_err *err) RV_MUST_USE;

/* The same with any palette of 256 colours, which is put into `colours`. */
int verify_indexed_read_any(const struct rv_source *source, struct rv_image *map,
                            uint8_t colours[VERIFY_INDEXED_COLOURS][3], struct rv_err *err) RV_MUST_USE;

/* Where a number is: x, y of the first and the last pixel; all 0 where it is not. */
struct verify_indexed_box {
	uint32_t x0, y0, x1, y1;
	uint64_t area;
};
void verify_indexed_boxes(const struct rv_image *map, struct verify_indexed_box boxes[VERIFY_INDEXED_COLOURS]);

#endif

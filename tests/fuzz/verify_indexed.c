/* SPDX-License-Identifier: MIT */
/* Fuzzes the readers of maps with a palette: the same numbers whether the palette is VOC's or any, boxes within. */
#include "fuzz.h"

#include <string.h>

#include "png.h"
#include "verify/indexed.h"

#define PIXELS_MAX (1 << 22) /* a header alone may ask for gigabytes */

static void check_boxes(const struct rv_image *map)
{
	struct verify_indexed_box boxes[VERIFY_INDEXED_COLOURS];
	uint64_t area = 0;
	verify_indexed_boxes(map, boxes);
	for (size_t i = 0; i < VERIFY_INDEXED_COLOURS; i++) {
		FUZZ_CHECK(boxes[i].x0 <= boxes[i].x1 && boxes[i].x1 < map->width);
		FUZZ_CHECK(boxes[i].y0 <= boxes[i].y1 && boxes[i].y1 < map->height);
		area += boxes[i].area;
	}
	FUZZ_CHECK(area == (uint64_t)map->width * map->height);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct rv_image of_voc = RV_IMAGE_INIT, of_any = RV_IMAGE_INIT;
	struct rv_source source;
	struct rv_err err = RV_ERR_INIT;
	uint8_t colours[VERIFY_INDEXED_COLOURS][3];
	uint32_t width, height, channels, bits;
	rv_source_open_memory(&source, "input", data, len);
	if (rv_png_info_from(&source, &width, &height, &channels, &bits, &err) == 0 &&
	    (uint64_t)width * height <= PIXELS_MAX) {
		const bool is_voc = verify_indexed_read(&source, &of_voc, &err) == 0;
		FUZZ_CHECK(is_voc || err.text[0] != '\0');
		const bool is_any = verify_indexed_read_any(&source, &of_any, colours, &err) == 0;
		FUZZ_CHECK(is_any || err.text[0] != '\0');
		if (is_voc) {
			check_boxes(&of_voc);
		}
		if (is_any) {
			check_boxes(&of_any);
			FUZZ_CHECK(of_any.width == width && of_any.height == height);
		}
	}
	rv_image_release(&of_voc);
	rv_image_release(&of_any);
	rv_source_close(&source);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Edges: white exactly where the index map has another value in a pixel above, below, left or right. */
#include "verify/picture.h"

static bool is_edge(const struct rv_image *index, uint32_t x, uint32_t y)
{
	const size_t width = index->width;
	const uint16_t *const here = &index->u16[y * width + x];
	return (x > 0 && here[-1] != *here) || (x + 1 < width && here[1] != *here) ||
	       (y > 0 && *(here - width) != *here) || (y + 1 < index->height && here[width] != *here);
}

static void check_edges(struct verify_picture *picture, const struct verify_file *file)
{
	const uint8_t *const values = file->decoded.image.u8;
	const size_t n = picture->index ? verify_picture_pixels(picture) : 0;
	for (size_t i = 0; i < n; i++) {
		const bool is = is_edge(picture->index, (uint32_t)(i % picture->width), (uint32_t)(i / picture->width));
		if (values[i] != (is ? 255 : 0)) {
			verify_picture_blame(picture, VERIFY_EDGE_INDEX, file->name.ptr, i, values[i],
			                     is ? "but the index map has a border there"
			                        : "but the index map has no border there");
			return;
		}
	}
}

static const enum rv_role_id roles[] = { RV_ROLE_EDGES, RV_ROLES };

const struct verify_label verify_picture_edges = { .roles = roles, .file = check_edges };

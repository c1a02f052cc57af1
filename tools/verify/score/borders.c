/* SPDX-License-Identifier: MIT */
/* Borders: see borders.h. */
#include "verify/score/borders.h"

#include <math.h>
#include <stdlib.h>

#define SHAPE_NEAR 0.05
#define LEVELS 20
#define BLURRED 4 /* pixels of a border beside the picture, which an encoder mixes with it */

struct look {
	uint32_t across, down; /* of each border, in pixels; one of them is 0 */
	bool is_first, are_borders;
};

static bool is_border(const struct look *look, const struct rv_image *rgb, uint32_t x, uint32_t y)
{
	return x + BLURRED < look->across || x >= rgb->width - look->across + BLURRED || y + BLURRED < look->down ||
	       y >= rgb->height - look->down + BLURRED;
}

static bool has_borders(const struct look *look, const struct rv_image *rgb)
{
	const uint8_t *pixel = rgb->u8;
	for (uint32_t y = 0; y < rgb->height; y++) {
		for (uint32_t x = 0; x < rgb->width; x++, pixel += 3) {
			for (size_t k = 0; k < 3; k++) {
				if (abs(pixel[k] - rgb->u8[k]) > LEVELS && is_border(look, rgb, x, y)) {
					return false;
				}
			}
		}
	}
	return look->across > BLURRED || look->down > BLURRED;
}

/* A rv_video_read_fn: ends the reading after the first frame. */
static int take_first(void *look_, uint64_t number RV_UNUSED, const struct rv_image *rgb, struct rv_err *err)
{
	struct look *const look = look_;
	look->is_first = true;
	look->are_borders = has_borders(look, rgb);
	return rv_fail(err, RV_E_BAD_FILE, "the rest is not looked at");
}

int verify_score_borders_want(const char *path, const char *extension, const struct verify_score_clip *like,
                              struct rv_video_want *want, struct rv_err *err)
{
	const double scale = fmin((double)want->width / like->width, (double)want->height / like->height);
	const double width = like->width * scale, height = like->height * scale;
	const struct rv_video_want whole = *want;
	struct look look = { .across = (uint32_t)((want->width - width) / 2),
		             .down = (uint32_t)((want->height - height) / 2) };
	want->width = like->width;
	want->height = like->height;
	if (width * height > (1 - SHAPE_NEAR) * whole.width * whole.height) {
		return 0;
	}
	if (rv_video_read(path, extension, &whole, take_first, &look, err) < 0 && !look.is_first) {
		return -1;
	}
	if (look.are_borders) {
		want->width = (uint32_t)lround(whole.width / scale);
		want->height = (uint32_t)lround(whole.height / scale);
	}
	return 0;
}

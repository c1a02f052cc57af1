/* SPDX-License-Identifier: MIT */
/* What there is of a picture, at a glance: the picture, its labels over it, index and depth in colours; a quarter of
 * the size each, so that a sheet has the size of the picture and those of a sequence make a video. */
#include <string.h>

#include "draw.h"
#include "mask/pixels/turbo.h"
#include "mask/products/colours.h"
#include "mask/products/overlay.h"
#include "mask/products/picture.h"

#define GROUND 26
#define PADDING 0.25 /* around a title, of the text's height */

static bool asked;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "sheet",
	  .value = &asked,
	  .help = "also write Sheet.png, the picture, its labels over it, index and depth side by side" },
	{ .kind = RV_OPT_END },
};

static void key(const struct mask_request *request, const void *data, struct rv_json_out *out)
{
	rv_json_put_string(out, NULL, request->sample.id);
	mask_product_overlay_key(request, data, out);
}

/* The depths of the colours, as in DepthColor.png without a range of its own. */
static int survey(struct mask_job *job, void **found, struct rv_err *err)
{
	const struct rv_image *const depth = mask_planes(job, MASK_ROLE(DEPTH));
	struct mask_range *all = *found;
	(void)err;
	if (!all) {
		*found = all = rv_arena_alloc(job->arena, 1, sizeof(*all));
	}
	if (depth) {
		*all = mask_turbo_join(*all, mask_turbo_range(depth));
	}
	return 0;
}

/* ---- panels ---------------------------------------------------------------------------------------------------- */

/* The image in half its size, as the `number`-th panel: means of two by two pixels. */
static void put_panel(const struct rv_image *image, size_t number, struct rv_image *sheet)
{
	const size_t width = sheet->width / 2, height = sheet->height / 2, row = (size_t)image->width * 3;
	const size_t left = number % 2 * width, top = number / 2 * height;
	for (size_t y = 0; y < height; y++) {
		const uint8_t *const from = image->u8 + 2 * y * row;
		uint8_t *const to = sheet->u8 + ((top + y) * sheet->width + left) * 3;
		for (size_t i = 0; i < width * 3; i++) {
			const uint8_t *const at = from + i / 3 * 6 + i % 3;
			to[i] = (uint8_t)((at[0] + at[3] + at[row] + at[row + 3] + 2) / 4);
		}
	}
}

static void put_title(struct mask_job *job, const char *title, size_t number, struct rv_image *sheet)
{
	static const struct rv_draw_ink ground = { { 0, 0, 0 }, 160 }, white = { { 255, 255, 255 }, 255 };
	const double size_px = mask_text_size(sheet), left = number % 2 * (double)(sheet->width / 2);
	const double top = number / 2 * (double)(sheet->height / 2);
	const double width = rv_draw_text_width(mask_draw(job), size_px, title) + 2 * PADDING * size_px;
	if (width <= sheet->width / 2.0 && size_px * (1 + PADDING) <= sheet->height / 2.0) {
		rv_draw_box(mask_draw(job), sheet, ground, left, top, width, size_px * (1 + PADDING));
		rv_draw_text(mask_draw(job), sheet, white, left + PADDING * size_px, top + size_px, size_px, title);
	}
}

static int draw_depth(struct mask_job *job, struct rv_image *image, struct rv_err *err)
{
	static const struct mask_range none = { 0, 0 };
	const struct mask_range *const range = mask_surveyed(job);
	return mask_turbo_draw(mask_planes(job, MASK_ROLE(DEPTH)), range ? *range : none, image, err);
}

static int make(struct mask_job *job, struct rv_err *err)
{
	struct rv_image *const image = &job->scratch->colour, *const sheet = &job->scratch->mask;
	static const struct mask_figures none = { 0 };
	struct rv_str title = RV_STR_INIT;
	if (mask_product_overlay_ground(job, image, err) < 0 ||
	    rv_image_init(sheet, image->width, image->height, 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	memset(sheet->u8, GROUND, rv_image_row_bytes(sheet) * sheet->height);
	put_panel(image, 0, sheet);
	rv_picture_key(job->picture, &title);
	put_title(job, title.ptr, 0, sheet);
	rv_str_release(&title);
	if (mask_product_overlay_draw(job, mask_data(job), &none, image, err) < 0) {
		return -1;
	}
	put_panel(image, 1, sheet);
	put_title(job, "objects", 1, sheet);
	if (mask_product_colours_draw(job, image, err) < 0) {
		return -1;
	}
	put_panel(image, 2, sheet);
	put_title(job, "index", 2, sheet);
	if (mask_planes(job, MASK_ROLE(DEPTH))) {
		if (draw_depth(job, image, err) < 0) {
			return -1;
		}
		put_panel(image, 3, sheet);
		put_title(job, "depth", 3, sheet);
	}
	return mask_put_png(job, MASK_ROLE(SHEET), sheet, err);
}

static const struct mask_role roles[] = {
	{ .id = RV_ROLE_SHEET, .is_preview = true },
	{ .id = RV_ROLES },
};

static const struct mask_read reads[] = {
	{ .pass = RV_ROLE_INDEX, .n_channels = 1 },
	{ .pass = RV_ROLE_DEPTH, .n_channels = 1, .is_optional = true },
	{ .pass = RV_ROLES },
};

static const char *const stands_on[] = { "annotations", NULL };

const struct mask_product mask_product_sheet = {
	.name = "sheet",
	.summary = "picture, labels, index and depth side by side",
	.version = 1,
	.roles = roles,
	.reads = reads,
	.options = options,
	.stands_on = stands_on,
	.asked = &asked,
	.is_possible = mask_product_picture_is_there,
	.take = mask_product_colours_take,
	.key = key,
	.survey = survey,
	.make = make,
};

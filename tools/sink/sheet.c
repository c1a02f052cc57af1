/* SPDX-License-Identifier: MIT */
/*
 * The contact sheet: sheet.png, one strip for each of the first samples, with the image, the instances, the depth and
 * the image with the boxes of its labelled objects side by side; of a sequence those of its middle frame. A column that
 * no sample has is left out.
 *
 * Pictures are fitted into a square, averaged when they are larger (the nearest pixel for instances, whose colours mean
 * something), and enlarged by a whole factor when they are smaller. What no strip uses of the square is cut off.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "png.h"
#include "rle.h"
#include "sink.h"

#define PANEL_PX 256
#define GAP_PX 2         /* between the panels of a strip */
#define MARGIN_PX 12     /* between strips and around the sheet */
#define ONE_COLUMN_MAX 4 /* up to so many strips stand below each other, more in two columns */

struct colour {
	uint8_t rgb[3];
};

static const struct colour BACKGROUND = { { 22, 22, 26 } };
static const struct colour EMPTY = { { 34, 34, 40 } };
static const struct colour NO_PREVIEW = { { 255, 196, 0 } };

enum column { IMAGE, INSTANCES, DEPTH, BOXES, N_COLUMNS };

struct panel {
	bool there;
	uint8_t rgb[PANEL_PX * PANEL_PX * 3];
};

struct strip {
	struct panel panels[N_COLUMNS];
	uint32_t width, height; /* of the picture in a panel */
};

struct sheet {
	struct sink_dataset *dataset;
	uint64_t max_strips;
	struct strip **strips;
	size_t n_strips;
	struct strip *next; /* the sample at hand */
	struct rv_image image, preview;
	struct rv_rle rle;
};

/* How a picture lies in a panel: x, y, width and height in panel pixels. */
struct place {
	uint32_t x, y, width, height;
};

static struct place fit(uint32_t width, uint32_t height)
{
	uint32_t side = RV_MAX(width, height);
	struct place place;
	if (side <= PANEL_PX) {
		uint32_t factor = PANEL_PX / side;
		place.width = width * factor;
		place.height = height * factor;
	} else {
		place.width = RV_MAX((uint32_t)((uint64_t)width * PANEL_PX / side), 1);
		place.height = RV_MAX((uint32_t)((uint64_t)height * PANEL_PX / side), 1);
	}
	place.x = (PANEL_PX - place.width) / 2;
	place.y = (PANEL_PX - place.height) / 2;
	return place;
}

/* One pixel as 8-bit RGB; transparent ones are shown on the empty colour. */
static struct colour pixel_at(const struct rv_image *image, uint32_t x, uint32_t y)
{
	size_t at = ((size_t)y * image->width + x) * image->channels;
	bool has_alpha = image->channels == 2 || image->channels == 4;
	uint32_t values[4];
	for (uint32_t i = 0; i < image->channels; i++) {
		values[i] = image->pixel == RV_PIXEL_U16 ? (image->u16[at + i] * UINT32_C(255) + 32767) / 65535
		                                         : image->u8[at + i];
	}
	uint32_t alpha = has_alpha ? values[image->channels - 1] : 255;
	struct colour out;
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t value = values[image->channels >= 3 ? i : 0];
		out.rgb[i] = (uint8_t)((value * alpha + EMPTY.rgb[i] * (255 - alpha) + 127) / 255);
	}
	return out;
}

/* The mean of the source pixels that fall on a panel pixel: [x0, x1) by [y0, y1), not empty. */
static struct colour mean_of(const struct rv_image *image, uint32_t x0, uint32_t x1, uint32_t y0, uint32_t y1)
{
	uint64_t sum[3] = { 0 }, n = (uint64_t)(x1 - x0) * (y1 - y0);
	struct colour out;
	for (uint32_t y = y0; y < y1; y++) {
		for (uint32_t x = x0; x < x1; x++) {
			struct colour pixel = pixel_at(image, x, y);
			for (size_t i = 0; i < 3; i++) {
				sum[i] += pixel.rgb[i];
			}
		}
	}
	for (size_t i = 0; i < 3; i++) {
		out.rgb[i] = (uint8_t)((sum[i] + n / 2) / n);
	}
	return out;
}

static void fill(uint8_t *rgb, size_t n_pixels, struct colour colour)
{
	for (size_t i = 0; i < n_pixels; i++) {
		memcpy(rgb + 3 * i, colour.rgb, 3);
	}
}

static void draw_image(struct panel *panel, const struct rv_image *image, bool nearest)
{
	struct place place = fit(image->width, image->height);
	panel->there = true;
	fill(panel->rgb, (size_t)PANEL_PX * PANEL_PX, EMPTY);
	for (uint32_t y = 0; y < place.height; y++) {
		uint32_t y0 = (uint32_t)((uint64_t)y * image->height / place.height);
		uint32_t y1 = RV_MAX((uint32_t)((uint64_t)(y + 1) * image->height / place.height), y0 + 1);
		for (uint32_t x = 0; x < place.width; x++) {
			uint32_t x0 = (uint32_t)((uint64_t)x * image->width / place.width);
			uint32_t x1 = RV_MAX((uint32_t)((uint64_t)(x + 1) * image->width / place.width), x0 + 1);
			struct colour colour = nearest ? pixel_at(image, (x0 + x1 - 1) / 2, (y0 + y1 - 1) / 2)
			                               : mean_of(image, x0, x1, y0, y1);
			memcpy(panel->rgb + 3 * ((size_t)(place.y + y) * PANEL_PX + place.x + x), colour.rgb, 3);
		}
	}
}

static void put_pixel(struct panel *panel, int64_t x, int64_t y, struct colour colour)
{
	if (x >= 0 && y >= 0 && x < PANEL_PX && y < PANEL_PX) {
		memcpy(panel->rgb + 3 * (y * PANEL_PX + x), colour.rgb, 3);
	}
}

static void draw_frame(struct panel *panel, int64_t x0, int64_t y0, int64_t x1, int64_t y1, struct colour colour)
{
	for (int64_t x = x0; x <= x1; x++) {
		put_pixel(panel, x, y0, colour);
		put_pixel(panel, x, y1, colour);
	}
	for (int64_t y = y0; y <= y1; y++) {
		put_pixel(panel, x0, y, colour);
		put_pixel(panel, x1, y, colour);
	}
}

/* A box of image pixels: two panel pixels wide, within a dark line that sets it off from what is behind it. */
static void draw_box(struct panel *panel, const struct rv_image *image, const uint64_t bbox[4], struct colour colour)
{
	static const struct colour dark = { { 0, 0, 0 } };
	struct place place = fit(image->width, image->height);
	int64_t x0 = place.x + (int64_t)(bbox[0] * place.width / image->width);
	int64_t y0 = place.y + (int64_t)(bbox[1] * place.height / image->height);
	int64_t x1 = place.x + (int64_t)((bbox[0] + bbox[2]) * place.width / image->width) - 1;
	int64_t y1 = place.y + (int64_t)((bbox[1] + bbox[3]) * place.height / image->height) - 1;
	x1 = RV_MAX(x1, x0);
	y1 = RV_MAX(y1, y0);
	draw_frame(panel, x0 - 2, y0 - 2, x1 + 2, y1 + 2, dark);
	draw_frame(panel, x0 - 1, y0 - 1, x1 + 1, y1 + 1, colour);
	draw_frame(panel, x0, y0, x1, y1, colour);
}

/* The colour that an object has in the preview: that of its first pixel. */
static struct colour object_colour(struct sheet *sheet, struct rv_json annotation)
{
	const struct rv_image *preview = &sheet->preview;
	size_t len;
	struct rv_err ignored;
	const char *counts = rv_json_string(rv_json_get(rv_json_get(annotation, "rle"), "counts"), &len);
	if (!counts || preview->width == 0 ||
	    rv_rle_decompress(&sheet->rle, preview->width, preview->height, counts, len, &ignored) < 0 ||
	    sheet->rle.len < 2) {
		return NO_PREVIEW;
	}
	uint32_t at = sheet->rle.counts[0]; /* pixels go down columns first */
	return pixel_at(preview, at / preview->height, at % preview->height);
}

static void draw_boxes(struct sheet *sheet, const struct sink_sample *sample, struct panel *panel,
                       struct rv_json annotations)
{
	struct rv_str category = RV_STR_INIT;
	for (size_t i = 0; i < rv_json_len(annotations); i++) {
		struct rv_json annotation = rv_json_at(annotations, i);
		struct rv_json values = rv_json_get(annotation, "bbox");
		uint64_t bbox[4];
		bool whole = true;
		for (size_t k = 0; k < 4; k++) {
			whole = whole && rv_json_u64(rv_json_at(values, k), 0, RV_IMAGE_SIDE_MAX, &bbox[k]);
		}
		sink_sample_category(sample, annotation, &category);
		if (whole && category.len > 0) {
			draw_box(panel, &sheet->image, bbox, object_colour(sheet, annotation));
		}
	}
	rv_str_release(&category);
}

/* The file of a role that stands for it: of a sequence the middle one of its frames. */
static const char *shown_file(const struct sink_role *role)
{
	return role->paths[role->n_files / 2];
}

/* Reads that file of a role. 1: there; 0: the sample has none; -1. */
static int read_role(const struct sink_sample *sample, const char *name, struct rv_image *image, struct rv_err *err)
{
	const struct sink_role *role = sink_sample_role(sample, name);
	if (!role) {
		return 0;
	}
	return rv_png_read(shown_file(role), image, err) < 0 ? -1 : 1;
}

static int sheet_prepare(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct sheet *sheet = sink;
	if (sheet->n_strips == sheet->max_strips) {
		return 0;
	}
	if (!sheet->next) {
		sheet->next = rv_alloc(sizeof(*sheet->next));
	}
	struct panel *panels = sheet->next->panels;
	for (size_t i = 0; i < N_COLUMNS; i++) {
		panels[i].there = false;
	}
	const struct sink_role *role = sink_sample_need_png(sample, "image", "sheet", err);
	if (!role || rv_png_read(shown_file(role), &sheet->image, err) < 0) {
		return SINK_REFUSED;
	}
	draw_image(&panels[IMAGE], &sheet->image, false);
	struct place place = fit(sheet->image.width, sheet->image.height);
	sheet->next->width = place.width;
	sheet->next->height = place.height;
	int depth = read_role(sample, "depth_preview", &sheet->preview, err);
	if (depth > 0) {
		draw_image(&panels[DEPTH], &sheet->preview, false);
	}
	int instances = depth < 0 ? -1 : read_role(sample, "index_preview", &sheet->preview, err);
	if (instances < 0) {
		return SINK_REFUSED;
	}
	if (instances > 0) {
		draw_image(&panels[INSTANCES], &sheet->preview, true);
	} else {
		rv_image_release(&sheet->preview);
	}
	struct rv_json holder = sample->json;
	if (role->is_array) {
		holder = rv_json_at(rv_json_get(holder, "frames"), role->n_files / 2);
	}
	struct rv_json annotations = rv_json_get(holder, "annotations");
	if (rv_json_type(annotations) == RV_JSON_ARRAY) {
		draw_image(&panels[BOXES], &sheet->image, false);
		draw_boxes(sheet, sample, &panels[BOXES], annotations);
	}
	return 0;
}

static int sheet_add(void *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct sheet *sheet = sink;
	(void)sample;
	(void)err;
	if (sheet->n_strips < sheet->max_strips) {
		sheet->strips = rv_realloc(sheet->strips, sheet->n_strips + 1, sizeof(struct strip *));
		sheet->strips[sheet->n_strips++] = sheet->next;
		sheet->next = NULL;
	}
	return 0;
}

/* What the sheet looks like. */
struct layout {
	enum column columns[N_COLUMNS];
	uint32_t n_columns;
	uint32_t panel_width, panel_height;
	uint32_t strips_per_row;
};

static struct layout plan(const struct sheet *sheet)
{
	struct layout layout = { .strips_per_row = sheet->n_strips > ONE_COLUMN_MAX ? 2 : 1 };
	for (enum column c = IMAGE; c < N_COLUMNS; c++) {
		bool used = false;
		for (size_t i = 0; i < sheet->n_strips; i++) {
			used = used || sheet->strips[i]->panels[c].there;
		}
		if (used) {
			layout.columns[layout.n_columns++] = c;
		}
	}
	for (size_t i = 0; i < sheet->n_strips; i++) {
		layout.panel_width = RV_MAX(layout.panel_width, sheet->strips[i]->width);
		layout.panel_height = RV_MAX(layout.panel_height, sheet->strips[i]->height);
	}
	return layout;
}

/* Copies the middle of a panel. */
static void copy_panel(struct rv_image *to, const struct layout *layout, const struct panel *panel, uint32_t x,
                       uint32_t y)
{
	size_t from_x = (PANEL_PX - layout->panel_width) / 2;
	size_t from_y = (PANEL_PX - layout->panel_height) / 2;
	for (uint32_t row = 0; row < layout->panel_height; row++) {
		uint8_t *at = to->u8 + 3 * ((size_t)(y + row) * to->width + x);
		if (panel->there) {
			memcpy(at, panel->rgb + 3 * (PANEL_PX * (from_y + row) + from_x),
			       (size_t)3 * layout->panel_width);
		} else {
			fill(at, layout->panel_width, EMPTY);
		}
	}
}

static int compose(const struct sheet *sheet, struct rv_image *out, struct rv_err *err)
{
	struct layout layout = plan(sheet);
	uint32_t per_row = layout.strips_per_row;
	uint32_t n_rows = (uint32_t)(sheet->n_strips + per_row - 1) / per_row;
	uint32_t strip_width = layout.n_columns * (layout.panel_width + GAP_PX) - GAP_PX;
	if (rv_image_init(out, MARGIN_PX + per_row * (strip_width + MARGIN_PX),
	                  MARGIN_PX + n_rows * (layout.panel_height + MARGIN_PX), 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	fill(out->u8, (size_t)out->width * out->height, BACKGROUND);
	for (uint32_t i = 0; i < sheet->n_strips; i++) {
		uint32_t x = MARGIN_PX + i % per_row * (strip_width + MARGIN_PX);
		uint32_t y = MARGIN_PX + i / per_row * (layout.panel_height + MARGIN_PX);
		for (uint32_t k = 0; k < layout.n_columns; k++) {
			copy_panel(out, &layout, &sheet->strips[i]->panels[layout.columns[k]],
			           x + k * (layout.panel_width + GAP_PX), y);
		}
	}
	return 0;
}

static int sheet_finish(void *sink, struct rv_err *err)
{
	struct sheet *sheet = sink;
	if (sheet->n_strips == 0) {
		return 0;
	}
	struct rv_str path = RV_STR_INIT;
	struct rv_image out = RV_IMAGE_INIT;
	int result = compose(sheet, &out, err);
	if (result == 0) {
		result = sink_dataset_path(sheet->dataset, "sheet.png", &path, err);
	}
	if (result == 0) {
		result = rv_png_write(path.ptr, &out, err);
	}
	if (result == 0) {
		result = sink_dataset_add_file(sheet->dataset, "sheet.png", err);
	}
	rv_image_release(&out);
	rv_str_release(&path);
	return result;
}

static void *sheet_open(struct sink_dataset *dataset, const struct sink_settings *settings, struct rv_err *err)
{
	(void)err;
	struct sheet *sheet = rv_alloc_zero(1, sizeof(*sheet));
	sheet->dataset = dataset;
	sheet->max_strips = settings->sheet_samples;
	return sheet;
}

static void sheet_free(void *sink)
{
	struct sheet *sheet = sink;
	for (size_t i = 0; i < sheet->n_strips; i++) {
		free(sheet->strips[i]);
	}
	free(sheet->strips);
	free(sheet->next);
	rv_image_release(&sheet->image);
	rv_image_release(&sheet->preview);
	rv_rle_release(&sheet->rle);
	free(sheet);
}

const struct sink_class sink_sheet = {
	.name = "sheet",
	.help = "contact sheet of the first samples, sheet.png",
	.open = sheet_open,
	.prepare = sheet_prepare,
	.add = sheet_add,
	.finish = sheet_finish,
	.free = sheet_free,
};

/* SPDX-License-Identifier: MIT */
/*
 * The contact sheet: one strip for each of the first samples, with the image and the sample's id, the instances, the
 * depth, and the image with boxes and names of its labelled objects side by side. Of a sequence, or of several views,
 * there are the images of the first, the middle and the last one, with their names, and the labels of the middle one. A
 * column that no sample has is left out, and so is what no strip uses of the panels' squares.
 */
#include "format/sheet.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "draw.h"
#include "palette.h"
#include "png.h"
#include "sink/panel.h"
#include "sink/sink.h"

#define GAP_PX 2         /* between the panels of a strip */
#define MARGIN_PX 12     /* between strips and around the sheet */
#define ONE_COLUMN_MAX 4 /* up to so many strips stand below each other, more in two columns, */
#define NARROW_MAX 4     /* where they have no more panels than this */

static const struct sink_colour BACKGROUND = { { 22, 22, 26 } };

enum column { FIRST, IMAGE, LAST, INSTANCES, DEPTH, BOXES, N_COLUMNS };

struct strip {
	struct sink_panel panels[N_COLUMNS];
	uint32_t width, height; /* of the middle of the panels, as far as pictures lie in it */
};

struct sheet {
	const struct sink_target *target;
	struct strip **strips;
	size_t n_strips;
	struct strip *next; /* the sample at hand */
	struct rv_image image, preview;
	struct rv_draw *draw;
};

static int sheet_open(void *state, const struct sink_target *target, struct rv_err *err RV_UNUSED)
{
	struct sheet *const sheet = state;
	sheet->target = target;
	sheet->image = sheet->preview = (struct rv_image)RV_IMAGE_INIT;
	sheet->draw = rv_draw_new();
	return 0;
}

static void sheet_release(void *state)
{
	struct sheet *const sheet = state;
	for (size_t i = 0; i < sheet->n_strips; i++) {
		free(sheet->strips[i]);
	}
	free(sheet->strips);
	free(sheet->next);
	rv_image_release(&sheet->image);
	rv_image_release(&sheet->preview);
	rv_draw_free(sheet->draw);
}

static bool is_full(const struct sheet *sheet)
{
	return sheet->n_strips == format_sheet_options.samples;
}

/* ---- a strip ---- */

/* The categories of objects, unless too many have one. */
static void write_categories(const struct sheet *sheet, const struct rv_palette *palette,
                             const struct sink_picture *picture, struct sink_panel *panel)
{
	struct sink_panel_names names = { .n = 0 };
	size_t n = 0;
	for (size_t i = 0; i < picture->n_labels; i++) {
		n += picture->labels[i].annotation->category != NULL;
	}
	for (size_t i = 0; n <= SINK_PANEL_NAMES_MAX && i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		struct sink_colour colour;
		rv_palette_of(palette, annotation->index, colour.rgb);
		if (annotation->category) {
			sink_panel_name_box(panel, sheet->draw, &sheet->image, annotation->bbox, colour,
			                    annotation->category, &names);
		}
	}
}

/* Of objects with a category; of all, where none has one. */
static void draw_boxes(const struct sheet *sheet, struct sink_sample *sample, const struct sink_picture *picture,
                       struct sink_panel *panel)
{
	const struct rv_palette palette = rv_palette_deal(sample->sample, &sample->arena);
	bool has_categories = false;
	for (size_t i = 0; i < picture->n_labels; i++) {
		has_categories |= picture->labels[i].annotation->category != NULL;
	}
	for (size_t i = 0; i < picture->n_labels; i++) {
		const struct rv_annotation *const annotation = picture->labels[i].annotation;
		struct sink_colour colour;
		rv_palette_of(&palette, annotation->index, colour.rgb);
		if (annotation->category || !has_categories) {
			sink_panel_draw_box(panel, &sheet->image, annotation->bbox, colour);
		}
	}
	write_categories(sheet, &palette, picture, panel);
}

/* Draws a preview if the picture has one; of depth in colours rather than in grey. */
static int draw_preview(struct sheet *sheet, struct sink_sample *sample, const struct rv_picture *picture,
                        enum column column, struct rv_err *err)
{
	static const enum rv_role_id roles[N_COLUMNS][2] = {
		[INSTANCES] = { RV_ROLE_INDEX_COLOR, RV_ROLE_INDEX_COLOR },
		[DEPTH] = { RV_ROLE_DEPTH_COLOR, RV_ROLE_DEPTH_PREVIEW },
	};
	const char *const best = rv_picture_file(picture, roles[column][0]);
	const char *const file = best ? best : rv_picture_file(picture, roles[column][1]);
	if (!file) {
		return 0;
	}
	if (sink_sample_read_picture(sample, file, &sheet->preview, err) < 0) {
		return -1;
	}
	sink_panel_draw(&sheet->next->panels[column], &sheet->preview, column == INSTANCES);
	return 0;
}

/* Writes the sample's id into its first panel, and into each of several what tells it from the others. */
static void write_names(struct sheet *sheet, const struct rv_picture *picture, struct sink_panel *panel, bool is_first)
{
	const char *const id = picture->sample->id;
	struct rv_str key = RV_STR_INIT;
	rv_picture_key(picture, &key);
	if (is_first) {
		sink_panel_write(panel, sheet->draw, &sheet->image, false, id);
	}
	if (key.len > strlen(id)) {
		sink_panel_write(panel, sheet->draw, &sheet->image, true, key.ptr + strlen(id) + 1);
	}
	rv_str_release(&key);
}

/* Leaves the image in sheet->image. */
static int draw_image(struct sheet *sheet, struct sink_sample *sample, const struct rv_picture *picture,
                      enum column column, struct rv_err *err)
{
	struct strip *const strip = sheet->next;
	if (sink_sample_read_picture(sample, rv_picture_file(picture, RV_ROLE_IMAGE), &sheet->image, err) < 0) {
		return -1;
	}
	const struct sink_panel_place place = sink_panel_fit(sheet->image.width, sheet->image.height);
	strip->width = RV_MAX(strip->width, place.width);
	strip->height = RV_MAX(strip->height, place.height);
	sink_panel_draw(&strip->panels[column], &sheet->image, false);
	return 0;
}

/* The first, the middle and the last of n pictures, where these are different ones; the middle one comes last. */
static int draw_images(struct sheet *sheet, struct sink_sample *sample, size_t n, struct rv_err *err)
{
	const size_t numbers[] = { [FIRST] = 0, [LAST] = n - 1, [IMAGE] = n / 2 };
	static const enum column order[] = { FIRST, LAST, IMAGE };
	for (size_t i = 0; i < RV_COUNTOF(order); i++) {
		const enum column column = order[i];
		const struct rv_picture *const picture = sample->pictures[numbers[column]].picture;
		if (column != IMAGE && numbers[column] == numbers[IMAGE]) {
			continue;
		}
		if (draw_image(sheet, sample, picture, column, err) < 0) {
			return -1;
		}
		write_names(sheet, picture, &sheet->next->panels[column], column == FIRST || n == 1);
	}
	return 0;
}

static int draw_labels(struct sheet *sheet, struct sink_sample *sample, struct sink_picture *picture,
                       struct rv_err *err)
{
	struct sink_panel *const boxes = &sheet->next->panels[BOXES];
	if (draw_preview(sheet, sample, picture->picture, DEPTH, err) < 0 ||
	    draw_preview(sheet, sample, picture->picture, INSTANCES, err) < 0 ||
	    sink_picture_check_labels(sample, picture, err) < 0) {
		return -1;
	}
	if (picture->picture->has_annotations) {
		sink_panel_draw(boxes, &sheet->image, false);
		draw_boxes(sheet, sample, picture, boxes);
	}
	return 0;
}

static int sheet_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	struct sheet *const sheet = state;
	const size_t n = sample->sample->is_sequence ? sample->sample->n_frames : sample->n_pictures;
	if (is_full(sheet)) {
		return 0;
	}
	if (!sheet->next) {
		sheet->next = rv_alloc(sizeof(*sheet->next));
	}
	sheet->next->width = sheet->next->height = 0;
	for (size_t i = 0; i < N_COLUMNS; i++) {
		sheet->next->panels[i].is_drawn = false;
	}
	return draw_images(sheet, sample, n, err) < 0 || draw_labels(sheet, sample, &sample->pictures[n / 2], err) < 0
	               ? SINK_REFUSED
	               : 0;
}

static int sheet_add(void *state, struct sink_sample *sample RV_UNUSED, struct rv_err *err RV_UNUSED)
{
	struct sheet *const sheet = state;
	if (!is_full(sheet)) {
		sheet->strips = rv_realloc(sheet->strips, sheet->n_strips + 1, sizeof(struct strip *));
		sheet->strips[sheet->n_strips++] = sheet->next;
		sheet->next = NULL;
	}
	return 0;
}

/* ---- the sheet ---- */

/* What it looks like. */
struct plan {
	enum column columns[N_COLUMNS];
	uint32_t n_columns;
	uint32_t panel_width, panel_height;
	uint32_t strips_per_row;
};

static struct plan make_plan(const struct sheet *sheet)
{
	struct plan plan = { 0 };
	for (enum column c = 0; c < N_COLUMNS; c++) {
		bool is_used = false;
		for (size_t i = 0; i < sheet->n_strips; i++) {
			is_used = is_used || sheet->strips[i]->panels[c].is_drawn;
		}
		if (is_used) {
			plan.columns[plan.n_columns++] = c;
		}
	}
	plan.strips_per_row = sheet->n_strips > ONE_COLUMN_MAX && plan.n_columns <= NARROW_MAX ? 2 : 1;
	for (size_t i = 0; i < sheet->n_strips; i++) {
		plan.panel_width = RV_MAX(plan.panel_width, sheet->strips[i]->width);
		plan.panel_height = RV_MAX(plan.panel_height, sheet->strips[i]->height);
	}
	return plan;
}

/* Copies the middle of a panel. */
static void copy_panel(struct rv_image *to, const struct plan *plan, const struct sink_panel *panel, uint32_t x,
                       uint32_t y)
{
	const size_t from_x = (SINK_PANEL_PX - plan->panel_width) / 2;
	const size_t from_y = (SINK_PANEL_PX - plan->panel_height) / 2;
	for (uint32_t row = 0; row < plan->panel_height; row++) {
		uint8_t *const at = to->u8 + 3 * ((size_t)(y + row) * to->width + x);
		if (panel->is_drawn) {
			memcpy(at, panel->rgb + 3 * (SINK_PANEL_PX * (from_y + row) + from_x),
			       (size_t)3 * plan->panel_width);
		} else {
			sink_panel_fill(at, plan->panel_width, SINK_PANEL_EMPTY);
		}
	}
}

static int compose(const struct sheet *sheet, struct rv_image *out, struct rv_err *err)
{
	const struct plan plan = make_plan(sheet);
	const uint32_t per_row = plan.strips_per_row;
	const uint32_t n_rows = (uint32_t)(sheet->n_strips + per_row - 1) / per_row;
	const uint32_t strip_width = plan.n_columns * (plan.panel_width + GAP_PX) - GAP_PX;
	if (rv_image_init(out, MARGIN_PX + per_row * (strip_width + MARGIN_PX),
	                  MARGIN_PX + n_rows * (plan.panel_height + MARGIN_PX), 3, RV_PIXEL_U8, err) < 0) {
		return -1;
	}
	sink_panel_fill(out->u8, (size_t)out->width * out->height, BACKGROUND);
	for (uint32_t i = 0; i < sheet->n_strips; i++) {
		const uint32_t x = MARGIN_PX + i % per_row * (strip_width + MARGIN_PX);
		const uint32_t y = MARGIN_PX + i / per_row * (plan.panel_height + MARGIN_PX);
		for (uint32_t k = 0; k < plan.n_columns; k++) {
			copy_panel(out, &plan, &sheet->strips[i]->panels[plan.columns[k]],
			           x + k * (plan.panel_width + GAP_PX), y);
		}
	}
	return 0;
}

static int sheet_finish(void *state, struct rv_err *err)
{
	const struct sheet *const sheet = state;
	struct rv_str png = RV_STR_INIT;
	struct rv_image out = RV_IMAGE_INIT;
	int status = compose(sheet, &out, err);
	if (status == 0) {
		status = rv_png_encode(&out, &png, err);
	}
	if (status == 0) {
		status = sink_dataset_write(sheet->target->dataset, format_layout(&format_sheet, "sheet"), png.ptr,
		                            png.len, err);
	}
	rv_image_release(&out);
	rv_str_release(&png);
	return status;
}

/* The sheet of the first part is that of all when it is full. */
static int sheet_merge(const struct sink_target *target RV_UNUSED, const struct sink_merged *merged, struct rv_err *err)
{
	const uint64_t n = format_sheet_options.samples;
	return merged->n_first >= n
	               ? 0
	               : rv_fail(err, RV_E_USAGE,
	                         "format sheet shows the first %" PRIu64 " samples, and part '%s' has %" PRIu64
	                         ": name the formats without it (--format)",
	                         n, merged->first, merged->n_first);
}

const struct sink_class sink_sheet = {
	.format = &format_sheet,
	.state_bytes = sizeof(struct sheet),
	.open = sheet_open,
	.prepare = sheet_prepare,
	.add = sheet_add,
	.finish = sheet_finish,
	.merge = sheet_merge,
	.release = sheet_release,
};

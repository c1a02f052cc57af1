/* SPDX-License-Identifier: MIT */
/* Pictures drawn into squares. */
#include "sink/panel.h"

#include <string.h>

#include "palette.h"

#define TEXT_PX 13.0
#define NAME_PX 11.0
#define NAMED_MIN_PX 12 /* a narrower box is not named */
#define PADDING_PX 3.0  /* around a text */

struct sink_panel_place sink_panel_fit(uint32_t width, uint32_t height)
{
	const uint32_t side = RV_MAX(width, height);
	struct sink_panel_place place;
	if (side <= SINK_PANEL_PX) {
		const uint32_t factor = SINK_PANEL_PX / side;
		place.width = width * factor;
		place.height = height * factor;
	} else {
		place.width = RV_MAX((uint32_t)((uint64_t)width * SINK_PANEL_PX / side), 1);
		place.height = RV_MAX((uint32_t)((uint64_t)height * SINK_PANEL_PX / side), 1);
	}
	place.x = (SINK_PANEL_PX - place.width) / 2;
	place.y = (SINK_PANEL_PX - place.height) / 2;
	return place;
}

static struct sink_colour pixel_of(const struct rv_image *image, uint32_t x, uint32_t y)
{
	const size_t at = ((size_t)y * image->width + x) * image->channels;
	const bool has_alpha = image->channels == 2 || image->channels == 4;
	uint32_t values[4];
	for (uint32_t i = 0; i < image->channels; i++) {
		values[i] = image->pixel == RV_PIXEL_U16 ? (image->u16[at + i] * UINT32_C(255) + 32767) / 65535
		                                         : image->u8[at + i];
	}
	const uint32_t alpha = has_alpha ? values[image->channels - 1] : 255;
	struct sink_colour out;
	for (uint32_t i = 0; i < 3; i++) {
		const uint32_t value = values[image->channels >= 3 ? i : 0];
		out.rgb[i] = (uint8_t)((value * alpha + SINK_PANEL_EMPTY.rgb[i] * (255 - alpha) + 127) / 255);
	}
	return out;
}

/* The mean of the source pixels that fall on a panel pixel: [x0, x1) by [y0, y1), not empty. */
static struct sink_colour mean_of(const struct rv_image *image, uint32_t x0, uint32_t x1, uint32_t y0, uint32_t y1)
{
	uint64_t sum[3] = { 0 }, n = (uint64_t)(x1 - x0) * (y1 - y0);
	struct sink_colour out;
	for (uint32_t y = y0; y < y1; y++) {
		for (uint32_t x = x0; x < x1; x++) {
			const struct sink_colour pixel = pixel_of(image, x, y);
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

void sink_panel_fill(uint8_t *rgb, size_t n_pixels, struct sink_colour colour)
{
	for (size_t i = 0; i < n_pixels; i++) {
		memcpy(rgb + 3 * i, colour.rgb, 3);
	}
}

void sink_panel_draw(struct sink_panel *panel, const struct rv_image *image, bool nearest)
{
	const struct sink_panel_place place = sink_panel_fit(image->width, image->height);
	panel->is_drawn = true;
	sink_panel_fill(panel->rgb, (size_t)SINK_PANEL_PX * SINK_PANEL_PX, SINK_PANEL_EMPTY);
	for (uint32_t y = 0; y < place.height; y++) {
		const uint32_t y0 = (uint32_t)((uint64_t)y * image->height / place.height);
		const uint32_t y1 = RV_MAX((uint32_t)((uint64_t)(y + 1) * image->height / place.height), y0 + 1);
		for (uint32_t x = 0; x < place.width; x++) {
			const uint32_t x0 = (uint32_t)((uint64_t)x * image->width / place.width);
			const uint32_t x1 = RV_MAX((uint32_t)((uint64_t)(x + 1) * image->width / place.width), x0 + 1);
			const struct sink_colour colour =
			        nearest ? pixel_of(image, (x0 + x1 - 1) / 2, (y0 + y1 - 1) / 2)
			                : mean_of(image, x0, x1, y0, y1);
			memcpy(panel->rgb + 3 * ((size_t)(place.y + y) * SINK_PANEL_PX + place.x + x), colour.rgb, 3);
		}
	}
}

static void put_pixel(struct sink_panel *panel, int64_t x, int64_t y, struct sink_colour colour)
{
	if (x >= 0 && y >= 0 && x < SINK_PANEL_PX && y < SINK_PANEL_PX) {
		memcpy(panel->rgb + 3 * (y * SINK_PANEL_PX + x), colour.rgb, 3);
	}
}

static void draw_frame(struct sink_panel *panel, int64_t x0, int64_t y0, int64_t x1, int64_t y1,
                       struct sink_colour colour)
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

/* Where a box of the image lies in its panel. */
static struct sink_panel_place box_in(const struct rv_image *image, const uint32_t bbox[4])
{
	const struct sink_panel_place place = sink_panel_fit(image->width, image->height);
	const uint64_t right = RV_MIN((uint64_t)bbox[0] + bbox[2], image->width);
	const uint64_t bottom = RV_MIN((uint64_t)bbox[1] + bbox[3], image->height);
	const uint32_t left = (uint32_t)((uint64_t)bbox[0] * place.width / image->width);
	const uint32_t top = (uint32_t)((uint64_t)bbox[1] * place.height / image->height);
	return (struct sink_panel_place) {
		.x = place.x + left,
		.y = place.y + top,
		.width = RV_MAX((uint32_t)(right * place.width / image->width), left + 1) - left,
		.height = RV_MAX((uint32_t)(bottom * place.height / image->height), top + 1) - top,
	};
}

void sink_panel_draw_box(struct sink_panel *panel, const struct rv_image *image, const uint32_t bbox[4],
                         struct sink_colour colour)
{
	static const struct sink_colour dark = { { 0, 0, 0 } };
	const struct sink_panel_place box = box_in(image, bbox);
	const int64_t x0 = box.x, y0 = box.y, x1 = x0 + box.width - 1, y1 = y0 + box.height - 1;
	draw_frame(panel, x0 - 2, y0 - 2, x1 + 2, y1 + 2, dark);
	draw_frame(panel, x0 - 1, y0 - 1, x1 + 1, y1 + 1, colour);
	draw_frame(panel, x0, y0, x1, y1, colour);
}

/* ---- text ---- */

static struct rv_image image_of(struct sink_panel *panel)
{
	return (struct rv_image) {
		.width = SINK_PANEL_PX, .height = SINK_PANEL_PX, .channels = 3, .pixel = RV_PIXEL_U8, .u8 = panel->rgb
	};
}

static bool meet(struct sink_panel_place a, struct sink_panel_place b)
{
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

void sink_panel_name_box(struct sink_panel *panel, struct rv_draw *draw, const struct rv_image *image,
                         const uint32_t bbox[4], struct sink_colour colour, const char *name,
                         struct sink_panel_names *names)
{
	const struct sink_panel_place all = sink_panel_fit(image->width, image->height), box = box_in(image, bbox);
	const uint32_t height = (uint32_t)(NAME_PX + PADDING_PX);
	struct sink_panel_place chip = { .x = box.x, .y = box.y, .height = height };
	chip.width = (uint32_t)(rv_draw_text_width(draw, NAME_PX, name) + 2 * PADDING_PX);
	chip.y -= box.y >= all.y + height ? height : 0;
	bool is_left_out = box.width < NAMED_MIN_PX || chip.x + chip.width > all.x + all.width ||
	                   chip.y + height > all.y + all.height;
	for (size_t i = 0; i < names->n; i++) {
		is_left_out = is_left_out || meet(chip, names->taken[i]);
	}
	if (!is_left_out) {
		struct rv_image whole = image_of(panel);
		struct rv_draw_ink ground = { .opacity = 255 };
		memcpy(ground.rgb, colour.rgb, sizeof(ground.rgb));
		const uint8_t grey = rv_palette_wants_white(colour.rgb) ? 255 : 0;
		rv_draw_box(draw, &whole, ground, chip.x, chip.y, chip.width, chip.height);
		rv_draw_text(draw, &whole, (struct rv_draw_ink) { { grey, grey, grey }, 255 }, chip.x + PADDING_PX,
		             chip.y + NAME_PX, NAME_PX, name);
		names->taken[names->n++] = chip;
	}
}

void sink_panel_write(struct sink_panel *panel, struct rv_draw *draw, const struct rv_image *image, bool is_below,
                      const char *text)
{
	static const struct rv_draw_ink ground = { { 0, 0, 0 }, 160 }, white = { { 255, 255, 255 }, 255 };
	struct rv_image whole = image_of(panel);
	const struct sink_panel_place place = sink_panel_fit(image->width, image->height);
	const double height = TEXT_PX + PADDING_PX, top = place.y + (is_below ? place.height - height : 0);
	rv_draw_box(draw, &whole, ground, place.x, top, rv_draw_text_width(draw, TEXT_PX, text) + 2 * PADDING_PX,
	            height);
	rv_draw_text(draw, &whole, white, place.x + PADDING_PX, top + TEXT_PX, TEXT_PX, text);
}

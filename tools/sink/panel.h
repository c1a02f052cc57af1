/* SPDX-License-Identifier: MIT */
/*
 * A panel: a picture fitted into a square of a contact sheet, averaged when it is larger (the nearest pixel where
 * colours mean something), enlarged by a whole factor when it is smaller. Pixels only; no file, no record.
 */
#ifndef RV_SINK_PANEL_H
#define RV_SINK_PANEL_H

#include "draw.h"
#include "image.h"

#define SINK_PANEL_PX 256

struct sink_colour {
	uint8_t rgb[3];
};
#define SINK_PANEL_EMPTY ((struct sink_colour) { { 34, 34, 40 } })

struct sink_panel {
	bool is_drawn;
	uint8_t rgb[SINK_PANEL_PX * SINK_PANEL_PX * 3];
};

/* How a picture of that size lies in a panel, in panel pixels. */
struct sink_panel_place {
	uint32_t x, y, width, height;
};
struct sink_panel_place sink_panel_fit(uint32_t width, uint32_t height);

/* One pixel as 8-bit RGB; transparent ones are shown on the empty colour. */
struct sink_colour sink_panel_pixel(const struct rv_image *image, uint32_t x, uint32_t y);
void sink_panel_fill(uint8_t *rgb, size_t n_pixels, struct sink_colour colour);
void sink_panel_draw(struct sink_panel *panel, const struct rv_image *image, bool nearest);
/* A box of the image's pixels (x, y, width, height), within a dark line that sets it off from what is behind it. */
void sink_panel_draw_box(struct sink_panel *panel, const struct rv_image *image, const uint32_t bbox[4],
                         struct sink_colour colour);
/* A line of text in the upper left corner of the image, or the lower left one, on a dark ground. What goes beyond the
 * panel is cut off. */
void sink_panel_write(struct sink_panel *panel, struct rv_draw *draw, const struct rv_image *image, bool is_below,
                      const char *text);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A panel: a picture fitted into a square of a contact sheet, averaged when it is larger (the nearest pixel where
 * colours mean something), enlarged by a whole factor when it is smaller. Pixels only; no file, no record.
 */
#ifndef RV_SINK_PANEL_H
#define RV_SINK_PANEL_H

#include <stddef.h>

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

void sink_panel_fill(uint8_t *rgb, size_t n_pixels, struct sink_colour colour);
void sink_panel_draw(struct sink_panel *panel, const struct rv_image *image, bool nearest);
/* A box of the image's pixels (x, y, width, height), within a dark line that sets it off from what is behind it. */
void sink_panel_draw_box(struct sink_panel *panel, const struct rv_image *image, const uint32_t bbox[4],
                         struct sink_colour colour);
/* Names at the boxes of a panel: no more can be read. */
#define SINK_PANEL_NAMES_MAX 20
struct sink_panel_names {
	struct sink_panel_place taken[SINK_PANEL_NAMES_MAX]; /* by those that were written */
	size_t n;
};
/* The name of what is in a box, on a ground of its colour above the box, or within it where there is no room above. It
 * is left out where it would cover another name or go beyond the picture, and of a box narrower than 12 pixels. At most
 * SINK_PANEL_NAMES_MAX calls. */
void sink_panel_name_box(struct sink_panel *panel, struct rv_draw *draw, const struct rv_image *image,
                         const uint32_t bbox[4], struct sink_colour colour, const char *name,
                         struct sink_panel_names *names);
/* A line of text in the upper left corner of the image, or the lower left one, on a dark ground. What goes beyond the
 * panel is cut off. */
void sink_panel_write(struct sink_panel *panel, struct rv_draw *draw, const struct rv_image *image, bool is_below,
                      const char *text);

#endif

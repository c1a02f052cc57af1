/* SPDX-License-Identifier: MIT */
/*
 * Drawing over pictures: text, lines, areas, with smooth edges. Stands on FreeType and a font that is built in, and
 * computes in whole numbers: the same on every machine.
 *
 *	struct rv_draw *draw = rv_draw_new();
 *	rv_draw_text(draw, &image, (struct rv_draw_ink) { { 255, 255, 255 }, 255 }, 4, 12, 12, "cup");
 *	rv_draw_free(draw);
 *
 * Images are U8 RGB. Places are in pixels, x to the right, y down, the first pixel from 0 to 1; what lies outside the
 * image is cut off. One is for one thread at a time.
 */
#ifndef RV_DRAW_H
#define RV_DRAW_H

#include "image.h"

struct rv_draw;

struct rv_draw_ink {
	uint8_t rgb[3];
	uint8_t opacity; /* 0..255 */
};

struct rv_draw_point {
	double x, y;
};

/* Without memory the program ends (alloc.h). */
struct rv_draw *rv_draw_new(void);
void rv_draw_free(struct rv_draw *draw); /* NULL: nothing */

/* A line of UTF-8 text: from x on, letters standing on y, `size_px` from line to line. What is no UTF-8, or no letter
 * of the font, is drawn as an empty box. */
void rv_draw_text(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, double x, double y,
                  double size_px, const char *text);
/* How far it goes to the right. */
double rv_draw_text_width(struct rv_draw *draw, double size_px, const char *text);

/* A line through points, `width_px` broad, with round corners and ends; back to the first one where it is closed. */
void rv_draw_line(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, double width_px,
                  const struct rv_draw_point *points, size_t n, bool is_closed);
/* The area within a ring of points. Of a ring that crosses itself, all that it goes around. At most 32,000 points. */
void rv_draw_area(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink,
                  const struct rv_draw_point *points, size_t n);
/* An upright rectangle. */
void rv_draw_box(struct rv_draw *draw, struct rv_image *image, struct rv_draw_ink ink, double x, double y, double width,
                 double height);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What readers fill of a polygon, from the definitions and not by lib/polygon, which made it: a mistake there must not
 * hide itself.
 *
 *	struct verify_fill fill = VERIFY_FILL_INIT;
 *	verify_fill_start(&fill, bbox);
 *	for (each ring) verify_fill_ring(&fill, points, n, VERIFY_FILL_EDGE);
 *	if (verify_fill_has(&fill, x, y)) ...      and fill.n_pixels of them in all
 *	verify_fill_release(&fill);
 */
#ifndef RV_VERIFY_FILL_H
#define RV_VERIFY_FILL_H

#include <stddef.h>
#include <stdint.h>

enum verify_fill_rule {
	VERIFY_FILL_EDGE,   /* corners are on the borders of pixels: those whose centres are inside */
	VERIFY_FILL_CENTER, /* corners are centres of pixels: those inside and those on the ring, as cv2.fillPoly does
	                     */
};

struct verify_fill {
	uint32_t bbox[4];  /* x, y, width, height */
	uint8_t *pixels;   /* of the box, row after row: bit 0, filled; bit 1, of the ring at hand */
	uint64_t n_pixels; /* filled */
	size_t cap;
};
#define VERIFY_FILL_INIT \
	{ \
		.pixels = NULL \
	}
void verify_fill_release(struct verify_fill *fill);

/* Nothing is filled. Keeps its memory. */
void verify_fill_start(struct verify_fill *fill, const uint32_t bbox[4]);
/* Fills what is inside a ring of n corners (x, y one after another), or on it. All corners must be within the box, of
 * VERIFY_FILL_EDGE its far borders included. */
void verify_fill_ring(struct verify_fill *fill, const uint32_t *corners, size_t n, enum verify_fill_rule rule);
/* Of a pixel in the box. */
bool verify_fill_has(const struct verify_fill *fill, uint32_t x, uint32_t y);

#endif

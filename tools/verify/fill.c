/* SPDX-License-Identifier: MIT */
/* What readers fill of a polygon: see fill.h. */
#include "verify/fill.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { FILLED = 1, OF_RING = 2 };

void verify_fill_release(struct verify_fill *fill)
{
	free(fill->pixels);
	*fill = (struct verify_fill)VERIFY_FILL_INIT;
}

void verify_fill_start(struct verify_fill *fill, const uint32_t bbox[4])
{
	const size_t n = (size_t)bbox[2] * bbox[3];
	memcpy(fill->bbox, bbox, sizeof(fill->bbox));
	fill->n_pixels = 0;
	if (n > fill->cap) {
		free(fill->pixels);
		fill->pixels = rv_alloc_zero(n, 1);
		fill->cap = n;
	} else if (n > 0) {
		memset(fill->pixels, 0, n);
	}
}

/* Corners from the box's own. */
struct corner {
	int64_t x, y;
};

static struct corner corner_at(const struct verify_fill *fill, const uint32_t *corners, size_t i)
{
	return (struct corner) { (int64_t)corners[2 * i] - fill->bbox[0], (int64_t)corners[2 * i + 1] - fill->bbox[1] };
}

static uint8_t *pixel_at(const struct verify_fill *fill, int64_t x, int64_t y)
{
	return &fill->pixels[(size_t)y * fill->bbox[2] + (size_t)x];
}

/* An even number of sides to the left of a place: it is outside. Each side turns over all that is to the right of it,
 * in the rows whose middle it crosses. The half is where the middle of a pixel is, from its corner. */
static void turn_over(const struct verify_fill *fill, struct corner a, struct corner b, double half)
{
	const struct corner top = a.y < b.y ? a : b, bottom = a.y < b.y ? b : a;
	for (int64_t y = top.y; y < bottom.y; y++) {
		const double share = ((double)(y - top.y) + half) / (double)(bottom.y - top.y),
		             x = (double)top.x + share * (double)(bottom.x - top.x);
		const int64_t first = (int64_t)ceil(x - half);
		if (first < fill->bbox[2]) {
			*pixel_at(fill, RV_MAX(first, 0), y) ^= OF_RING;
		}
	}
}

static void set(struct verify_fill *fill, int64_t x, int64_t y)
{
	uint8_t *const pixel = pixel_at(fill, x, y);
	fill->n_pixels += !(*pixel & FILLED);
	*pixel |= FILLED;
}

/* A side that is upright, level or of 45 degrees goes through the centres of its pixels, any other one next to them. */
static void draw_side(struct verify_fill *fill, struct corner a, struct corner b)
{
	const int64_t dx = b.x - a.x, dy = b.y - a.y, n = RV_MAX(llabs(dx), llabs(dy));
	for (int64_t i = 0; i <= n; i++) {
		const double share = n > 0 ? (double)i / (double)n : 0;
		set(fill, a.x + llround(share * (double)dx), a.y + llround(share * (double)dy));
	}
}

void verify_fill_ring(struct verify_fill *fill, const uint32_t *corners, size_t n, enum verify_fill_rule rule)
{
	const double half = rule == VERIFY_FILL_EDGE ? 0.5 : 0;
	struct corner low = { INT64_MAX, INT64_MAX }, high = { 0, 0 };
	for (size_t i = 0; i < n; i++) {
		const struct corner a = corner_at(fill, corners, i), b = corner_at(fill, corners, (i + 1) % n);
		turn_over(fill, a, b, half);
		low = (struct corner) { RV_MIN(low.x, a.x), RV_MIN(low.y, a.y) };
		high = (struct corner) { RV_MAX(high.x, a.x), RV_MAX(high.y, a.y) };
	}
	for (int64_t y = low.y; y <= high.y && y < fill->bbox[3]; y++) {
		bool is_inside = false;
		for (int64_t x = low.x; x <= high.x && x < fill->bbox[2]; x++) {
			uint8_t *const pixel = pixel_at(fill, x, y);
			is_inside ^= (*pixel & OF_RING) != 0;
			*pixel &= (uint8_t)~OF_RING;
			if (is_inside) {
				set(fill, x, y);
			}
		}
	}
	for (size_t i = 0; i < n && rule == VERIFY_FILL_CENTER; i++) {
		draw_side(fill, corner_at(fill, corners, i), corner_at(fill, corners, (i + 1) % n));
	}
}

bool verify_fill_has(const struct verify_fill *fill, uint32_t x, uint32_t y)
{
	return *pixel_at(fill, (int64_t)x - fill->bbox[0], (int64_t)y - fill->bbox[1]) & FILLED;
}

/* SPDX-License-Identifier: MIT */
/* lib/draw.h: areas of which the coverage is known, and that text has its width and stays within the image. */
#include "draw.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define SIDE 24

static const struct rv_draw_ink white = { { 255, 255, 255 }, 255 };
static struct rv_image image;
static struct rv_draw *draw;

static void begin(void)
{
	struct rv_err err = RV_ERR_INIT;
	image = (struct rv_image)RV_IMAGE_INIT;
	CHECK_OK(rv_image_init(&image, SIDE, SIDE, 3, RV_PIXEL_U8, &err), &err);
	memset(image.u8, 0, 3 * SIDE * SIDE);
	draw = rv_draw_new();
}

static void end(void)
{
	rv_image_release(&image);
	rv_draw_free(draw);
}

static uint8_t at(size_t x, size_t y)
{
	return image.u8[3 * (y * SIDE + x)];
}

/* Of all pixels, in whole pixels. */
static double sum(void)
{
	double total = 0;
	for (size_t i = 0; i < SIDE * SIDE; i++) {
		total += image.u8[3 * i] / 255.0;
	}
	return total;
}

static void areas(void)
{
	begin();
	rv_draw_box(draw, &image, white, 2, 3, 5, 4);
	CHECK_NEAR(sum(), 20, 0);
	CHECK(at(2, 3) == 255 && at(6, 6) == 255 && at(1, 3) == 0 && at(7, 6) == 0 && at(2, 2) == 0 && at(6, 7) == 0);
	/* half of a pixel, a quarter of it at the corner */
	rv_draw_box(draw, &image, white, 10.5, 10.5, 2, 2);
	CHECK_NEAR(at(10, 11), 127.5, 1);
	CHECK_NEAR(at(10, 10), 63.75, 1);
	CHECK_NEAR(at(11, 11), 255, 0);
	/* what is outside is cut off, however far */
	const double before = sum();
	rv_draw_box(draw, &image, white, -1e9, -1e9, 2e9, 1e9 + 1);
	CHECK_NEAR(sum() - before, SIDE, 0);
	rv_draw_box(draw, &image, white, 1e12, 5, 7, 7);
	rv_draw_box(draw, &image, white, NAN, 5, 7, 7);
	end();
}

static void inks(void)
{
	begin();
	rv_draw_box(draw, &image, (struct rv_draw_ink) { { 200, 100, 50 }, 255 }, 0, 0, SIDE, SIDE);
	rv_draw_box(draw, &image, (struct rv_draw_ink) { { 0, 200, 250 }, 51 }, 0, 0, 1, 1); /* a fifth */
	CHECK_BYTES(image.u8, 6, ((const uint8_t[]) { 160, 120, 90, 200, 100, 50 }), 6);
	end();
}

static void lines(void)
{
	begin();
	/* its length by its width, and the two half discs at its ends */
	rv_draw_line(draw, &image, white, 4, (const struct rv_draw_point[]) { { 6, 8 }, { 16, 8 } }, 2, false);
	CHECK_NEAR(sum(), 10 * 4 + 3.14159 * 4, 0.5);
	CHECK(at(10, 6) == 255 && at(10, 9) == 255 && at(10, 5) == 0 && at(10, 10) == 0);
	end();
	begin();
	/* a frame: the square outside less that inside, its corners round */
	rv_draw_line(draw, &image, white, 2,
	             (const struct rv_draw_point[]) { { 4, 4 }, { 20, 4 }, { 20, 20 }, { 4, 20 } }, 4, true);
	CHECK_NEAR(sum(), 18 * 18 - 14 * 14 - (4 - 3.14159), 0.5);
	CHECK(at(4, 12) == 255 && at(19, 12) == 255 && at(12, 12) == 0);
	end();
	begin();
	/* so many points that it is drawn in parts: there and back, again and again, closed or not */
	static struct rv_draw_point many[5001];
	for (size_t i = 0; i < RV_COUNTOF(many); i++) {
		many[i] = (struct rv_draw_point) { i % 2 ? 20 : 4, 12 };
	}
	rv_draw_line(draw, &image, white, 2, many, RV_COUNTOF(many), false);
	CHECK(at(12, 11) == 255 && at(12, 12) == 255 && at(12, 10) == 0 && at(12, 13) == 0);
	rv_draw_line(draw, &image, white, 2, many, RV_COUNTOF(many), true);
	CHECK(at(12, 10) == 0);
	rv_draw_line(draw, &image, white, 2, many, 1, true);
	rv_draw_line(draw, &image, white, 2, NULL, 0, true);
	end();
}

static void text(void)
{
	begin();
	const double one = rv_draw_text_width(draw, 16, "m"), two = rv_draw_text_width(draw, 16, "mm");
	CHECK(one > 8 && one < 16);
	CHECK_NEAR(two, 2 * one, 0.1);
	CHECK_NEAR(rv_draw_text_width(draw, 32, "m"), 2 * one, 0.1);
	CHECK_NEAR(rv_draw_text_width(draw, 16, ""), 0, 0);
	/* an "l" is a bar above its line */
	rv_draw_text(draw, &image, white, 4, 20, 16, "l");
	CHECK(sum() > 10 && sum() < 40);
	for (size_t x = 0; x < SIDE; x++) {
		CHECK(at(x, 20) == 0 && at(x, 4) == 0);
	}
	/* bytes that are no letters, and letters that the font has not, are boxes of one width */
	const double box = rv_draw_text_width(draw, 16, "\xff");
	CHECK(box > 4);
	CHECK_NEAR(rv_draw_text_width(draw, 16, "\xc3"), box, 0);
	CHECK_NEAR(rv_draw_text_width(draw, 16, "\xc0\x80"), 2 * box, 0.1);
	CHECK_NEAR(rv_draw_text_width(draw, 16, "\xc3\xa9"), rv_draw_text_width(draw, 16, "e"), 0.01);
	CHECK(rv_draw_text_width(draw, 16, "\xf0\xa0\x80\x80") > 4);
	rv_draw_text(draw, &image, white, 1e9, -1e9, 16, "far away");
	end();
}

CHECK_MODULE(draw)
{
	check_case("areas cover what they should", areas);
	check_case("ink covers what is below by its opacity", inks);
	check_case("lines have their width", lines);
	check_case("text", text);
}

/* SPDX-License-Identifier: MIT */
/* mask/pixels/figures.h: a cube before a known camera, and the pixels that figures colour. */
#include "mask/pixels/figures.h"

#include <math.h>
#include <string.h>

#include "check.h"

#define SIDE 40

/* At the origin, it looks along y, its up is z. */
static const struct rv_camera camera = { .has_pose = true,
	                                 .is_pinhole = true,
	                                 .axes = { { 1, 0, 0 }, { 0, 0, -1 }, { 0, 1, 0 } },
	                                 .fx = 40,
	                                 .fy = 40,
	                                 .cx = 20,
	                                 .cy = 20,
	                                 .clip_m = { 0.5, 100 } };

/* From -1 to 1 along x and z, and along y between two depths. */
static size_t see_cube(double front_m, double back_m, struct mask_edge edges[MASK_BOX_EDGES])
{
	double corners[MASK_BOX_CORNERS][3];
	for (size_t i = 0; i < MASK_BOX_CORNERS; i++) {
		corners[i][0] = i & 4 ? 1 : -1;
		corners[i][1] = i & 2 ? back_m : front_m;
		corners[i][2] = i & 1 ? 1 : -1;
	}
	return mask_figures_edges(&camera, corners, edges);
}

/* How far an end is from the middle of the picture, along both of its axes. */
static double reach(struct rv_draw_point end)
{
	CHECK_NEAR(fabs(end.x - 20), fabs(end.y - 20), 1e-9);
	return fabs(end.x - 20);
}

static void cube(void)
{
	struct mask_edge edges[MASK_BOX_EDGES];
	size_t n_front = 0, n_back = 0;
	CHECK_U64(see_cube(4, 8, edges), 12);
	for (size_t i = 0; i < 12; i++) {
		const double ends[2] = { reach(edges[i].ends[0]), reach(edges[i].ends[1]) };
		if (edges[i].is_front) { /* 40 * 1 / 4 */
			CHECK_NEAR(ends[0], 10, 1e-9);
			CHECK_NEAR(ends[1], 10, 1e-9);
			n_front++;
		} else { /* 40 * 1 / 8, and those from front to back */
			CHECK_NEAR(ends[1], 5, 1e-9);
			n_back += ends[0] < 6;
		}
	}
	CHECK(n_front == 4 && n_back == 4);
}

static void cut(void)
{
	struct mask_edge edges[MASK_BOX_EDGES];
	/* The front is behind the camera: the back is left, and four edges that end where the camera begins to see. */
	CHECK_U64(see_cube(-3, 8, edges), 8);
	size_t n_cut = 0;
	for (size_t i = 0; i < 8; i++) {
		const double from = reach(edges[i].ends[0]), to = reach(edges[i].ends[1]);
		CHECK(!edges[i].is_front);
		CHECK_NEAR(to, 5, 1e-9);
		if (from > 6) {
			CHECK_NEAR(from, 80, 1e-9); /* 40 * 1 / 0.5 */
			n_cut++;
		}
	}
	CHECK_U64(n_cut, 4);
	CHECK_U64(see_cube(-8, -3, edges), 0);
	CHECK_U64(see_cube(0.1, 0.4, edges), 0);
}

static void begin(struct mask_pen *pen, struct rv_image *image)
{
	struct rv_err err = RV_ERR_INIT;
	CHECK_OK(rv_image_init(image, SIDE, SIDE, 3, RV_PIXEL_U8, &err), &err);
	memset(image->u8, 255, 3 * SIDE * SIDE);
	*pen = (struct mask_pen) { .draw = rv_draw_new(), .image = image, .scale = 1, .rgb = { 200, 30, 60 } };
}

static void end(struct mask_pen *pen, struct rv_image *image)
{
	rv_draw_free(pen->draw);
	rv_image_release(image);
}

static const uint8_t *at(const struct rv_image *image, size_t x, size_t y)
{
	return image->u8 + 3 * (y * SIDE + x);
}

static void check_colour(const struct rv_image *image, size_t x, size_t y, uint8_t red, uint8_t green, uint8_t blue)
{
	CHECK_NEAR(at(image, x, y)[0], red, 2);
	CHECK_NEAR(at(image, x, y)[1], green, 2);
	CHECK_NEAR(at(image, x, y)[2], blue, 2);
}

static void box(void)
{
	struct mask_edge edges[MASK_BOX_EDGES];
	struct rv_image image = RV_IMAGE_INIT;
	struct mask_pen pen;
	begin(&pen, &image);
	mask_figures_box(&pen, edges, see_cube(40 / 9.5, 40 / 4.5, edges));
	/* The lines lie at 9.5 and 4.5 from the middle, in the middle of pixels. In front a line is 2.5 px broad: it
	 * has a pixel whole and 3/4 of the next, before the halo's 1/4. */
	check_colour(&image, 10, 20, 200, 30, 60);
	check_colour(&image, 29, 20, 200, 30, 60);
	check_colour(&image, 20, 10, 200, 30, 60);
	check_colour(&image, 9, 20, 169, 41, 64);   /* 3/4 over 30 % of white */
	check_colour(&image, 8, 20, 166, 166, 166); /* half of a halo of 70 % */
	check_colour(&image, 7, 20, 255, 255, 255);
	/* Behind it is 1.5 px broad: a quarter of the next pixel. */
	check_colour(&image, 15, 20, 200, 30, 60);
	check_colour(&image, 14, 20, 108, 65, 72);
	check_colour(&image, 13, 20, 255, 255, 255);
	/* The corners have the colour, the middle does not. */
	check_colour(&image, 10, 10, 200, 30, 60);
	check_colour(&image, 29, 29, 200, 30, 60);
	check_colour(&image, 20, 20, 255, 255, 255);
	end(&pen, &image);
}

static void points(void)
{
	struct rv_image image = RV_IMAGE_INIT;
	struct mask_pen pen;
	begin(&pen, &image);
	mask_figures_limb(&pen, (const struct rv_draw_point[]) { { 10.5, 10.5 }, { 30.5, 10.5 } });
	mask_figures_point(&pen, (struct rv_draw_point) { 10.5, 10.5 }, false);
	mask_figures_point(&pen, (struct rv_draw_point) { 30.5, 10.5 }, true);
	check_colour(&image, 20, 10, 200, 30, 60);
	check_colour(&image, 20, 8, 255, 255, 255);
	check_colour(&image, 10, 10, 200, 30, 60);
	check_colour(&image, 10, 12, 200, 30, 60);
	check_colour(&image, 30, 10, 0, 0, 0);
	check_colour(&image, 30, 12, 200, 30, 60);
	check_colour(&image, 30, 15, 255, 255, 255);
	/* Twice as large. */
	pen.scale = 2;
	mask_figures_point(&pen, (struct rv_draw_point) { 20.5, 30.5 }, true);
	check_colour(&image, 20, 32, 0, 0, 0);
	check_colour(&image, 20, 35, 200, 30, 60);
	check_colour(&image, 20, 39, 255, 255, 255);
	end(&pen, &image);
}

/* Eight places 4 pixels apart, from left to right; NaN where `seen` has a dot. */
static void draw_tail(const struct mask_pen *pen, double y, const char *seen)
{
	struct rv_draw_point places[MASK_TAIL];
	const size_t n = strlen(seen);
	for (size_t i = 0; i < n; i++) {
		places[i] = (struct rv_draw_point) { seen[i] == '.' ? NAN : 4.5 + 4 * (double)(MASK_TAIL - n + i), y };
	}
	mask_figures_tail(pen, places, n);
}

static void tails(void)
{
	struct rv_image image = RV_IMAGE_INIT;
	struct mask_pen pen;
	begin(&pen, &image);
	draw_tail(&pen, 5.5, "xxxxxxxx");
	draw_tail(&pen, 15.5, "x.xx..xx");
	draw_tail(&pen, 25.5, "xxxxxxx.");
	draw_tail(&pen, 30.5, "");
	draw_tail(&pen, 35.5, "xx");
	/* The head has the colour. A layer covers 90/255, and before that of the halo: between the k-th places from the
	 * end there are 8 - k of them. */
	check_colour(&image, 32, 5, 200, 30, 60);
	for (size_t k = 1; k < MASK_TAIL; k++) {
		const double share = pow(165 / 255.0, (double)(MASK_TAIL - k));
		const uint8_t *const pixel = at(&image, 33 - 4 * k, 5);
		CHECK_NEAR(pixel[0], 200 + share * (255 * share - 200), 4);
		CHECK_NEAR(pixel[1], 30 + share * (255 * share - 30), 4);
	}
	CHECK(at(&image, 5, 5)[1] > 80 + at(&image, 29, 5)[1]);
	check_colour(&image, 20, 8, 255, 255, 255); /* beside it */
	/* Where it is hidden there is a gap; each line is as it is without the gaps. */
	check_colour(&image, 6, 15, 255, 255, 255);
	check_colour(&image, 10, 15, 255, 255, 255);
	check_colour(&image, 22, 15, 255, 255, 255);
	CHECK_BYTES(at(&image, 13, 15), 3, at(&image, 13, 5), 3);
	CHECK_BYTES(at(&image, 29, 15), 3, at(&image, 29, 5), 3);
	/* Nothing where the point is hidden now, or there is none; a tail that has just begun is as new. */
	for (size_t x = 0; x < SIDE; x++) {
		check_colour(&image, x, 25, 255, 255, 255);
		check_colour(&image, x, 30, 255, 255, 255);
	}
	CHECK_BYTES(at(&image, 29, 35), 3, at(&image, 29, 5), 3);
	check_colour(&image, 32, 35, 200, 30, 60);
	check_colour(&image, 24, 35, 255, 255, 255);
	end(&pen, &image);
}

CHECK_MODULE(figures)
{
	check_case("where a cube's edges are", cube);
	check_case("edges that begin behind the camera", cut);
	check_case("a cube's pixels", box);
	check_case("keypoints, hidden and not", points);
	check_case("tails fade, and have gaps", tails);
}

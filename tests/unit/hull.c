/* SPDX-License-Identifier: MIT */
#include "hull.h"

#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "rng.h"

static void hulls(void)
{
	/* a square with points within, on its sides, and twice */
	struct rv_hull_point points[] = {
		{ 4, 4 }, { 0, 0 }, { 2, 2 }, { 4, 0 }, { 0, 4 }, { 2, 0 }, { 0, 0 }, { 4, 2 }
	};
	struct rv_hull_point hull[8];
	CHECK_U64(rv_hull_of(points, 8, hull), 4);
	CHECK(hull[0].x == 0 && hull[0].y == 0 && hull[1].x == 4 && hull[1].y == 0); /* clockwise as one sees it */
	CHECK(hull[2].x == 4 && hull[2].y == 4 && hull[3].x == 0 && hull[3].y == 4);
	CHECK_NEAR(rv_hull_area(hull, 4), 16, 0);
	/* the uppermost is first */
	struct rv_hull_point kite[] = { { 0, 1 }, { 5, 9 }, { 7, -3 }, { 9, 2 } };
	CHECK_U64(rv_hull_of(kite, 4, hull), 4);
	CHECK(hull[0].x == 7 && hull[1].x == 9 && hull[2].x == 5 && hull[3].x == 0);
	/* none */
	struct rv_hull_point line[] = { { 0, 0 }, { 1, 1 }, { 3, 3 }, { 2, 2 } };
	CHECK_U64(rv_hull_of(line, 4, hull), 0);
	CHECK_U64(rv_hull_of(line, 2, hull), 0);
	CHECK_U64(rv_hull_of(line, 0, hull), 0);
	CHECK_NEAR(rv_hull_area(hull, 0), 0, 0);
}

static void clipped(void)
{
	static const struct rv_hull_point diamond[] = { { 0, -5 }, { 5, 0 }, { 0, 5 }, { -5, 0 } };
	static const struct rv_hull_point within[] = { { 1, 1 }, { 2, 1 }, { 2, 2 }, { 1, 2 } };
	static const struct rv_hull_point around[] = { { -9, -9 }, { 9, -9 }, { 9, 9 }, { -9, 9 } };
	static const struct rv_hull_point beside[] = { { 7, 1 }, { 8, 1 }, { 8, 2 } };
	struct rv_hull_point part[8];
	CHECK_NEAR(rv_hull_area(part, rv_hull_clip(diamond, 4, 10, 10, part)), 12.5, 1e-12); /* a quarter */
	CHECK_NEAR(rv_hull_area(part, rv_hull_clip(within, 4, 6, 4, part)), 1, 1e-12);
	CHECK_NEAR(rv_hull_area(part, rv_hull_clip(around, 4, 6, 4, part)), 24, 1e-12);
	CHECK_U64(rv_hull_clip(beside, 3, 6, 4, part), 0);
	CHECK_U64(rv_hull_clip(beside, 0, 6, 4, part), 0);
}

/* Every point is within the hull of all, whatever they are; areas of parts are what random points say. */
static void random_points(void)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 7, "hull");
	for (size_t round = 0; round < 200; round++) {
		struct rv_hull_point points[20], hull[20], part[24];
		const size_t n = 3 + round % 18;
		for (size_t i = 0; i < n; i++) {
			points[i] = (struct rv_hull_point) { rv_rng_unit(&rng) * 20 - 5, rv_rng_unit(&rng) * 20 - 5 };
		}
		const size_t len = rv_hull_of(points, n, hull);
		for (size_t i = 0; i < n; i++) {
			bool inside = true;
			for (size_t k = 0; k < len; k++) {
				const struct rv_hull_point a = hull[k], b = hull[(k + 1) % len];
				inside &= (b.x - a.x) * (points[i].y - a.y) - (b.y - a.y) * (points[i].x - a.x) > -1e-9;
			}
			CHECK(inside);
		}
		size_t n_in = 0;
		for (size_t i = 0; i < 2000; i++) {
			const double x = rv_rng_unit(&rng) * 10, y = rv_rng_unit(&rng) * 8;
			bool inside = len > 0;
			for (size_t k = 0; k < len; k++) {
				const struct rv_hull_point a = hull[k], b = hull[(k + 1) % len];
				inside &= (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) > 0;
			}
			n_in += inside;
		}
		const double area = rv_hull_area(part, rv_hull_clip(hull, len, 10, 8, part));
		CHECK_NEAR(area, 80.0 * (double)n_in / 2000, 5);
	}
}

CHECK_MODULE(hull)
{
	check_case("hulls of points", hulls);
	check_case("parts within a picture", clipped);
	check_case("random points", random_points);
}

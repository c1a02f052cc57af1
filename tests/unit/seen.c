/* SPDX-License-Identifier: MIT */
/* mask/pixels/seen.h */
#include "mask/pixels/seen.h"

#include "check.h"

/* A slope of object 1, before it a post of object 2 in the column at the right; nothing in the last row. */
static float depths[] = { 4, 5, 6, 2, 4, 5, 6, 2, 1e10f, 1e10f, 1e10f, 1e10f };
static float indices[] = { 1, 1, 1, 2, 1, 1, 1, 2, 0, 0, 0, 0 };

static void points(void)
{
	static const struct rv_image depth = { .width = 4, .height = 3, .channels = 1, .f32 = depths },
	                             index = { .width = 4, .height = 3, .channels = 1, .f32 = indices };
	static const struct {
		double u, v, depth_m;
		uint32_t own;
		double below_m;
		bool is_seen;
	} rows[] = {
		{ 0.5, 0.5, 4, 1, 0, true },     { 0.5, 0.5, 5, 1, 0, true },     /* within the slope */
		{ 0.5, 0.5, 5.1, 1, 0, false },  { 2.9, 0.5, 6, 1, 0, true },     /* the post's edge is none */
		{ 2.5, 0.5, 6.1, 1, 0, false },  { 3.1, 1.5, 6, 1, 0, false },    /* behind the post */
		{ 3.1, 1.5, 6, 1, 10, false },   { 2.5, 0.5, 6.1, 1, 0.2, true }, /* below the own surface */
		{ 3.1, 1.5, 2.001, 2, 0, true }, { 0.5, 2.5, 900, 1, 0, true },   /* before nothing */
		{ 3.99, 2.99, 900, 1, 0, true },
	};
	for (size_t i = 0; i < RV_COUNTOF(rows); i++) {
		CHECK(mask_is_seen(&depth, &index, rows[i].u, rows[i].v, rows[i].depth_m, rows[i].own,
		                   rows[i].below_m) == rows[i].is_seen);
	}
}

CHECK_MODULE(seen)
{
	check_case("points before, on, below and behind a slope", points);
}

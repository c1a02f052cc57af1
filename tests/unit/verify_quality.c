/* SPDX-License-Identifier: MIT */
/* What is measured on pictures: brightness, hashes, likeness, against the definitions worked out the long way. */
#include "verify/quality.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "alloc.h"
#include "check.h"
#include "rng.h"
#include "verify/likeness.h"
#include "verify/limits.h"

/* ---- brightness and its hash ---- */

static void fill(struct rv_image *image, uint32_t width, uint32_t height, uint32_t channels, enum rv_pixel pixel)
{
	struct rv_rng rng;
	struct rv_err err;
	rv_rng_init(&rng, (uint64_t)width * height + channels, "picture");
	CHECK_OK(rv_image_init(image, width, height, channels, pixel, &err), &err);
	for (size_t i = 0; i < rv_image_row_bytes(image) * height; i++) {
		((uint8_t *)image->bytes)[i] = (uint8_t)(rv_rng_unit(&rng) * 256);
	}
}

static uint8_t luma_at(const struct rv_image *image, size_t i)
{
	unsigned int v[3];
	for (size_t k = 0; k < 3; k++) {
		const size_t at = i * image->channels + (image->channels < 3 ? 0 : k);
		v[k] = image->pixel == RV_PIXEL_U8 ? image->u8[at] : image->u16[at] / 256u;
	}
	return (uint8_t)((54 * v[0] + 183 * v[1] + 19 * v[2] + 128) / 256);
}

/* The mean of a cell of nine columns and eight rows. */
static double cell(const struct verify_luma *luma, uint32_t column, uint32_t row)
{
	uint32_t x0 = column * luma->width / 9, x1 = (column + 1) * luma->width / 9;
	uint32_t y0 = row * luma->height / 8, y1 = (row + 1) * luma->height / 8;
	double sum = 0;
	x0 = x0 < luma->width ? x0 : luma->width - 1;
	x1 = x1 > x0 ? x1 : x0 + 1;
	y1 = y1 > y0 ? y1 : y0 + 1;
	for (uint32_t y = y0; y < y1; y++) {
		for (uint32_t x = x0; x < x1; x++) {
			sum += luma->pixels[y * luma->width + x];
		}
	}
	return sum / ((x1 - x0) * (y1 - y0));
}

static void brightness(void)
{
	static const uint32_t sides[][2] = { { 1, 1 }, { 5, 3 }, { 9, 8 }, { 40, 30 }, { 101, 67 } };
	struct verify_luma luma = VERIFY_LUMA_INIT;
	for (size_t i = 0; i < RV_COUNTOF(sides); i++) {
		for (uint32_t channels = 1; channels <= 4; channels++) {
			for (int is_deep = 0; is_deep < 2; is_deep++) {
				struct rv_image image = RV_IMAGE_INIT;
				uint64_t wanted = 0;
				bool is_same = true;
				fill(&image, sides[i][0], sides[i][1], channels, is_deep ? RV_PIXEL_U16 : RV_PIXEL_U8);
				verify_luma_take(&luma, &image);
				for (size_t k = 0; k < (size_t)image.width * image.height; k++) {
					is_same &= luma.pixels[k] == luma_at(&image, k);
				}
				CHECK(is_same);
				for (uint32_t k = 0; k < 64; k++) {
					wanted = wanted << 1 |
					         (cell(&luma, k % 8, k / 8) < cell(&luma, k % 8 + 1, k / 8));
				}
				CHECK_U64(verify_luma_hash(&luma), wanted);
				rv_image_release(&image);
			}
		}
	}
	verify_luma_release(&luma);
}

static void limited_range(void)
{
	static const uint8_t plane[] = { 0, 16, 126, 235, 255, 99 };
	struct verify_luma luma = VERIFY_LUMA_INIT;
	verify_luma_take_plane(&luma, plane, 5, 1, 2, true);
	CHECK_U64(luma.pixels[0], 0);
	CHECK_U64(luma.pixels[1], 97);
	verify_luma_take_plane(&luma, plane, 6, 5, 1, true);
	CHECK_U64(luma.pixels[1], 0);
	CHECK_U64(luma.pixels[2], 128);
	CHECK_U64(luma.pixels[3], 255);
	CHECK_U64(luma.pixels[4], 255);
	verify_luma_take_plane(&luma, plane, 6, 6, 1, false);
	CHECK_U64(luma.pixels[5], 99);
	verify_luma_release(&luma);
}

/* ---- measures ---- */

static void measures(void)
{
	enum { WIDTH = 1030, HEIGHT = 512 };
	struct verify_luma luma = { .width = WIDTH, .height = HEIGHT, .pixels = rv_alloc_zero(WIDTH, HEIGHT) };
	struct verify_measures m;
	verify_quality_measure(&luma, &m);
	CHECK(m.black == 1 && m.dark == 1 && m.white == 0 && m.bright == 0 && m.entropy == 0 && m.sharp == 0);
	for (size_t y = 0; y < HEIGHT; y++) {
		for (size_t x = 0; x < WIDTH; x++) {
			luma.pixels[y * WIDTH + x] = (uint8_t)(x / 6 % 2 == y / 6 % 2 ? 30 : 240);
		}
	}
	verify_quality_measure(&luma, &m);
	CHECK(m.black == 0 && m.dark == 0 && m.bright == 0);
	CHECK_NEAR(m.white, 0.5, 0.01);
	CHECK_NEAR(m.entropy, 1, 0.001);
	/* Squares of three wide pixels make squares of two: each has one neighbour of the other kind on either axis. */
	CHECK_NEAR(m.sharp, 420.0 * 420.0, 1500);
	luma.width = luma.height = 2;
	verify_quality_measure(&luma, &m);
	CHECK(isinf(m.sharp));
	luma.cap = 1;
	verify_luma_release(&luma);
}

/* ---- likeness ---- */

#define PICTURES 3000

struct one {
	uint64_t digest, hash;
	unsigned int group;
	enum rv_split split;
};

/* What must be found, each with each. */
static void count_pairs(const struct one *all, size_t n, unsigned int near, uint64_t wanted[VERIFY_CHECKS])
{
	for (size_t i = 0; i < n; i++) {
		unsigned int here = UINT_MAX, elsewhere = UINT_MAX;
		for (size_t k = 0; k < i; k++) {
			const unsigned int bits = (unsigned int)__builtin_popcountll(all[i].hash ^ all[k].hash);
			const unsigned int rank = all[i].digest == all[k].digest ? 0 : 1 + bits;
			const bool is_here = all[i].split == all[k].split;
			if (all[i].group == all[k].group || rank > 1 + near) {
				continue;
			}
			if (is_here) {
				here = rank < here ? rank : here;
			} else if (all[i].split != RV_SPLITS && all[k].split != RV_SPLITS) {
				elsewhere = rank < elsewhere ? rank : elsewhere;
			}
		}
		wanted[VERIFY_DUPLICATE_EXACT] += here == 0;
		wanted[VERIFY_DUPLICATE_NEAR] += here > 0 && here != UINT_MAX;
		wanted[VERIFY_LEAK_EXACT] += elsewhere == 0;
		wanted[VERIFY_LEAK_NEAR] += elsewhere > 0 && elsewhere != UINT_MAX;
	}
}

/* Some are one before with bits turned, some the very same, in another group, split or both. */
static void make_pictures(struct one *all, size_t n)
{
	struct rv_rng rng;
	rv_rng_init(&rng, 1, "pictures");
	for (size_t i = 0; i < n; i++) {
		const bool is_new = i == 0 || rv_rng_unit(&rng) < 0.5;
		const struct one *const old = &all[is_new ? 0 : (size_t)(rv_rng_unit(&rng) * (double)i)];
		all[i].hash = is_new ? rv_rng_u64(&rng) : old->hash;
		all[i].digest = rv_rng_u64(&rng);
		for (int turns = (int)(rv_rng_unit(&rng) * 6); !is_new && turns > 0; turns--) {
			all[i].hash ^= UINT64_C(1) << (unsigned int)(rv_rng_unit(&rng) * 64);
		}
		if (!is_new && all[i].hash == old->hash) {
			all[i].digest = old->digest;
		}
		all[i].group = (unsigned int)(rv_rng_unit(&rng) * 40);
		all[i].split = (enum rv_split)(rv_rng_unit(&rng) * (RV_SPLITS + 1));
	}
}

static void doubles(void)
{
	static const char *const nears[] = { "near=0", "near=1", "near=3", "near=7" };
	struct one *const all = rv_alloc_zero(PICTURES, sizeof(*all));
	struct rv_err err;
	make_pictures(all, PICTURES);
	for (size_t i = 0; i < RV_COUNTOF(nears); i++) {
		const char *items[] = { nears[i] };
		const struct rv_option_list list = { .items = items, .len = 1 };
		struct verify_likeness *const likeness = verify_likeness_new();
		struct verify_problems problems = VERIFY_PROBLEMS_INIT;
		uint64_t wanted[VERIFY_CHECKS] = { 0 };
		CHECK_OK(verify_limits_choose(&list, &err), &err);
		count_pairs(all, PICTURES, (unsigned int)verify_limit(VERIFY_LIMIT_NEAR), wanted);
		for (size_t k = PICTURES; k > 0; k--) { /* any order */
			char path[16], group[16];
			snprintf(path, sizeof(path), "%06zu", k - 1);
			snprintf(group, sizeof(group), "%u", all[k - 1].group);
			const struct verify_mark mark = { .digest = all[k - 1].digest,
				                          .hash = all[k - 1].hash,
				                          .group = group,
				                          .split = all[k - 1].split };
			CHECK_OK(verify_likeness_add(likeness, path, &mark, &err), &err);
		}
		CHECK_OK(verify_likeness_end(likeness, &problems, &err), &err);
		for (size_t check = VERIFY_DUPLICATE_EXACT; check <= VERIFY_LEAK_NEAR; check++) {
			CHECK_U64(problems.n_of[check], wanted[check]);
			CHECK(wanted[check] > 0 || (check % 2 == VERIFY_DUPLICATE_NEAR % 2 && i == 0));
		}
		verify_problems_release(&problems);
		verify_likeness_free(likeness);
	}
	free(all);
}

CHECK_MODULE(verify_quality)
{
	check_case("brightness and its hash are as defined", brightness);
	check_case("frames of videos in limited range", limited_range);
	check_case("measures of pictures that are known", measures);
	check_case("doubles are those that comparing each with each finds", doubles);
}

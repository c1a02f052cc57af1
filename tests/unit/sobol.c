/* SPDX-License-Identifier: MIT */
/* sobol: the published first points, evenness of every dimension, random access. */
#include "seed/sobol.h"

#include <string.h>

#include "check.h"

static double coordinate(const struct seed_sobol *sobol, unsigned int dimension, uint64_t number)
{
	return (double)seed_sobol_bits(sobol, dimension, number) * 0x1p-53;
}

static void first_points(void)
{
	/* As the program that comes with the table of direction numbers prints them. */
	static const double wanted[8][3] = { { 0, 0, 0 },
		                             { 0.5, 0.5, 0.5 },
		                             { 0.75, 0.25, 0.25 },
		                             { 0.25, 0.75, 0.75 },
		                             { 0.375, 0.375, 0.625 },
		                             { 0.875, 0.875, 0.125 },
		                             { 0.625, 0.125, 0.875 },
		                             { 0.125, 0.625, 0.375 } };
	static struct seed_sobol sobol;
	seed_sobol_init(&sobol);
	for (uint64_t i = 0; i < 8; i++) {
		for (unsigned int d = 0; d < 3; d++) {
			CHECK_NEAR(coordinate(&sobol, d, i), wanted[i][d], 0);
		}
	}
}

/* Any 2^k points from a multiple of 2^k on fall one into each of 2^k bins. */
static void bins(void)
{
	enum { POINTS = 4096 };
	static struct seed_sobol sobol;
	static unsigned char hit[POINTS];
	seed_sobol_init(&sobol);
	for (unsigned int d = 0; d < SEED_SOBOL_DIMENSIONS; d++) {
		for (uint64_t start = 0; start < (uint64_t)3 * POINTS; start += POINTS) {
			uint64_t distinct = 0;
			memset(hit, 0, sizeof(hit));
			for (uint64_t i = 0; i < POINTS; i++) {
				unsigned char *bin =
				        &hit[seed_sobol_bits(&sobol, d, start + i) >> (SEED_SOBOL_BITS - 12)];
				distinct += !*bin;
				*bin = 1;
			}
			CHECK_U64(distinct, POINTS);
		}
	}
}

static void dimensions_differ(void)
{
	static struct seed_sobol sobol;
	seed_sobol_init(&sobol);
	for (unsigned int a = 0; a < SEED_SOBOL_DIMENSIONS; a++) {
		for (unsigned int b = 0; b < a; b++) {
			CHECK(memcmp(sobol.direction[a], sobol.direction[b], sizeof(sobol.direction[a])) != 0);
		}
	}
}

/* The matrix of every dimension is triangular with ones on the diagonal: no two of 2^53 points are the same. */
static void all_bits(void)
{
	static struct seed_sobol sobol;
	seed_sobol_init(&sobol);
	for (unsigned int d = 0; d < SEED_SOBOL_DIMENSIONS; d++) {
		for (unsigned int i = 0; i < SEED_SOBOL_BITS; i++) {
			CHECK_U64((uint64_t)__builtin_ctzll(sobol.direction[d][i]), SEED_SOBOL_BITS - 1 - i);
		}
		CHECK(seed_sobol_bits(&sobol, d, (UINT64_C(1) << 53) - 1) < UINT64_C(1) << 53);
	}
	CHECK_U64(seed_sobol_bits(&sobol, 0, (UINT64_C(1) << 53) - 1), 1);
}

CHECK_MODULE(sobol)
{
	check_case("first points are the published ones", first_points);
	check_case("2^k points fall one into each of 2^k bins", bins);
	check_case("no two dimensions are the same", dimensions_differ);
	check_case("all 53 bits are used", all_bits);
}

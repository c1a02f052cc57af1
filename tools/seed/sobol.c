/* SPDX-License-Identifier: MIT */
/* Sobol points from direction numbers. */
#include "sobol.h"

/* Per dimension from the second on: the degree and the inner coefficients of a primitive polynomial over GF(2), and the
 * first direction numbers. */
static const struct {
	unsigned char degree, coefficients, m[7];
} table[SEED_SOBOL_DIMENSIONS - 1] = {
	{ 1, 0, { 1 } },
	{ 2, 1, { 1, 3 } },
	{ 3, 1, { 1, 3, 1 } },
	{ 3, 2, { 1, 1, 1 } },
	{ 4, 1, { 1, 1, 3, 3 } },
	{ 4, 4, { 1, 3, 5, 13 } },
	{ 5, 2, { 1, 1, 5, 5, 17 } },
	{ 5, 4, { 1, 1, 5, 5, 5 } },
	{ 5, 7, { 1, 1, 7, 11, 19 } },
	{ 5, 11, { 1, 1, 5, 1, 1 } },
	{ 5, 13, { 1, 1, 1, 3, 11 } },
	{ 5, 14, { 1, 3, 5, 5, 31 } },
	{ 6, 1, { 1, 3, 3, 9, 7, 49 } },
	{ 6, 13, { 1, 1, 1, 15, 21, 21 } },
	{ 6, 16, { 1, 3, 1, 13, 27, 49 } },
	{ 6, 19, { 1, 1, 1, 15, 7, 5 } },
	{ 6, 22, { 1, 3, 1, 15, 13, 25 } },
	{ 6, 25, { 1, 1, 5, 5, 19, 61 } },
	{ 7, 1, { 1, 3, 7, 11, 23, 15, 103 } },
	{ 7, 4, { 1, 3, 7, 13, 13, 15, 69 } },
};

void seed_sobol_init(struct seed_sobol *sobol)
{
	for (unsigned int i = 0; i < SEED_SOBOL_BITS; i++) {
		sobol->direction[0][i] = UINT64_C(1) << (SEED_SOBOL_BITS - 1 - i);
	}
	for (unsigned int d = 1; d < SEED_SOBOL_DIMENSIONS; d++) {
		uint64_t *const v = sobol->direction[d];
		const unsigned int degree = table[d - 1].degree;
		for (unsigned int i = 0; i < SEED_SOBOL_BITS; i++) {
			if (i < degree) {
				v[i] = (uint64_t)table[d - 1].m[i] << (SEED_SOBOL_BITS - 1 - i);
				continue;
			}
			v[i] = v[i - degree] ^ v[i - degree] >> degree;
			for (unsigned int k = 1; k < degree; k++) {
				if (table[d - 1].coefficients >> (degree - 1 - k) & 1) {
					v[i] ^= v[i - k];
				}
			}
		}
	}
}

uint64_t seed_sobol_bits(const struct seed_sobol *sobol, unsigned int dimension, uint64_t number)
{
	uint64_t bits = 0;
	for (uint64_t gray = number ^ number >> 1; gray != 0; gray &= gray - 1) {
		bits ^= sobol->direction[dimension][__builtin_ctzll(gray)];
	}
	return bits;
}

/* SPDX-License-Identifier: MIT */
/*
 * Sobol points: a low-discrepancy sequence in up to SEED_SOBOL_DIMENSIONS dimensions, by random access.
 *
 * Direction numbers of S. Joe and F. Y. Kuo, "Constructing Sobol sequences with better two-dimensional projections",
 * SIAM J. Sci. Comput. 30 (2008), table new-joe-kuo-6. Points in Gray-code order, as the authors' program prints them.
 */
#ifndef RV_SEED_SOBOL_H
#define RV_SEED_SOBOL_H

#define SEED_SOBOL_DIMENSIONS 21
#define SEED_SOBOL_BITS 53

struct seed_sobol {
	uint64_t direction[SEED_SOBOL_DIMENSIONS][SEED_SOBOL_BITS];
};

void seed_sobol_init(struct seed_sobol *sobol);
/* Coordinate `dimension` (from 0) of point `number`, times 2^53. XOR with a constant of 53 bits per dimension (a
 * digital shift) gives a scrambled sequence that is as even. number < 2^53. */
uint64_t seed_sobol_bits(const struct seed_sobol *sobol, unsigned int dimension, uint64_t number);

#endif

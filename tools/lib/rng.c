/* SPDX-License-Identifier: MIT */
/* Philox4x32-10 and what is drawn from it. */
#include "rng.h"

#include <math.h>
#include <string.h>

#define PHILOX_M0 UINT32_C(0xD2511F53)
#define PHILOX_M1 UINT32_C(0xCD9E8D57)
#define PHILOX_W0 UINT32_C(0x9E3779B9) /* golden ratio */
#define PHILOX_W1 UINT32_C(0xBB67AE85) /* sqrt(3) - 1 */
#define PHILOX_ROUNDS 10

void rv_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4])
{
	uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
	uint32_t k0 = key[0], k1 = key[1];
	for (int round = 0; round < PHILOX_ROUNDS; round++) {
		uint64_t p0 = (uint64_t)PHILOX_M0 * c0;
		uint64_t p1 = (uint64_t)PHILOX_M1 * c2;
		c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
		c1 = (uint32_t)p1;
		c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
		c3 = (uint32_t)p0;
		k0 += PHILOX_W0;
		k1 += PHILOX_W1;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

uint64_t rv_fnv1a(const char *text, size_t len)
{
	uint64_t hash = UINT64_C(0xCBF29CE484222325);
	for (size_t i = 0; i < len; i++) {
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001B3);
	}
	return hash;
}

void rv_rng_init(struct rv_rng *rng, uint64_t seed, const char *stream_name)
{
	rng->seed = seed;
	rng->name_hash = rv_fnv1a(stream_name, strlen(stream_name));
	rng->position = 0;
}

/* The next block as two 64-bit words. */
static void next_block(struct rv_rng *rng, uint64_t words[2])
{
	const uint32_t key[2] = { (uint32_t)rng->seed, (uint32_t)(rng->seed >> 32) };
	const uint32_t counter[4] = { (uint32_t)rng->position, (uint32_t)(rng->position >> 32),
		                      (uint32_t)rng->name_hash, (uint32_t)(rng->name_hash >> 32) };
	uint32_t out[4];
	rv_philox(counter, key, out);
	rng->position++;
	words[0] = out[0] | (uint64_t)out[1] << 32;
	words[1] = out[2] | (uint64_t)out[3] << 32;
}

static double to_unit(uint64_t word)
{
	return (double)(word >> 11) * 0x1p-53;
}

uint64_t rv_rng_u64(struct rv_rng *rng)
{
	uint64_t words[2];
	next_block(rng, words);
	return words[0];
}

double rv_rng_unit(struct rv_rng *rng)
{
	return to_unit(rv_rng_u64(rng));
}

uint64_t rv_rng_below(struct rv_rng *rng, uint64_t n)
{
	__extension__ typedef unsigned __int128 uint128;
	uint128 product = (uint128)rv_rng_u64(rng) * n;
	if ((uint64_t)product < n) {
		uint64_t threshold = -n % n; /* 2^64 mod n */
		while ((uint64_t)product < threshold) {
			product = (uint128)rv_rng_u64(rng) * n;
		}
	}
	return (uint64_t)(product >> 64);
}

double rv_rng_normal(struct rv_rng *rng)
{
	uint64_t words[2];
	next_block(rng, words);
	/* 1 - u lies in (0, 1]: the logarithm is finite. */
	double radius = sqrt(-2.0 * log(1.0 - to_unit(words[0])));
	return radius * cos(2.0 * 3.14159265358979323846 * to_unit(words[1]));
}

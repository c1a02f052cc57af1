/* SPDX-License-Identifier: MIT */
/*
 * Random numbers without state: the value is a function of (seed, stream name, position).
 *
 * Generator: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC 2011),
 * checked against the vectors published with Random123. Key = seed (low word, high word). Counter words 0, 1 =
 * position (low, high), words 2, 3 = FNV-1a 64 of the stream's name in UTF-8 (low, high). blender/rv/plain/rng.py gives
 * the same numbers; tests compare both with tests/data/rng.json.
 */
#ifndef RV_RNG_H
#define RV_RNG_H

/* One block: out[0..3] = Philox4x32-10 of counter and key. */
void rv_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);
uint64_t rv_fnv1a(const char *text, size_t len);

/* A stream is a key and a position; draw n from it by any mix of the functions below. */
struct rv_rng {
	uint64_t seed;
	uint64_t name_hash;
	uint64_t position; /* of the next block; each draw takes one block */
};

void rv_rng_init(struct rv_rng *rng, uint64_t seed, const char *stream_name);
uint64_t rv_rng_u64(struct rv_rng *rng);               /* words 0 (low) and 1 (high) of the block */
double rv_rng_unit(struct rv_rng *rng);                /* [0, 1): the top 53 bits of rv_rng_u64 / 2^53 */
uint64_t rv_rng_below(struct rv_rng *rng, uint64_t n); /* [0, n), unbiased (Lemire 2019); n > 0 */
/* Standard normal by Box-Muller from two units of one block: r = sqrt(-2 ln(1 - u)), r cos(2 pi v). */
double rv_rng_normal(struct rv_rng *rng);

#endif

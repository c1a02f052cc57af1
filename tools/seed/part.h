/* SPDX-License-Identifier: MIT */
/*
 * Which places of a whole sequence this run emits: --range takes a piece of it, --shard a part of that piece (or of the
 * whole): contiguous for "I/N", every N-th place for "I%N". Places are counted from 0, indices from --start.
 */
#ifndef RV_SEED_PART_H
#define RV_SEED_PART_H

#include "err.h"

/* The places from, from + step, from + 2 * step, ... below `to`. */
struct seed_part {
	uint64_t from, to, step;
	bool is_open; /* `to` is no more than a bound: the sequence may end before it */
};

/* Of a sequence whose first index is `start` and which has `total` places, or no more than that when it is_open (inf,
 * a list). `range` is "A-B" or "A", of indices, both ends included; `shard` "I/N" or "I%N"; each may be NULL. Fails
 * with RV_E_USAGE; what holds for "I/N" of an open sequence: it needs a range. */
int seed_part_init(struct seed_part *part, uint64_t start, uint64_t total, bool is_open, const char *range,
                   const char *shard, struct rv_err *err) RV_MUST_USE;
/* How many places they are. */
uint64_t seed_part_count(const struct seed_part *part);
bool seed_part_has(const struct seed_part *part, uint64_t place);

#endif

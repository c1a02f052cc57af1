/* SPDX-License-Identifier: MIT */
/* What rv-seed was asked for: the mode and its operands, the part of the sequence that is this run's. */
#ifndef RV_SEED_PLAN_H
#define RV_SEED_PLAN_H

#include "naming.h"
#include "part.h"
#include "space.h"

#define SEED_PLAN_NOT_GIVEN UINT64_MAX
#define SEED_INDEX_END (UINT64_C(1) << 53) /* indices lie below it, as seeds do */

/* The options. */
struct seed_plan_options {
	uint64_t start;    /* the first index; with seq the first seed too */
	const char *range; /* "A-B", or NULL */
	const char *shard; /* "I/N", "I%N", or NULL */
	uint64_t key;      /* of rand and Sobol points, or SEED_PLAN_NOT_GIVEN */
	const char *id;    /* see naming.h */
	struct rv_option_list params, grids;
	bool sobol;
};

enum seed_plan_mode { SEED_PLAN_SEQ, SEED_PLAN_RAND, SEED_PLAN_FIXED, SEED_PLAN_LIST };

/*
 * Place p of the whole sequence has index start + p, combination p / count of the grid, and the seed number
 * start + p % count: every combination gets the same seeds.
 */
struct seed_plan {
	enum seed_plan_mode mode;
	uint64_t start;
	uint64_t count; /* of seeds, per combination; UINT64_MAX: no end */
	uint64_t seed;  /* of fixed */
	uint64_t key;   /* of rand */
	bool os_random; /* rand without a key */
	struct seed_part part;
	struct seed_space space;
	struct seed_naming naming;
};
#define SEED_PLAN_INIT \
	{ \
		.space = {.n_combinations = 1 } \
	}

/* From options and operands; fails with RV_E_USAGE. */
int seed_plan_init(struct seed_plan *plan, const struct seed_plan_options *options, int argc, char **argv,
                   struct rv_err *err) RV_MUST_USE;
void seed_plan_release(struct seed_plan *plan);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The parameters of a stream of seeds: --param (drawn), --grid (every combination), --sobol (evenly spread).
 *
 * The value of a drawn parameter depends on (seed, its name) alone: stream "param/NAME" of rng.h. With Sobol points the
 * numeric parameters share one sequence instead, a dimension each in the order given, shifted by (key, name): point k
 * belongs to the k-th sample. Combinations of the grid are numbered with the first grid varying slowest.
 */
#ifndef RV_SEED_SPACE_H
#define RV_SEED_SPACE_H

#include "dist.h"
#include "options.h"
#include "sobol.h"

struct seed_space {
	struct seed_param *params; /* grids first, then drawn ones, each in the order given */
	size_t n_grids, n_params;
	uint64_t n_combinations;  /* 1 without a grid */
	struct seed_sobol *sobol; /* NULL: not asked for */
};

/* Reads "NAME=a,b,c" and "NAME=DIST" items. `sobol_key` NULL: no Sobol points. Fails with RV_E_USAGE for a bad item, a
 * name that comes twice, more than SEED_COMBINATIONS_MAX combinations, or --sobol without (or with too many) numeric
 * parameters. */
#define SEED_COMBINATIONS_MAX (UINT64_C(1) << 53)
int seed_space_init(struct seed_space *space, const struct rv_option_list *grids, const struct rv_option_list *params,
                    const uint64_t *sobol_key, struct rv_err *err) RV_MUST_USE;
void seed_space_release(struct seed_space *space);
bool seed_space_is_empty(const struct seed_space *space);
/* Appends the object of all parameters: of combination `combination`, drawn from `seed`, Sobol point `point`. */
void seed_space_put(const struct seed_space *space, uint64_t combination, uint64_t seed, uint64_t point,
                    struct rv_str *out);

#endif

/* SPDX-License-Identifier: MIT */
/* The option --seed of the commands: rand, seq, or one number. */
#ifndef RV_PORCELAIN_SEED_H
#define RV_PORCELAIN_SEED_H

#include "err.h"
#include "json.h"

enum porcelain_seed_mode { PORCELAIN_SEED_RAND, PORCELAIN_SEED_SEQ, PORCELAIN_SEED_FIXED };
extern const char *const porcelain_seed_mode_names[]; /* "rand", "seq", "fixed": as records have them */

struct porcelain_seed {
	enum porcelain_seed_mode mode;
	uint64_t value; /* of PORCELAIN_SEED_FIXED, or its low bits */
	char wide[24];  /* of a number that no `seed` of a record can be: its digits, for `params.seed64`; else "" */
};

/* "rand" or "random", "seq", "sequence" or "sequential", in any case, or a whole number of 64 bits with a sign. */
int porcelain_seed_parse(const char *text, struct porcelain_seed *seed, struct rv_err *err) RV_MUST_USE;
/* A number in [0, RV_SEED_MAX] that nobody can foretell. */
int porcelain_seed_draw(uint64_t *value, struct rv_err *err) RV_MUST_USE;
/* The seed of sample `index`. */
int porcelain_seed_of(const struct porcelain_seed *seed, uint64_t index, uint64_t *value,
                      struct rv_err *err) RV_MUST_USE;
/* The members of a record that say it: `seed`, `seed_mode`, and `params` where it is wide. */
void porcelain_seed_put(struct rv_json_out *out, const struct porcelain_seed *seed, uint64_t value);

#endif

/* SPDX-License-Identifier: MIT */
/* The option --seed of the commands: rand, seq, or one number. */
#ifndef RV_PORCELAIN_SEED_H
#define RV_PORCELAIN_SEED_H

#include "err.h"

enum rv_seed_mode { RV_SEED_RAND, RV_SEED_SEQ, RV_SEED_FIXED };
extern const char *const rv_seed_mode_names[]; /* "rand", "seq", "fixed": as records have them */

struct rv_seed {
	enum rv_seed_mode mode;
	uint64_t value; /* of RV_SEED_FIXED */
};

/* What starts with "rand" or "seq", in any case, or a whole number from 0 to RV_SEED_MAX (parse.h). */
int rv_seed_parse(const char *text, struct rv_seed *seed, struct rv_err *err) RV_MUST_USE;
/* A number in [0, RV_SEED_MAX] that nobody can foretell. */
int rv_seed_draw(uint64_t *value, struct rv_err *err) RV_MUST_USE;
/* The seed of sample `index`. */
int rv_seed_of(const struct rv_seed *seed, uint64_t index, uint64_t *value, struct rv_err *err) RV_MUST_USE;

#endif

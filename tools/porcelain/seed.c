/* SPDX-License-Identifier: MIT */
/* Reads --seed and draws seeds. */
#include "porcelain/seed.h"

#include <inttypes.h>
#include <strings.h>
#include <sys/random.h>

#include "parse.h"

const char *const porcelain_seed_mode_names[] = { "rand", "seq", "fixed" };

int porcelain_seed_parse(const char *text, struct porcelain_seed *seed, struct rv_err *err)
{
	seed->value = 0;
	seed->mode = strncasecmp(text, "rand", 4) == 0  ? PORCELAIN_SEED_RAND
	             : strncasecmp(text, "seq", 3) == 0 ? PORCELAIN_SEED_SEQ
	                                                : PORCELAIN_SEED_FIXED;
	if (seed->mode == PORCELAIN_SEED_FIXED && rv_parse_u64(text, "", 0, RV_SEED_MAX, &seed->value, NULL) < 0) {
		return rv_fail(err, RV_E_USAGE, "--seed: '%s' is not rand, seq or a whole number from 0 to %" PRIu64,
		               text, RV_SEED_MAX);
	}
	return 0;
}

int porcelain_seed_draw(uint64_t *value, struct rv_err *err)
{
	if (getrandom(value, sizeof(*value), 0) != (ssize_t)sizeof(*value)) {
		return rv_fail_errno(err, "cannot draw a random number");
	}
	*value &= RV_SEED_MAX;
	return 0;
}

int porcelain_seed_of(const struct porcelain_seed *seed, uint64_t index, uint64_t *value, struct rv_err *err)
{
	if (seed->mode == PORCELAIN_SEED_RAND) {
		return porcelain_seed_draw(value, err);
	}
	*value = seed->mode == PORCELAIN_SEED_SEQ ? index : seed->value;
	return 0;
}

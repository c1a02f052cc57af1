/* SPDX-License-Identifier: MIT */
/* Reads --seed and draws seeds. */
#include "porcelain/seed.h"

#include <inttypes.h>
#include <stdio.h>
#include <strings.h>
#include <sys/random.h>

#include "parse.h"

const char *const porcelain_seed_mode_names[] = { "rand", "seq", "fixed" };

int porcelain_seed_parse(const char *text, struct porcelain_seed *seed, struct rv_err *err)
{
	static const char *const words[] = { "rand", "random", "seq", "sequence", "sequential", NULL };
	int64_t number = 0;
	*seed = (struct porcelain_seed) { .mode = PORCELAIN_SEED_FIXED };
	for (size_t i = 0; words[i]; i++) {
		if (strcasecmp(text, words[i]) == 0) {
			seed->mode = words[i][0] == 'r' ? PORCELAIN_SEED_RAND : PORCELAIN_SEED_SEQ;
			return 0;
		}
	}
	if (rv_parse_i64(text, "", INT64_MIN, INT64_MAX, &number, NULL) < 0) {
		const char *const near = rv_nearest_name(text, words);
		return rv_fail(err, RV_E_USAGE, "--seed: '%s' is not rand, seq or a whole number of 64 bits%s%s%s",
		               text, near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	seed->value = (uint64_t)number & RV_SEED_MAX;
	if (number < 0 || (uint64_t)number > RV_SEED_MAX) {
		snprintf(seed->wide, sizeof(seed->wide), "%" PRIi64, number);
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

void porcelain_seed_put(struct rv_json_out *out, const struct porcelain_seed *seed, uint64_t value)
{
	rv_json_put_u64(out, "seed", value);
	rv_json_put_string(out, "seed_mode", porcelain_seed_mode_names[seed->mode]);
	if (seed->wide[0]) {
		rv_json_open(out, "params", '{');
		rv_json_put_string(out, "seed64", seed->wide);
		rv_json_close(out, '}');
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * Distributions of parameter values: the DIST of `rv-seed --param NAME=DIST`.
 *
 *	uniform(a,b)       real in [a, b)
 *	int(a,b)           whole in [a, b], both included
 *	loguniform(a,b)    real in [a, b], its logarithm evenly spread; 0 < a
 *	normal(m,s)        real, mean m, standard deviation s
 *	choice(x,y,...)    one of the values
 *	bool(p)            true with probability p
 *	const(x)           always x
 *
 * The values of choice and const are JSON where they read as JSON, else strings: choice(1,"a,b",red). Values of
 * loguniform and normal carry 12 significant digits, so that the last bits of a host's exp and log cannot show.
 */
#ifndef RV_SEED_DIST_H
#define RV_SEED_DIST_H

#include "err.h"
#include "rng.h"
#include "str.h"

#define SEED_VALUES_MAX 65536 /* of one choice or grid */

/* JSON texts. */
struct seed_values {
	char **items;
	size_t len, cap;
};
#define SEED_VALUES_INIT \
	{ \
		.items = NULL \
	}
/* Splits "a,b,c" at the commas that are in no quotes or brackets. At least one value. */
int seed_values_parse(struct seed_values *values, const char *text, size_t len, struct rv_err *err) RV_MUST_USE;
void seed_values_release(struct seed_values *values);

enum seed_dist_kind {
	SEED_DIST_UNIFORM,
	SEED_DIST_INT,
	SEED_DIST_LOGUNIFORM,
	SEED_DIST_NORMAL,
	SEED_DIST_CHOICE,
	SEED_DIST_BOOL,
	SEED_DIST_CONST,
};

struct seed_dist {
	enum seed_dist_kind kind;
	double a, b;               /* the arguments, where they are numbers */
	struct seed_values values; /* of choice and const */
};
#define SEED_DIST_INIT \
	{ \
		.values = SEED_VALUES_INIT \
	}

int seed_dist_parse(struct seed_dist *dist, const char *text, struct rv_err *err) RV_MUST_USE;
void seed_dist_release(struct seed_dist *dist);
/* uniform, int, loguniform or normal: those that --sobol spreads. */
bool seed_dist_is_numeric(const struct seed_dist *dist);
/* Appends a value drawn from the stream, as JSON. */
void seed_dist_draw(const struct seed_dist *dist, struct rv_rng *rng, struct rv_str *out);
/* Appends the value below which the part u, 0 <= u < 1, of the distribution lies. */
void seed_dist_quantile(const struct seed_dist *dist, double u, struct rv_str *out);

#endif

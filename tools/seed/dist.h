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

#define RV_VALUES_MAX 65536 /* of one choice or grid */

/* JSON texts. */
struct rv_values {
	char **items;
	size_t len, cap;
};
#define RV_VALUES_INIT \
	{ \
		.items = NULL \
	}
/* Splits "a,b,c" at the commas that are in no quotes or brackets. At least one value. */
int rv_values_parse(struct rv_values *values, const char *text, size_t len, struct rv_err *err) RV_MUST_USE;
void rv_values_release(struct rv_values *values);

enum rv_dist_kind {
	RV_DIST_UNIFORM,
	RV_DIST_INT,
	RV_DIST_LOGUNIFORM,
	RV_DIST_NORMAL,
	RV_DIST_CHOICE,
	RV_DIST_BOOL,
	RV_DIST_CONST,
};

struct rv_dist {
	enum rv_dist_kind kind;
	double a, b;             /* the arguments, where they are numbers */
	struct rv_values values; /* of choice and const */
};
#define RV_DIST_INIT \
	{ \
		.values = RV_VALUES_INIT \
	}

int rv_dist_parse(struct rv_dist *dist, const char *text, struct rv_err *err) RV_MUST_USE;
void rv_dist_release(struct rv_dist *dist);
/* uniform, int, loguniform or normal: those that --sobol spreads. */
bool rv_dist_is_numeric(const struct rv_dist *dist);
/* Appends a value drawn from the stream, as JSON. */
void rv_dist_draw(const struct rv_dist *dist, struct rv_rng *rng, struct rv_str *out);
/* Appends the value below which the part u, 0 <= u < 1, of the distribution lies. */
void rv_dist_quantile(const struct rv_dist *dist, double u, struct rv_str *out);

#endif

/* SPDX-License-Identifier: MIT */
/* Distributions of parameter values: parsing, drawing, inverse cumulative functions. */
#include "dist.h"

#include <math.h>
#include <string.h>

#include "alloc.h"
#include "json.h"
#include "parse.h"
#include "scan.h"

#define WHOLE_MAX ((double)RV_SEED_MAX)

static const struct {
	const char *name;
	size_t min_args, max_args;
} kinds[] = {
	[SEED_DIST_UNIFORM] = { "uniform", 2, 2 },
	[SEED_DIST_INT] = { "int", 2, 2 },
	[SEED_DIST_LOGUNIFORM] = { "loguniform", 2, 2 },
	[SEED_DIST_NORMAL] = { "normal", 2, 2 },
	[SEED_DIST_CHOICE] = { "choice", 1, SEED_VALUES_MAX },
	[SEED_DIST_BOOL] = { "bool", 1, 1 },
	[SEED_DIST_CONST] = { "const", 1, 1 },
};

/* ---- lists of values ---- */

/* Length of the value at the start of the text: up to a comma in no quotes or brackets. */
#define RECORD_DEPTH 2 /* of a value in a record: params.NAME */

static size_t value_length(const char *text, size_t len)
{
	int depth = 0;
	bool quoted = false;
	for (size_t i = 0; i < len; i++) {
		const char c = text[i];
		if (quoted) {
			if (c == '\\') {
				i++;
			} else if (c == '"') {
				quoted = false;
			}
		} else if (c == '"') {
			quoted = true;
		} else if (c == '[' || c == '{') {
			depth++;
		} else if (c == ']' || c == '}') {
			depth--;
		} else if (c == ',' && depth <= 0) {
			return i;
		}
	}
	return len;
}

static void trim(const char **text, size_t *len)
{
	while (*len > 0 && **text == ' ') {
		++*text;
		--*len;
	}
	while (*len > 0 && (*text)[*len - 1] == ' ') {
		--*len;
	}
}

static int add_value(struct seed_values *values, const char *text, size_t len, struct rv_err *err)
{
	struct rv_str json = RV_STR_INIT;
	trim(&text, &len);
	if (len == 0) {
		return rv_fail(err, RV_E_USAGE, "an empty value (write \"\" for an empty text)");
	}
	if (values->len == SEED_VALUES_MAX) {
		return rv_fail(err, RV_E_USAGE, "more than %d values", SEED_VALUES_MAX);
	}
	if (rv_scan_value(text, len, NULL) == 0) {
		if (rv_scan_value_in(text, len, RECORD_DEPTH, err) < 0) {
			return rv_fail_prefix(err, "a value");
		}
		rv_scan_compact(text, len, &json);
	} else {
		rv_str_json(&json, text, len);
	}
	RV_GROW(values->items, values->len, values->cap);
	values->items[values->len++] = rv_str_detach(&json);
	return 0;
}

int seed_values_parse(struct seed_values *values, const char *text, size_t len, struct rv_err *err)
{
	*values = (struct seed_values)SEED_VALUES_INIT;
	for (;;) {
		const size_t value_len = value_length(text, len);
		if (add_value(values, text, value_len, err) < 0) {
			seed_values_release(values);
			return -1;
		}
		if (value_len == len) {
			return 0;
		}
		text += value_len + 1;
		len -= value_len + 1;
	}
}

void seed_values_release(struct seed_values *values)
{
	for (size_t i = 0; i < values->len; i++) {
		free(values->items[i]);
	}
	free(values->items);
	*values = (struct seed_values)SEED_VALUES_INIT;
}

/* ---- parsing ---- */

static int fail_kind(const char *text, size_t len, struct rv_err *err)
{
	const char *names[RV_COUNTOF(kinds) + 1] = { NULL };
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		names[i] = kinds[i].name;
	}
	char *const word = rv_strndup(text, len);
	const char *const nearest = rv_nearest_name(word, names);
	free(word);
	return rv_fail(
	        err, RV_E_USAGE,
	        "no distribution '%.*s'%s%s%s (uniform, int, loguniform, normal, choice, bool, const; one value is "
	        "const(VALUE))",
	        (int)RV_MIN(len, (size_t)100), text, nearest ? ", did you mean '" : "", nearest ? nearest : "",
	        nearest ? "'?" : "");
}

/* The numbers' ranges, once they are read. */
static int check_numbers(const struct seed_dist *dist, struct rv_err *err)
{
	const char *const name = kinds[dist->kind].name;
	switch (dist->kind) {
	case SEED_DIST_INT:
		if (dist->a != floor(dist->a) || dist->b != floor(dist->b)) {
			return rv_fail(err, RV_E_USAGE, "int: the bounds must be whole numbers");
		}
		break;
	case SEED_DIST_LOGUNIFORM:
		if (!(dist->a > 0)) {
			return rv_fail(err, RV_E_USAGE, "loguniform: the lower bound must be above 0");
		}
		break;
	case SEED_DIST_NORMAL:
		return dist->b >= 0 ? 0
		                    : rv_fail(err, RV_E_USAGE, "normal: the standard deviation must not be negative");
	default:
		break;
	}
	return dist->a <= dist->b ? 0 : rv_fail(err, RV_E_USAGE, "%s: the lower bound is above the upper one", name);
}

static int read_numbers(struct seed_dist *dist, struct rv_err *err)
{
	const char *const name = kinds[dist->kind].name;
	const double limit = dist->kind == SEED_DIST_INT ? WHOLE_MAX : 1e300; /* so that b - a is finite */
	if (dist->kind == SEED_DIST_BOOL) {
		return rv_parse_double(dist->values.items[0], name, 0, 1, &dist->a, err);
	}
	if (rv_parse_double(dist->values.items[0], name, -limit, limit, &dist->a, err) < 0 ||
	    rv_parse_double(dist->values.items[1], name, -limit, limit, &dist->b, err) < 0) {
		return -1;
	}
	return check_numbers(dist, err);
}

int seed_dist_parse(struct seed_dist *dist, const char *text, struct rv_err *err)
{
	const size_t name_len = strcspn(text, "(");
	const size_t len = strlen(text);
	size_t kind = 0;
	*dist = (struct seed_dist)SEED_DIST_INIT;
	while (kind < RV_COUNTOF(kinds) &&
	       (strlen(kinds[kind].name) != name_len || strncmp(kinds[kind].name, text, name_len) != 0)) {
		kind++;
	}
	if (kind == RV_COUNTOF(kinds)) {
		return fail_kind(text, name_len, err);
	}
	dist->kind = (enum seed_dist_kind)kind;
	if (name_len == len || text[len - 1] != ')') {
		return rv_fail(err, RV_E_USAGE, "%s needs its arguments in parentheses: %s(%s)", kinds[kind].name,
		               kinds[kind].name, kinds[kind].min_args == 2 ? "a,b" : "x");
	}
	if (seed_values_parse(&dist->values, text + name_len + 1, len - name_len - 2, err) < 0) {
		return rv_fail_prefix(err, "%s", kinds[kind].name);
	}
	const size_t n = dist->values.len;
	int result;
	if (n < kinds[kind].min_args || n > kinds[kind].max_args) {
		result = rv_fail(err, RV_E_USAGE, "%s takes %zu argument%s, not %zu", kinds[kind].name,
		                 kinds[kind].min_args, RV_PLURAL(kinds[kind].min_args), n);
	} else {
		result = dist->kind == SEED_DIST_CHOICE || dist->kind == SEED_DIST_CONST ? 0 : read_numbers(dist, err);
	}
	if (result < 0) {
		seed_dist_release(dist);
	}
	return result;
}

void seed_dist_release(struct seed_dist *dist)
{
	seed_values_release(&dist->values);
}

bool seed_dist_is_numeric(const struct seed_dist *dist)
{
	return dist->kind <= SEED_DIST_NORMAL;
}

/* ---- values ---- */

static double polynomial(const double *coefficients, size_t n, double x)
{
	double sum = coefficients[n - 1];
	for (size_t i = n - 1; i-- > 0;) {
		sum = sum * x + coefficients[i];
	}
	return sum;
}

/* Inverse of the standard normal distribution: algorithm AS 241 (PPND16) of M. J. Wichura, "The percentage points of
 * the normal distribution", Applied Statistics 37 (1988); relative error about 1e-16. 0 < p < 1. */
static double normal_quantile(double p)
{
	static const double a[] = { 3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
		                    1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
		                    3.3430575583588128105e+4, 2.5090809287301226727e+3 };
	static const double b[] = { 1.0,
		                    4.2313330701600911252e+1,
		                    6.8718700749205790830e+2,
		                    5.3941960214247511077e+3,
		                    2.1213794301586595867e+4,
		                    3.9307895800092710610e+4,
		                    2.8729085735721942674e+4,
		                    5.2264952788528545610e+3 };
	static const double c[] = { 1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
		                    3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
		                    2.27238449892691845833e-2, 7.74545014278341407640e-4 };
	static const double d[] = { 1.0,
		                    2.05319162663775882187e0,
		                    1.67638483018380384940e0,
		                    6.89767334985100004550e-1,
		                    1.48103976427480074590e-1,
		                    1.51986665636164571966e-2,
		                    5.47593808499534494600e-4,
		                    1.05075007164441684324e-9 };
	static const double e[] = { 6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
		                    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
		                    2.71155556874348757815e-5, 2.01033439929228813265e-7 };
	static const double f[] = { 1.0,
		                    5.99832206555887937690e-1,
		                    1.36929880922735805310e-1,
		                    1.48753612908506148525e-2,
		                    7.86869131145613259100e-4,
		                    1.84631831751005468180e-5,
		                    1.42151175831644588870e-7,
		                    2.04426310338993978564e-15 };
	const double q = p - 0.5;
	if (fabs(q) <= 0.425) {
		const double r = 0.180625 - q * q;
		return q * polynomial(a, 8, r) / polynomial(b, 8, r);
	}
	const double r = sqrt(-log(q < 0 ? p : 1 - p));
	const double x = r <= 5 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6)
	                        : polynomial(e, 8, r - 5) / polynomial(f, 8, r - 5);
	return q < 0 ? -x : x;
}

/* A real value of which only the digits that every host agrees on are printed. */
static void put_rounded(struct rv_str *out, double value)
{
	rv_str_printf(out, "%.12g", value == 0 ? 0.0 : value);
}

static void put_whole(struct rv_str *out, double value)
{
	if (value < 0) {
		rv_str_putc(out, '-');
	}
	rv_str_put_u64(out, (uint64_t)fabs(value));
}

static void put_real(const struct seed_dist *dist, double u, struct rv_str *out)
{
	if (dist->kind == SEED_DIST_NORMAL) {
		put_rounded(out, dist->a + dist->b * normal_quantile(RV_MIN(RV_MAX(u, 0x1p-54), 1 - 0x1p-53)));
	} else if (dist->kind == SEED_DIST_LOGUNIFORM) {
		const double value = exp(log(dist->a) + u * (log(dist->b) - log(dist->a)));
		put_rounded(out, RV_MIN(RV_MAX(value, dist->a), dist->b));
	} else {
		/* In two roundings on every machine, not fused into one. */
		const volatile double offset = u * (dist->b - dist->a);
		const double value = dist->a + offset;
		rv_str_double(out, value < dist->b || dist->a == dist->b ? value : nextafter(dist->b, dist->a));
	}
}

/* How many values there are to choose from, and number `i` of them. */
static uint64_t count(const struct seed_dist *dist)
{
	return dist->kind == SEED_DIST_INT ? (uint64_t)(dist->b - dist->a) + 1 : dist->values.len;
}

static void put_numbered(const struct seed_dist *dist, uint64_t i, struct rv_str *out)
{
	if (dist->kind == SEED_DIST_INT) {
		put_whole(out, dist->a + (double)i);
	} else {
		rv_str_puts(out, dist->values.items[i]);
	}
}

void seed_dist_draw(const struct seed_dist *dist, struct rv_rng *rng, struct rv_str *out)
{
	if (dist->kind == SEED_DIST_INT || dist->kind == SEED_DIST_CHOICE || dist->kind == SEED_DIST_CONST) {
		put_numbered(dist, rv_rng_below(rng, count(dist)), out);
	} else {
		seed_dist_quantile(dist, rv_rng_unit(rng), out);
	}
}

void seed_dist_quantile(const struct seed_dist *dist, double u, struct rv_str *out)
{
	switch (dist->kind) {
	case SEED_DIST_INT:
	case SEED_DIST_CHOICE:
	case SEED_DIST_CONST: {
		const uint64_t n = count(dist);
		put_numbered(dist, RV_MIN((uint64_t)(u * (double)n), n - 1), out);
		break;
	}
	case SEED_DIST_BOOL:
		rv_str_puts(out, u < dist->a ? "true" : "false");
		break;
	default:
		put_real(dist, u, out);
	}
}

/* SPDX-License-Identifier: MIT */
/* dist: lists of values, what is no distribution, quantiles against known values, draws. */
#include "seed/dist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

static void value_lists(void)
{
	static const struct {
		const char *text;
		const char *items[5];
	} lists[] = {
		{ "1", { "1" } },
		{ "1.50, true ,null,-0", { "1.50", "true", "null", "-0" } },
		{ "red,two words, \"q\" ", { "\"red\"", "\"two words\"", "\"q\"" } },
		{ "\"a,b\",\"\\\",\",[1, 2],{\"k\": \"v,w\"}", { "\"a,b\"", "\"\\\",\"", "[1,2]", "{\"k\":\"v,w\"}" } },
		{ "01,a\"b,]", { "\"01\"", "\"a\\\"b,]\"" } },
		{ "\"\"", { "\"\"" } },
	};
	struct rv_err err;
	for (size_t i = 0; i < RV_COUNTOF(lists); i++) {
		struct seed_values values;
		size_t n = 0;
		if (!CHECK_OK(seed_values_parse(&values, lists[i].text, strlen(lists[i].text), &err), &err)) {
			continue;
		}
		for (; lists[i].items[n]; n++) {
			CHECK(n < values.len && CHECK_STR(values.items[n], lists[i].items[n]));
		}
		CHECK_U64(values.len, n);
		seed_values_release(&values);
	}
	static const char *const bad[] = { "", " ", ",", "1,", ",1", "1,,2", "1, ,2" };
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		struct seed_values values;
		CHECK_FAILS(seed_values_parse(&values, bad[i], strlen(bad[i]), &err), &err, RV_E_USAGE,
		            "an empty value");
	}
}

static void value_limit(void)
{
	struct rv_err err;
	struct seed_values values;
	struct rv_str text = RV_STR_INIT;
	for (size_t i = 0; i < SEED_VALUES_MAX; i++) {
		rv_str_puts(&text, i ? ",7" : "7");
	}
	if (CHECK_OK(seed_values_parse(&values, text.ptr, text.len, &err), &err)) {
		CHECK_U64(values.len, SEED_VALUES_MAX);
		seed_values_release(&values);
	}
	rv_str_puts(&text, ",7");
	CHECK_FAILS(seed_values_parse(&values, text.ptr, text.len, &err), &err, RV_E_USAGE, "more than 65536 values");
	rv_str_release(&text);
}

static void bad_distributions(void)
{
	static const struct {
		const char *text, *part;
	} bad[] = {
		{ "", "no distribution ''" },
		{ "5", "no distribution '5'" },
		{ "unifrm(0,1)", "did you mean 'uniform'" },
		{ "Uniform(0,1)", "no distribution 'Uniform'" },
		{ "uniform", "parentheses: uniform(a,b)" },
		{ "uniform(0,1", "parentheses" },
		{ "uniform(0,1) ", "parentheses" },
		{ "bool", "parentheses: bool(x)" },
		{ "uniform()", "uniform: an empty value" },
		{ "uniform(0)", "uniform takes 2 arguments, not 1" },
		{ "uniform(0,1,2)", "uniform takes 2 arguments, not 3" },
		{ "bool(0,1)", "bool takes 1 argument, not 2" },
		{ "const(0,1)", "const takes 1 argument, not 2" },
		{ "uniform(a,1)", "uniform: " },
		{ "uniform(0,1e999)", "uniform: " },
		{ "uniform(0,nan)", "uniform: " },
		{ "uniform(-1e301,0)", "uniform: " },
		{ "uniform(1,0)", "uniform: the lower bound is above the upper one" },
		{ "int(1,0)", "int: the lower bound is above the upper one" },
		{ "int(0.5,2)", "int: the bounds must be whole numbers" },
		{ "int(0,2.5)", "int: the bounds must be whole numbers" },
		{ "int(0,9007199254740992)", "int: " },
		{ "loguniform(0,1)", "loguniform: the lower bound must be above 0" },
		{ "loguniform(-1,1)", "loguniform: the lower bound must be above 0" },
		{ "loguniform(2,1)", "loguniform: the lower bound is above the upper one" },
		{ "normal(0,-1)", "normal: the standard deviation must not be negative" },
		{ "bool(1.5)", "bool: " },
		{ "bool(-0.5)", "bool: " },
		{ "choice()", "choice: an empty value" },
	};
	struct rv_err err;
	struct seed_dist dist;
	for (size_t i = 0; i < RV_COUNTOF(bad); i++) {
		CHECK_FAILS(seed_dist_parse(&dist, bad[i].text, &err), &err, RV_E_USAGE, bad[i].part);
	}
}

static void check_quantile(const char *text, double u, const char *wanted)
{
	struct rv_err err;
	struct seed_dist dist;
	struct rv_str out = RV_STR_INIT;
	if (CHECK_OK(seed_dist_parse(&dist, text, &err), &err)) {
		seed_dist_quantile(&dist, u, &out);
		CHECK_TEXT(out, wanted);
		seed_dist_release(&dist);
	}
	rv_str_release(&out);
}

static const double last = 1 - 0x1p-53; /* the greatest u below 1 */

static void quantiles(void)
{
	check_quantile("uniform(-2,6)", 0, "-2");
	check_quantile("uniform(-2,6)", 0.25, "0");
	check_quantile("uniform(-2,6)", 0.9375, "5.5");
	check_quantile("uniform(3,3)", last, "3");
	/* a + u (b - a) rounds to b here. */
	check_quantile("uniform(1,2)", last, "1.9999999999999998");
	check_quantile("loguniform(0.01,100)", 0, "0.01");
	check_quantile("loguniform(0.01,100)", 0.5, "1");
	check_quantile("loguniform(0.01,100)", 0.75, "10");
	check_quantile("loguniform(0.01,100)", last, "100");
	check_quantile("bool(0.25)", 0, "true");
	check_quantile("bool(0.25)", 0.2499, "true");
	check_quantile("bool(0.25)", 0.25, "false");
	check_quantile("bool(0)", 0, "false");
	check_quantile("bool(1)", last, "true");
	check_quantile("choice(a,2,[3])", 0, "\"a\"");
	check_quantile("choice(a,2,[3])", 0.34, "2");
	check_quantile("choice(a,2,[3])", last, "[3]");
	check_quantile("const({\"a\": 1e400})", 0.3, "{\"a\":1e400}");
}

static void whole_numbers(void)
{
	check_quantile("int(-1,3)", 0, "-1");
	check_quantile("int(-1,3)", 0.1999, "-1");
	check_quantile("int(-1,3)", 0.2, "0");
	check_quantile("int(-1,3)", 0.8, "3");
	check_quantile("int(-1,3)", last, "3");
	check_quantile("int(4,4)", 0.5, "4");
	check_quantile("int(-9007199254740991,9007199254740991)", 0, "-9007199254740991");
	check_quantile("int(0,9007199254740991)", last, "9007199254740991");
}

/* 12 digits of the inverse of the normal distribution's cumulative function, from its tables. */
static void normal(void)
{
	check_quantile("normal(0,1)", 0.5, "0");
	check_quantile("normal(0,1)", 0.975, "1.95996398454");
	check_quantile("normal(0,1)", 0.025, "-1.95996398454");
	check_quantile("normal(0,1)", 0.75, "0.674489750196");
	check_quantile("normal(0,1)", 0.9, "1.28155156554");
	check_quantile("normal(0,1)", 0.995, "2.57582930355");
	check_quantile("normal(0,1)", 0.999, "3.09023230617");
	check_quantile("normal(0,1)", 1e-10, "-6.3613409024");
	check_quantile("normal(10,2)", 0.975, "13.9199279691");
	check_quantile("normal(10,0)", 0.975, "10");
}

/* Both ends are finite, and Phi of the quantile is u again. */
static void normal_round_trip(void)
{
	struct rv_err err;
	struct seed_dist dist;
	struct rv_str out = RV_STR_INIT;
	if (!CHECK_OK(seed_dist_parse(&dist, "normal(0,1)", &err), &err)) {
		return;
	}
	for (int i = 0; i <= 200; i++) {
		const double u = i == 200 ? last : i / 200.0;
		rv_str_clear(&out);
		seed_dist_quantile(&dist, u, &out);
		const double x = strtod(out.ptr, NULL);
		CHECK(fabs(x) < 9);
		CHECK_NEAR(erfc(-x / sqrt(2)) / 2, u, 1e-11);
	}
	rv_str_release(&out);
	seed_dist_release(&dist);
}

static void draws(void)
{
	struct rv_err err;
	struct seed_dist dist;
	struct rv_rng rng, again;
	struct rv_str out = RV_STR_INIT, same = RV_STR_INIT;
	int seen[5] = { 0 };
	rv_rng_init(&rng, 1, "param/x");
	rv_rng_init(&again, 1, "param/x");
	if (!CHECK_OK(seed_dist_parse(&dist, "int(-2,2)", &err), &err)) {
		return;
	}
	for (int i = 0; i < 5000; i++) {
		rv_str_clear(&out);
		rv_str_clear(&same);
		seed_dist_draw(&dist, &rng, &out);
		seed_dist_draw(&dist, &again, &same);
		const long value = strtol(out.ptr, NULL, 10);
		if (!CHECK(value >= -2 && value <= 2) || !CHECK_STR(same.ptr, out.ptr)) {
			break;
		}
		seen[value + 2]++;
	}
	for (size_t i = 0; i < RV_COUNTOF(seen); i++) {
		CHECK(seen[i] > 850 && seen[i] < 1150);
	}
	seed_dist_release(&dist);
	rv_str_release(&out);
	rv_str_release(&same);
}

static void numeric(void)
{
	static const struct {
		const char *text;
		bool numeric;
	} kinds[] = { { "uniform(0,1)", true }, { "int(0,1)", true },     { "loguniform(1,2)", true },
		      { "normal(0,1)", true },  { "choice(1,2)", false }, { "bool(0.5)", false },
		      { "const(1)", false } };
	struct rv_err err;
	struct seed_dist dist;
	for (size_t i = 0; i < RV_COUNTOF(kinds); i++) {
		if (CHECK_OK(seed_dist_parse(&dist, kinds[i].text, &err), &err)) {
			CHECK(seed_dist_is_numeric(&dist) == kinds[i].numeric);
			seed_dist_release(&dist);
		}
	}
}

CHECK_MODULE(dist)
{
	check_case("lists of values", value_lists);
	check_case("a list has 65536 values at most", value_limit);
	check_case("what is no distribution", bad_distributions);
	check_case("quantiles", quantiles);
	check_case("int includes both bounds", whole_numbers);
	check_case("quantiles of the normal distribution", normal);
	check_case("the normal distribution and back", normal_round_trip);
	check_case("draws are even and repeatable", draws);
	check_case("which are numeric", numeric);
}

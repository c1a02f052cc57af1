/* SPDX-License-Identifier: MIT */
/* Modes and operands. */
#include "plan.h"

#include <inttypes.h>
#include <string.h>

#include "parse.h"

static const char *const mode_names[] = { "seq", "rand", "fixed", "list", NULL };

static int parse_count(const char *text, uint64_t *count, struct rv_err *err)
{
	if (strcmp(text, "inf") == 0) {
		*count = SEED_PLAN_NOT_GIVEN;
		return 0;
	}
	if (rv_parse_u64(text, "N", 0, SEED_INDEX_END, count, err) < 0) {
		return rv_fail_prefix(err, "the number of samples (or inf)");
	}
	return 0;
}

static int parse_operands(struct seed_plan *plan, int argc, char **argv, struct rv_err *err)
{
	static const int least[] = { 2, 2, 2, 1 }, most[] = { 2, 2, 3, 1 };
	size_t mode = 0;
	if (argc == 0) {
		return rv_fail(err, RV_E_USAGE, "no mode given: seq N, rand N, fixed SEED [N], or list");
	}
	while (mode_names[mode] && strcmp(mode_names[mode], argv[0]) != 0) {
		mode++;
	}
	if (!mode_names[mode]) {
		const char *near = rv_nearest_name(argv[0], mode_names);
		if (argv[0][strspn(argv[0], "0123456789")] == '\0') {
			return rv_fail(err, RV_E_USAGE, "unknown mode '%s', did you mean 'seq %s'?", argv[0], argv[0]);
		}
		return rv_fail(err, RV_E_USAGE, "unknown mode '%s'%s%s%s: must be seq, rand, fixed or list", argv[0],
		               near ? ", did you mean '" : "", near ? near : "", near ? "'?" : "");
	}
	plan->mode = (enum seed_plan_mode)mode;
	if (argc < least[mode] || argc > most[mode]) {
		return rv_fail(err, RV_E_USAGE, "%s takes %s", argv[0],
		               mode == SEED_PLAN_LIST    ? "no operand: seeds come on stdin, one a line"
		               : mode == SEED_PLAN_FIXED ? "a seed and at most a number of samples"
		                                         : "one operand, the number of samples (or inf)");
	}
	if (plan->mode == SEED_PLAN_FIXED) {
		plan->count = 1;
		return rv_parse_u64(argv[1], "SEED", 0, RV_SEED_MAX, &plan->seed, err) < 0 ||
		                       (argc == 3 && parse_count(argv[2], &plan->count, err) < 0)
		               ? -1
		               : 0;
	}
	plan->count = SEED_PLAN_NOT_GIVEN;
	return plan->mode == SEED_PLAN_LIST ? 0 : parse_count(argv[1], &plan->count, err);
}

static int plan_part(struct seed_plan *plan, const struct seed_plan_options *options, struct rv_err *err)
{
	uint64_t total = SEED_INDEX_END - plan->start;
	if (plan->count == SEED_PLAN_NOT_GIVEN && plan->space.n_combinations > 1) {
		return rv_fail(err, RV_E_USAGE, "--grid needs a known number of samples, not %s",
		               plan->mode == SEED_PLAN_LIST ? "a list" : "inf");
	}
	if (plan->count != SEED_PLAN_NOT_GIVEN) {
		if (__builtin_mul_overflow(plan->count, plan->space.n_combinations, &total) ||
		    total > SEED_INDEX_END - plan->start) {
			return rv_fail(err, RV_E_USAGE, "more samples than indices below 2^53");
		}
	}
	return seed_part_init(&plan->part, plan->start, total, plan->count == SEED_PLAN_NOT_GIVEN, options->range,
	                      options->shard, err);
}

int seed_plan_init(struct seed_plan *plan, const struct seed_plan_options *options, int argc, char **argv,
                   struct rv_err *err)
{
	*plan = (struct seed_plan)SEED_PLAN_INIT;
	plan->start = options->start;
	plan->key = options->key == SEED_PLAN_NOT_GIVEN ? 0 : options->key;
	if (parse_operands(plan, argc, argv, err) < 0 || seed_naming_parse(&plan->naming, options->id, err) < 0 ||
	    seed_space_init(&plan->space, &options->grids, &options->params, options->sobol ? &plan->key : NULL, err) <
	            0) {
		return -1;
	}
	bool one = plan->count <= 1 && plan->space.n_combinations == 1;
	bool seeds_differ = plan->mode != SEED_PLAN_FIXED && plan->space.n_combinations == 1;
	if (!plan->naming.has_index && !one && !(plan->naming.has_seed && seeds_differ)) {
		return rv_fail(err, RV_E_USAGE, "--id '%s' gives several samples the same id: it needs %%d or {index}",
		               options->id);
	}
	if (options->key != SEED_PLAN_NOT_GIVEN && plan->mode != SEED_PLAN_RAND && !options->sobol) {
		return rv_fail(err, RV_E_USAGE, "--key is for rand and --sobol");
	}
	plan->os_random = plan->mode == SEED_PLAN_RAND && options->key == SEED_PLAN_NOT_GIVEN;
	if (plan->os_random && (options->shard || options->range)) {
		return rv_fail(err, RV_E_USAGE,
		               "--%s of rand needs --key: without it every part draws seeds of its own",
		               options->shard ? "shard" : "range");
	}
	return plan_part(plan, options, err);
}

void seed_plan_release(struct seed_plan *plan)
{
	seed_space_release(&plan->space);
}

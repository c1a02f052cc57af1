/* SPDX-License-Identifier: MIT */
/* The profile `rv`: see profile.h and dimensions.h. */
#include "verify/score/profile.h"

#include <stdlib.h>

#include "alloc.h"
#include "verify/score/dimensions.h"

/* A truth keeps its own rule at least so well: noise and the loss of an encoder cost it something. */
#define TRUTH_RULE_LEAST 0.95

struct rv_truth {
	const struct verify_score_setup *setup;
	struct verify_score_rule rule;
	struct verify_score_clip clip;
};

static const char *const parts[] = {
#define VERIFY_SCORE_DIMENSION(constant, member, floor, most, weight, several, gates, text) #member,
#include "verify/score/dimensions.def"
#undef VERIFY_SCORE_DIMENSION
	NULL
};
_Static_assert(RV_COUNTOF(parts) - 1 <= VERIFY_SCORE_PARTS_MAX, "an attempt has room for all parts");

static void close_truth(void *state)
{
	struct rv_truth *const truth = state;
	if (truth) {
		verify_score_clip_release(&truth->clip);
		verify_score_rule_release(&truth->rule);
		free(truth);
	}
}

static int check_truth(const struct rv_truth *truth, struct rv_err *err)
{
	double clauses[VERIFY_SCORE_CLAUSES_MAX];
	const double score = verify_score_rule_score(&truth->rule, truth->clip.sights, clauses);
	size_t worst = 0;
	if (score >= TRUTH_RULE_LEAST) {
		return 0;
	}
	for (size_t i = 1; i < truth->rule.n_clauses; i++) {
		worst = clauses[i] < clauses[worst] ? i : worst;
	}
	return rv_fail(err, RV_E_LABEL, "the truth keeps its rule by %.3f, must by %g; worst clause %zu, %.3f: %s",
	               score, TRUTH_RULE_LEAST, worst, clauses[worst], truth->rule.clauses[worst].says);
}

static int open_truth(const struct verify_score_setup *setup, const struct verify_score_task *task,
                      const struct verify_score_meta *meta, void **state, struct rv_err *err)
{
	struct rv_truth *const truth = rv_alloc_zero(1, sizeof(*truth));
	truth->setup = setup;
	if (verify_score_rule_read(&truth->rule, meta->parameters, err) < 0 ||
	    verify_score_clip_read(&truth->clip, task->video, NULL, &truth->rule, err) < 0 ||
	    check_truth(truth, err) < 0) {
		close_truth(truth);
		return -1;
	}
	*state = truth;
	return 0;
}

static void put_clauses(const struct verify_score_rule *rule, const struct verify_score *score, struct rv_json_out *out)
{
	rv_json_open(out, "clauses", '[');
	for (size_t i = 0; i < rule->n_clauses; i++) {
		rv_json_open(out, NULL, '{');
		rv_json_put_string(out, "says", rule->clauses[i].says);
		rv_json_put_double(out, "score", score->clauses[i]);
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
}

static int score_candidate(void *state, struct verify_score_attempt *attempt, struct rv_json_out *out,
                           struct rv_err *err)
{
	const struct rv_truth *const truth = state;
	struct verify_score_clip clip;
	struct verify_score score;
	if (verify_score_clip_read(&clip, attempt->path, &truth->clip, &truth->rule, err) < 0) {
		return -1;
	}
	const struct verify_score_pair pair = { .truth = &truth->clip, .candidate = &clip, .rule = &truth->rule };
	verify_score_pair(&pair, truth->setup->floors, &score);
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		attempt->of[i] = score.of[i];
	}
	attempt->total = score.overall;
	if (truth->rule.n_clauses > 0) {
		put_clauses(&truth->rule, &score, out);
	}
	verify_score_clip_release(&clip);
	return 0;
}

const struct verify_score_profile verify_score_profile_rv = {
	.name = "rv", .parts = parts, .open = open_truth, .score = score_candidate, .close = close_truth
};

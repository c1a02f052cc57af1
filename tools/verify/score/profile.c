/* SPDX-License-Identifier: MIT */
/* The profile `rv`: see profile.h and dimensions.h. */
#include "verify/score/profile.h"

#include <stdlib.h>

#include "alloc.h"
#include "verify/score/dimensions.h"
#include "verify/score/truth.h"

struct opened {
	const struct verify_score_setup *setup;
	struct verify_score_truth truth;
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
	struct opened *const opened = state;
	if (opened) {
		verify_score_truth_release(&opened->truth);
		free(opened);
	}
}

static int open_truth(const struct verify_score_setup *setup, const struct verify_score_task *task,
                      const struct verify_score_meta *meta, void **state, struct rv_err *err)
{
	struct opened *const opened = rv_alloc_zero(1, sizeof(*opened));
	opened->setup = setup;
	if (verify_score_truth_read(&opened->truth, task->video, meta->parameters, err) < 0) {
		free(opened);
		return -1;
	}
	*state = opened;
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
	const struct opened *const opened = state;
	const struct verify_score_truth *const truth = &opened->truth;
	struct verify_score_clip clip;
	struct verify_score score;
	if (verify_score_clip_read(&clip, attempt->path, &truth->clip, &truth->rule, err) < 0) {
		return -1;
	}
	const struct verify_score_pair pair = { .truth = &truth->clip, .candidate = &clip, .rule = &truth->rule };
	verify_score_pair(&pair, opened->setup->floors, &score);
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

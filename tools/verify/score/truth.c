/* SPDX-License-Identifier: MIT */
/* Truths: see truth.h. */
#include "verify/score/truth.h"

#define RULE_LEAST 0.95 /* noise and the loss of an encoder cost it something */

static int check(const struct verify_score_truth *truth, struct rv_err *err)
{
	double clauses[VERIFY_SCORE_CLAUSES_MAX];
	const double score = verify_score_rule_score(&truth->rule, truth->clip.sights, clauses);
	size_t worst = 0;
	if (score >= RULE_LEAST) {
		return 0;
	}
	for (size_t i = 1; i < truth->rule.n_clauses; i++) {
		worst = clauses[i] < clauses[worst] ? i : worst;
	}
	return rv_fail(err, RV_E_LABEL, "the truth keeps its rule by %.3f, must by %g; worst clause %zu, %.3f: %s",
	               score, RULE_LEAST, worst, clauses[worst], truth->rule.clauses[worst].says);
}

int verify_score_truth_read(struct verify_score_truth *truth, const char *video, struct rv_json parameters,
                            struct rv_err *err)
{
	*truth = (struct verify_score_truth) { .clip = VERIFY_SCORE_CLIP_INIT };
	if (verify_score_rule_read(&truth->rule, parameters, err) < 0) {
		return -1;
	}
	if (verify_score_clip_read(&truth->clip, video, NULL, &truth->rule, err) < 0 || check(truth, err) < 0) {
		verify_score_truth_release(truth);
		return -1;
	}
	return 0;
}

void verify_score_truth_release(struct verify_score_truth *truth)
{
	verify_score_clip_release(&truth->clip);
	verify_score_rule_release(&truth->rule);
}

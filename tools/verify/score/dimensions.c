/* SPDX-License-Identifier: MIT */
/* What the dimensions make together: see dimensions.h. */
#include "verify/score/dimensions.h"

#include <math.h>

const struct verify_score_dimension_row verify_score_dimensions[VERIFY_SCORE_DIMENSIONS] = {
#define VERIFY_SCORE_DIMENSION(constant, member, floor_, most_, weight_, several_, gates_, text_) \
	[VERIFY_SCORE_##constant] = { .name = #member, \
		                      .text = text_, \
		                      .floor = floor_, \
		                      .floor_most = most_, \
		                      .weight = weight_, \
		                      .weight_several = several_, \
		                      .gates = gates_, \
		                      .score = verify_score_##member },
#include "verify/score/dimensions.def"
#undef VERIFY_SCORE_DIMENSION
};

bool verify_score_has_one_answer(const struct verify_score_rule *rule)
{
	return !rule->has_several_answers || rule->n_clauses == 0;
}

double verify_score_weight(const struct verify_score_rule *rule, enum verify_score_dimension dimension)
{
	const struct verify_score_dimension_row *const row = &verify_score_dimensions[dimension];
	if (dimension == VERIFY_SCORE_RULE && rule->n_clauses == 0) {
		return 0;
	}
	return verify_score_has_one_answer(rule) ? row->weight : row->weight_several;
}

/* Of the rule against that of the truth, whose pixels keep it as well as they can. */
double verify_score_rule(const struct verify_score_pair *pair, double floor RV_UNUSED)
{
	double clauses[VERIFY_SCORE_CLAUSES_MAX];
	if (pair->rule->n_clauses == 0) {
		return 1;
	}
	const double truth = verify_score_rule_score(pair->rule, pair->truth->sights, clauses);
	const double candidate = verify_score_rule_score(pair->rule, pair->candidate->sights, clauses);
	return truth > 0 ? fmin(1, candidate / truth) : 0;
}

void verify_score_pair(const struct verify_score_pair *pair, const double floors[VERIFY_SCORE_DIMENSIONS],
                       struct verify_score *score)
{
	double least = 1, sum = 0, weights = 0;
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		const struct verify_score_dimension_row *const row = &verify_score_dimensions[i];
		const double weight = verify_score_weight(pair->rule, (enum verify_score_dimension)i);
		score->of[i] = row->score(pair, floors[i]);
		sum += weight * score->of[i];
		weights += weight;
		least = row->gates && weight > 0 ? fmin(least, score->of[i]) : least;
	}
	if (pair->rule->n_clauses > 0) {
		verify_score_rule_score(pair->rule, pair->candidate->sights, score->clauses);
	}
	score->overall = least * sum / weights;
}

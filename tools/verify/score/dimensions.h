/* SPDX-License-Identifier: MIT */
/*
 * The dimensions that a clip is scored by against its truth (dimensions.def), each 0..1, and what they make together.
 *
 * Each is relative to the truth: a distance from it, less a floor that noise may make up, against what the truth itself
 * does (how much it changes, how rough, how detailed it is). The distance of the truth from itself is 0, so that it
 * scores exactly 1. A floor is the distance that another rendering of the same scene with other noise, or a low-rate
 * encode of it, may have (floor.h).
 *
 * overall = (the least of the gates) * (the mean of all by their weights). First frame, motion and rule are gates: who
 * does nothing, something else, or the right thing in another scene has nothing to gain by good looks. Where several
 * answers are right, the rule alone says what has to happen: motion, final frame and similarity are reported with
 * weight 0. Where the task has no rule, it is as if the truth were the only right answer, and the rule has weight 0.
 */
#ifndef RV_VERIFY_SCORE_DIMENSIONS_H
#define RV_VERIFY_SCORE_DIMENSIONS_H

#include "verify/score/clip.h"

enum verify_score_dimension {
#define VERIFY_SCORE_DIMENSION(constant, name, floor, most, weight, several, gates, text) VERIFY_SCORE_##constant,
#include "verify/score/dimensions.def"
#undef VERIFY_SCORE_DIMENSION
	VERIFY_SCORE_DIMENSIONS
};

struct verify_score_pair {
	const struct verify_score_clip *truth, *candidate; /* of one size */
	const struct verify_score_rule *rule;
};

typedef double verify_score_fn(const struct verify_score_pair *pair, double floor);
verify_score_fn verify_score_first, verify_score_final, verify_score_smooth, verify_score_quality, verify_score_motion,
        verify_score_rule, verify_score_similarity;

struct verify_score_dimension_row {
	const char *name, *text;
	double floor, floor_most, weight, weight_several;
	bool gates;
	verify_score_fn *score;
};
extern const struct verify_score_dimension_row verify_score_dimensions[VERIFY_SCORE_DIMENSIONS];

struct verify_score {
	double overall;
	double of[VERIFY_SCORE_DIMENSIONS];
	double clauses[VERIFY_SCORE_CLAUSES_MAX]; /* of the rule */
};

/* `floors` has one for each dimension. */
void verify_score_pair(const struct verify_score_pair *pair, const double floors[VERIFY_SCORE_DIMENSIONS],
                       struct verify_score *score);
/* Whether the truth is the only right answer, as far as the score goes. */
bool verify_score_has_one_answer(const struct verify_score_rule *rule);
/* What a dimension weighs in a task with that rule. */
double verify_score_weight(const struct verify_score_rule *rule, enum verify_score_dimension dimension);

/* How much of a distance is beyond the floor. */
static inline double verify_score_beyond(double distance, double floor)
{
	return distance > floor ? distance - floor : 0;
}

#endif

/* SPDX-License-Identifier: MIT */
/* What is seen of a rule's objects in each frame, for rule.c alone. */
#ifndef RV_VERIFY_SCORE_SIGHTS_H
#define RV_VERIFY_SCORE_SIGHTS_H

#include "verify/score/rule.h"

struct verify_score_sight {
	double share; /* of the picture's pixels; 0: it is not seen */
	double x, y;  /* the centroid, in shares of the diagonal */
};

struct verify_score_sights {
	const struct verify_score_rule *rule;
	size_t n_frames;
	double unit[2];                    /* width and height in shares of the diagonal, as of the last picture */
	struct verify_score_sight *sights; /* frame after frame, of each object */
	double *inside;                    /* frame after frame, of each clause: the share that is in its polygon */
};

static inline const struct verify_score_sight *verify_score_sight_of(const struct verify_score_sights *sights,
                                                                     size_t frame, size_t object)
{
	return &sights->sights[frame * sights->rule->n_looks + object];
}

#endif

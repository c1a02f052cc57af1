/* SPDX-License-Identifier: MIT */
/* The truth of a task: its clip, and the rule that it must keep itself. */
#ifndef RV_VERIFY_SCORE_TRUTH_H
#define RV_VERIFY_SCORE_TRUTH_H

#include "verify/score/clip.h"

struct verify_score_truth {
	struct verify_score_rule rule;
	struct verify_score_clip clip;
};

/* `parameters` are those of its metadata (meta.h). Fails where it cannot be one: RV_E_BAD_FILE, the video does not
 * decode; RV_E_BAD_RECORD, the rule is none; RV_E_LABEL, the video keeps its rule by less than 0.95. */
int verify_score_truth_read(struct verify_score_truth *truth, const char *video, struct rv_json parameters,
                            struct rv_err *err) RV_MUST_USE;
void verify_score_truth_release(struct verify_score_truth *truth);

#endif

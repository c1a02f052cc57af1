/* SPDX-License-Identifier: MIT */
/*
 * A program that judges candidates, too (--judge): people's answers, a model, or a rule of somebody's own. It is run
 * once for each candidate as a generator is (rv-gen): one JSON object on its standard input,
 *
 *	{"seed":0,"root_dir":DIR,"id":ID,"task":NAME,"difficulty":"easy","prompt":TEXT,"metadata":{...},"truth":PATH,
 *	"first_frame":PATH,"candidate":PATH,"profile":"rv","score":0.41,"dimensions":{...}}
 *
 * with absolute paths, and one on its standard output: {"result":0.7}, or {"result":{"score":0.7,...}}, from 0 to 1.
 */
#ifndef RV_VERIFY_SCORE_JUDGE_H
#define RV_VERIFY_SCORE_JUDGE_H

#include "verify/score/profile.h"

/* `command` is a program's name, or with blanks a line for the shell; borrowed. */
struct verify_score_judge *verify_score_judge_new(const char *command, double timeout_s);
void verify_score_judge_free(struct verify_score_judge *judge); /* NULL is allowed */

/* One candidate and what is known of it. */
struct verify_score_case {
	const struct verify_score_profile *profile;
	const struct verify_score_result *result;
	const struct verify_score_meta *meta;
	const struct verify_score_attempt *attempt;
};
/* *score from 0 to 1; *answer, replaced, is the text of its `result`. Any thread. RV_E_JUDGE, RV_E_TIMEOUT or
 * RV_E_LIMIT. */
int verify_score_judge_ask(struct verify_score_judge *judge, const struct verify_score_case *asked, double *score,
                           struct rv_str *answer, struct rv_err *err) RV_MUST_USE;

#endif

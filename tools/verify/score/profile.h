/* SPDX-License-Identifier: MIT */
/*
 * A way to score clips: its parts, and what they make together. `rv` is that of dimensions.h, `vbvr` that of VBVR's own
 * tools. A truth is opened once, and its candidates are scored one after the other; different truths by several
 * threads.
 */
#ifndef RV_VERIFY_SCORE_PROFILE_H
#define RV_VERIFY_SCORE_PROFILE_H

#include "json.h"
#include "verify/score/meta.h"
#include "verify/score/result.h"

/* What a profile is set up with, for a whole run. */
struct verify_score_flow;
struct verify_score_setup {
	const double *floors;           /* of `rv`: one for each dimension */
	struct verify_score_flow *flow; /* of `vbvr` (flow.h) */
};

struct verify_score_profile {
	const char *name;
	const char *const *parts; /* their names, NULL-ended */
	/* Reads a task's truth into *state. Fails when it cannot be one: it does not decode, it breaks its rule. */
	int (*open)(const struct verify_score_setup *setup, const struct verify_score_task *task,
	            const struct verify_score_meta *meta, void **state, struct rv_err *err);
	/* Fills attempt->of and attempt->total, and adds members of its own to the open object. */
	int (*score)(void *state, struct verify_score_attempt *attempt, struct rv_json_out *out, struct rv_err *err);
	void (*close)(void *state); /* NULL is allowed */
};

extern const struct verify_score_profile verify_score_profile_rv;

#endif

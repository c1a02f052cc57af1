/* SPDX-License-Identifier: MIT */
/*
 * What a task's folder says of it: `parameters` of its metadata.json, or the members of its question_metadata.json. A
 * benchmark's tasks have neither, and so no rule and no difficulty.
 */
#ifndef RV_VERIFY_SCORE_META_H
#define RV_VERIFY_SCORE_META_H

#include "json.h"

struct verify_score_meta {
	struct rv_json document;
	struct rv_json parameters; /* of the document; RV_JSON_NONE where the folder has none */
};
#define VERIFY_SCORE_META_INIT \
	{ \
		.document = RV_JSON_INIT, .parameters = RV_JSON_INIT \
	}

/* `folder` is its path. Fails with RV_E_BAD_FILE and the like for a file that cannot be read. */
int verify_score_meta_read(struct verify_score_meta *meta, const char *folder, struct rv_err *err) RV_MUST_USE;
/* The prompt that lies beside the truth, replacing `prompt`; "" where there is none. */
int verify_score_meta_prompt(const char *folder, struct rv_str *prompt, struct rv_err *err) RV_MUST_USE;
void verify_score_meta_release(struct verify_score_meta *meta);
/* A parameter that is a string, "" where there is none. Borrowed. */
const char *verify_score_meta_text(const struct verify_score_meta *meta, const char *key);

#endif

/* SPDX-License-Identifier: MIT */
/* VBVR: tasks for models that reason by video. */
#ifndef RV_FORMAT_VBVR_H
#define RV_FORMAT_VBVR_H

#include "err.h"

#define FORMAT_VBVR_TASKS_MAX 100000 /* of the benchmark, whose folders have five digits */
#define FORMAT_VBVR_CRF 20
#define FORMAT_VBVR_HASH_LEN 16 /* of the parameters: the first digits of a SHA-256 */

/* Whose folders: VBVR's template for generators, its benchmark, or its tasks of several steps. Each is the name of its
 * layout. */
enum format_vbvr_dialect {
	FORMAT_VBVR_TEMPLATE,
	FORMAT_VBVR_BENCH_IN,
	FORMAT_VBVR_BENCH_OUT,
	FORMAT_VBVR_MULTISTEP,
};
extern const char *const format_vbvr_dialects[];

/* The files of a task. */
#define FORMAT_VBVR_FIRST "first_frame"
#define FORMAT_VBVR_FINAL "final_frame"
/* Roles of pictures that a scene gives in place of its first and last rendering. */
#define FORMAT_VBVR_GIVEN_FIRST "first_image"
#define FORMAT_VBVR_GIVEN_FINAL "final_image"
#define FORMAT_VBVR_VIDEO "ground_truth"
#define FORMAT_VBVR_PROMPT "prompt"
#define FORMAT_VBVR_METADATA "metadata"          /* of the template */
#define FORMAT_VBVR_QUESTION "question_metadata" /* of tasks of several steps */
#define FORMAT_VBVR_FLOOR "vbvr/floor.json"      /* how far from a truth is still the truth: verify/score/floor.h */

struct format_vbvr_options {
	int dialect; /* enum format_vbvr_dialect */
	const char *task;
	const char *floor; /* a file; NULL: none */
};
extern struct format_vbvr_options format_vbvr_options;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A pipe of rv's tools, without a shell: each stage's output is the next one's input, the last one's comes to us.
 *
 *	struct porcelain_pipeline pipe = PORCELAIN_PIPELINE_INIT;
 *	struct porcelain_words *argv = porcelain_pipeline_stage(&pipe, "rv-seed");
 *	porcelain_words_add(argv, "seq"); ...
 *	if (porcelain_pipeline_start(&pipe, -1, err) == 0) {
 *		... read pipe.out_fd to its end, or stop ...
 *	}
 *	status = porcelain_pipeline_end(&pipe);
 *
 * The stages write their messages to our stderr. Each has a process group of its own: a signal from the terminal
 * reaches us alone, and porcelain_pipeline_end hands it on.
 */
#ifndef RV_PORCELAIN_PIPELINE_H
#define RV_PORCELAIN_PIPELINE_H

#include "porcelain/words.h"
#include "spawn.h"

#define PORCELAIN_PIPELINE_STAGES_MAX 4

struct porcelain_pipeline {
	struct porcelain_pipeline_stage {
		const char *name;
		struct porcelain_words argv;
		struct rv_child child;
	} stages[PORCELAIN_PIPELINE_STAGES_MAX];
	size_t len;
	int out_fd; /* what the last stage writes; -1 when not running */
};
#define PORCELAIN_PIPELINE_INIT \
	{ \
		.out_fd = -1 \
	}

/* Adds the tool `name` (borrowed) with its path as first word; the others are added to what is returned. */
struct porcelain_words *porcelain_pipeline_stage(struct porcelain_pipeline *pipeline, const char *name);
/* Starts all stages; the first one reads `in_fd` (-1: nothing). porcelain_pipeline_end is due in every case. */
int porcelain_pipeline_start(struct porcelain_pipeline *pipeline, int in_fd, struct rv_err *err) RV_MUST_USE;
/* Waits until all have ended, and frees. When a signal has come or comes (sig.h) they get it, too; those that do not
 * end by it are killed. The highest exit status, but that of the first stage with 2 or more, whose end makes the
 * later ones fail; 3, with a message, for a stage that was killed. */
int porcelain_pipeline_end(struct porcelain_pipeline *pipeline);
/* Ends them at once; what they were at is lost. */
void porcelain_pipeline_kill(struct porcelain_pipeline *pipeline);

#endif

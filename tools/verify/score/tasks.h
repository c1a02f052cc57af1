/* SPDX-License-Identifier: MIT */
/*
 * Which tasks a dataset has, and which clips in another directory are candidates for them.
 *
 * A task is a folder, at any depth, with a file ground_truth.mp4 (.mov, .mkv, .webm), as `rv-mux --format vbvr` and
 * VBVR's own tools leave them. Its id is the folder's name.
 *
 * A candidate of a task is a video
 *	ID.mp4, ID_NUMBER.mp4                   in any folder
 *	ID/NAME.mp4                             likewise, but for first_video and last_video
 * Where several tasks of the dataset have the same id, as in VBVR's benchmark, one of the folders above the candidate
 * must have the name of the folder above the task: TASK/00003.mp4. Candidates of a task are sorted by their paths.
 */
#ifndef RV_VERIFY_SCORE_TASKS_H
#define RV_VERIFY_SCORE_TASKS_H

#include "err.h"

struct verify_score_task {
	char *key;         /* the folder's path below the dataset */
	const char *id;    /* the last part of it */
	char *name;        /* that of the folder above it, without "_task" */
	char *domain;      /* the first folder of the key, of a benchmark's tasks; "" */
	char *folder;      /* its path */
	char *video;       /* its path */
	char **candidates; /* their paths */
	size_t n_candidates, cap_candidates;
};

struct verify_score_tasks {
	struct verify_score_task *items; /* in the order of their keys */
	size_t len, cap;
	size_t n_strangers; /* videos among the candidates that are of no task */
	char *stranger;     /* the first of them; NULL */
};
#define VERIFY_SCORE_TASKS_INIT \
	{ \
		.items = NULL \
	}

/* Fails with RV_E_USAGE for a dataset without a task. */
int verify_score_tasks_find(struct verify_score_tasks *tasks, const char *dataset, const char *candidates,
                            struct rv_err *err) RV_MUST_USE;
void verify_score_tasks_release(struct verify_score_tasks *tasks);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The workers of a run, each on a seat: as many as there is work for, at most jobs->now of them. One that has served
 * enough goes when its successor is ready.
 */
#ifndef RV_BLEND_CREW_H
#define RV_BLEND_CREW_H

#include "jobs.h"
#include "worker.h"

struct blend_slot;

/* A place for a worker. There are more than `jobs`: one that is ending or due for replacement has a place too. */
struct blend_seat {
	struct blend_worker worker;
	struct blend_slot *slot;  /* the sample that it answers for, or NULL */
	struct blend_slot *helps; /* the sequence of another worker that it helps with, or NULL: that one is done */
	uint64_t helped;          /* frames of it */
	char *work_dir;           /* where the files of its request go */
	bool due;                 /* it has served enough */
};

struct blend_crew {
	const struct blend_worker_setup *setup;
	struct blend_jobs *jobs;
	struct blend_seat *seats;
	size_t n_seats;
	unsigned int start_failures; /* since the last worker that came up */
	struct rv_err start_err;     /* the last of them */
	uint64_t n_workers;          /* made so far */
};

/* Both are borrowed. */
void blend_crew_open(struct blend_crew *crew, const struct blend_worker_setup *setup, struct blend_jobs *jobs);
/* After blend_crew_dismiss. */
void blend_crew_close(struct blend_crew *crew);

/* Starts as many workers as `demand` requests can use at once. -1 with RV_E_NO_BLENDER when there is demand and no
 * Blender to be had. */
int blend_crew_staff(struct blend_crew *crew, size_t demand, struct rv_err *err) RV_MUST_USE;
/* The worker of that number did not come up. */
void blend_crew_failed(struct blend_crew *crew, uint64_t serial, const struct rv_err *err);
/* Ends workers that have served enough, as soon as others are up in their place, and those that are too many. */
void blend_crew_retire(struct blend_crew *crew);
/* Ends every worker and waits for it. */
void blend_crew_dismiss(struct blend_crew *crew, bool at_once);

#endif

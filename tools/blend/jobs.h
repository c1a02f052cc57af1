/* SPDX-License-Identifier: MIT */
/*
 * How many Blenders at a time, with how many threads, on which graphics cards.
 *
 * A number given is taken. `auto` starts from what is known: one worker for two processors (building a scene and
 * writing its files use one, rendering uses all), or one per card; and learns from the first worker what one takes of
 * memory and of its card's: there may be more then, or fewer. What is decided here never changes a sample.
 */
#ifndef RV_BLEND_JOBS_H
#define RV_BLEND_JOBS_H

#include "gpus.h"

struct blend_jobs {
	bool automatic;
	bool measured;        /* the first worker's sample has been looked at */
	size_t now, max;      /* workers at a time, and what `now` may become */
	unsigned int threads; /* of each worker */
	size_t cores;
	uint64_t memory_bytes;  /* that could be had at the start */
	struct blend_gpus gpus; /* to which workers are pinned; none: they take what they find */
};

/* From -j (0: auto), the text of --gpus (NULL: not given) and whether a card may be used at all. RV_E_USAGE. */
int blend_jobs_plan(struct blend_jobs *jobs, size_t asked, const char *gpus_text, bool may_use_gpus,
                    struct rv_err *err) RV_MUST_USE;
void blend_jobs_release(struct blend_jobs *jobs);

/* The workers render on their processors after all: cards count no more. */
void blend_jobs_forget_gpus(struct blend_jobs *jobs);

/* Card `i` gets no worker any more; how many still do. */
size_t blend_jobs_drop_gpu(struct blend_jobs *jobs, size_t i);
/* All cards do again. */
void blend_jobs_take_gpus(struct blend_jobs *jobs);

/* Once, while `measured` is false: a worker has rendered a sample and takes `rss_bytes` of memory at its peak; `gpu` is
 * its card's place in the list. `now` may change. */
void blend_jobs_measure(struct blend_jobs *jobs, uint64_t rss_bytes, size_t gpu);

/* The card for a new worker: the one with the fewest, of `n_on[i]` on card i each. NULL: none. */
const struct blend_gpu *blend_jobs_gpu(const struct blend_jobs *jobs, const size_t n_on[BLEND_GPUS_MAX]);

#endif

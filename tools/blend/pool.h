/* SPDX-License-Identifier: MIT */
/*
 * The pool: records in, samples out, through `jobs` warm Blenders, in one thread around one poll(2).
 *
 * What is on disk already is passed on; the rest is dealt to whichever worker is free. Workers are started when there
 * is work for them. A worker that dies, hangs or grows too big is replaced and its sample tried again, on another; one
 * that has served `recycle` samples goes when its successor is ready. When the window is full nothing is read. A signal
 * or a reader that went away ends everything: what is in work is lost and will be rendered by the next run.
 */
#ifndef RV_BLEND_POOL_H
#define RV_BLEND_POOL_H

#include "crew.h"
#include "progress.h"
#include "tally.h"
#include "window.h"

/* All borrowed. */
struct blend_pool_setup {
	struct blend_worker_setup worker;
	struct blend_sample_run run; /* its fingerprint is made here, of `settings` and Blender's version */
	const char *settings;        /* what decides pictures and labels besides record, files and Blender's version */
	const char *request_rest; /* the members of a request that are always the same: `"root":…,"settings":{…}` */
	struct blend_jobs *jobs;  /* how many workers; changes as it learns from the first */
	unsigned int retries;     /* further attempts after a worker was lost */
	uint64_t recycle;         /* samples per worker; 0: no end */
	double timeout_s;         /* per sample; 0: none */
	enum rv_progress_mode progress;
	bool is_part;              /* of a command that says itself how to go on after a signal */
	struct blend_tally *tally; /* what the run comes to; begun */
};

/* Works until the stream ends, or is stopped (the tool's signal is set then). 0, or -1 with RV_E_NO_BLENDER when no
 * Blender can be started, or what was named is none. No worker is left in either case. */
int blend_pool_run(const struct blend_pool_setup *setup, struct rv_stream *stream, struct rv_err *err) RV_MUST_USE;

#endif

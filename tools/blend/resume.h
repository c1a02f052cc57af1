/* SPDX-License-Identifier: MIT */
/*
 * OUT/.rv-frames.ID/, where a worker keeps the finished frames of a sequence until all are there (PROTOCOL.md). It
 * outlives the worker and the run: whoever renders the sample next goes on from there. The worker takes it away with
 * the last frame.
 */
#ifndef RV_BLEND_RESUME_H
#define RV_BLEND_RESUME_H

#include "sample.h"

/* Appends the request's member "resume", with a comma before it. */
void blend_resume_put(const struct blend_sample_run *run, const char *id, const char *key, struct rv_str *request);

/* Removes what a sample that is there has no more use for; nothing to remove is fine. */
void blend_resume_drop(const struct blend_sample_run *run, const char *id);

#endif

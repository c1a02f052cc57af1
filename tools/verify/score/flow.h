/* SPDX-License-Identifier: MIT */
/*
 * Optical flow as VBVR's tools have it, Farneback's by OpenCV, in a Python program of its own (flow.py) that is started
 * once. Several threads may ask: each has a process.
 */
#ifndef RV_VERIFY_SCORE_FLOW_H
#define RV_VERIFY_SCORE_FLOW_H

#include "err.h"

struct verify_score_frames;

/* Starts the program. NULL where it cannot run: RV_E_GENERATOR, with what to install. */
struct verify_score_flow *verify_score_flow_new(struct rv_err *err);
void verify_score_flow_free(struct verify_score_flow *flow);
/* The mean length of the flow of each pair of frames, pairs[2 i] to pairs[2 i + 1], in pixels. */
int verify_score_flow_ask(struct verify_score_flow *flow, const struct verify_score_frames *frames, const size_t *pairs,
                          size_t n_pairs, double *lengths, struct rv_err *err) RV_MUST_USE;

#endif

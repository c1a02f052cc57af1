/* SPDX-License-Identifier: MIT */
/*
 * The frames of one sequence, rendered by several workers: one answers for it, others help (PROTOCOL.md, `assist`).
 * How far each sequence is, who helps with which, and whether more would be of use. None of it changes a sample.
 */
#ifndef RV_BLEND_SHARE_H
#define RV_BLEND_SHARE_H

#include <stdint.h>

#include "prelude.h"

#define BLEND_SHARE_MIN_S 1.0 /* what would be done sooner is left alone: a Blender takes as long to start */

struct blend_crew;
struct blend_seat;
struct blend_slot;

/* How far a sequence is. */
struct blend_share {
	bool begun;
	bool closed;         /* no more help: it was lost, or found nothing to do */
	uint64_t left, done; /* frames */
	double begun_s;      /* clock.h */
};

/* Takes note of what the worker told of its sequence since the last time; how many frames are done since. */
uint64_t blend_share_note(struct blend_seat *seat);
/* How many workers help with the slot's sequence. */
size_t blend_share_helpers(const struct blend_crew *crew, const struct blend_slot *slot);
/* How many workers more would be of use for all sequences together. */
size_t blend_share_demand(const struct blend_crew *crew);
/* The sequence with the most left for each worker that is at it, where one more would be of use; NULL: none. */
struct blend_slot *blend_share_neediest(const struct blend_crew *crew);
/* A worker helps no more; where it was of no use nobody is sent again. Fine for one that does not help. */
void blend_share_end_help(struct blend_seat *seat, bool of_use);
/* The slot is done, or begins anew: who helped ends by itself. */
void blend_share_forget(struct blend_crew *crew, const struct blend_slot *slot);

#endif

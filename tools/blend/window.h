/* SPDX-License-Identifier: MIT */
/*
 * The window of records that are on their way: a ring of bounded size that they enter as they are read and leave in the
 * same order. A record that needs no rendering is done on entry; the others wait, run, are answered, and are then
 * committed or become error records.
 */
#ifndef RV_BLEND_WINDOW_H
#define RV_BLEND_WINDOW_H

#include "sample.h"
#include "share.h"
#include "stream.h"

/* NEW: the run's fingerprint must be known before more can be said. */
enum blend_slot_state { BLEND_SLOT_NEW, BLEND_SLOT_WAITING, BLEND_SLOT_RUNNING, BLEND_SLOT_ANSWERED, BLEND_SLOT_DONE };

struct blend_slot {
	enum blend_slot_state state;
	struct rv_record record;
	struct rv_str id;
	char key[RV_HASH_HEX_LEN + 1];
	struct blend_sample_place place;
	unsigned int attempts;    /* that have begun */
	bool was_lost;            /* by a worker that did not finish it */
	struct blend_share share; /* of a sequence, while RUNNING */
	/* While ANSWERED: */
	struct rv_str reply;
	char *work_dir;  /* where the files lie */
	uint64_t worker; /* whose answer it is */
};

struct blend_window_counts {
	uint64_t rendered, reused, failed;
};

struct blend_window {
	const struct blend_sample_run *run;
	struct rv_stream *stream;
	unsigned int retries; /* further attempts after a worker was lost */
	struct blend_slot *slots;
	size_t size, head, len;
	bool input_ended;
	bool has_told; /* that samples of something else are replaced */
	struct blend_window_counts counts;
	struct rv_str first_failure; /* its id, and why */
};

/* Everything is borrowed. */
void blend_window_open(struct blend_window *window, size_t size, const struct blend_sample_run *run,
                       struct rv_stream *stream, unsigned int retries);
void blend_window_close(struct blend_window *window);
bool blend_window_is_full(const struct blend_window *window);
/* The slot `i` records after the oldest one. */
struct blend_slot *blend_window_at(const struct blend_window *window, size_t i);
/* Decides what can be: call it when the run's fingerprint has become known, a record has come, or a slot
 * is done. */
void blend_window_decide(struct blend_window *window);
/* How many slots wait for a worker, or will for certain. */
size_t blend_window_demand(const struct blend_window *window);
/* The oldest slot that waits, from the `i`th on; NULL when none does. */
struct blend_slot *blend_window_waiting(const struct blend_window *window, size_t *i);

/* Takes at most `max` records while there is room and input has arrived; true when there may be more. */
bool blend_window_admit(struct blend_window *window, size_t max);
/* Writes out what is done, up to the first that is not; true when there was any. */
bool blend_window_emit(struct blend_window *window);
/* Checks and commits an answer. -1 with RV_E_CRASH when it broke the protocol: its worker is not to be trusted; with
 * RV_E_USAGE when no sample can be rendered as the command says. */
int blend_window_settle(struct blend_window *window, struct blend_slot *slot, struct rv_err *err) RV_MUST_USE;
/* The slot lost its worker: it waits for another, or that is its error when it had its attempts. */
void blend_window_lose(struct blend_window *window, struct blend_slot *slot, const struct rv_err *err);
/* Makes it an error record. On stderr each reason is told once, of a scene's in one line. */
void blend_window_fail(struct blend_window *window, struct blend_slot *slot, const struct rv_err *err);
/* Tells people what came of it at the end, and, unless the run is a part of another command, how it goes on. */
void blend_window_conclude(const struct blend_window *window, bool is_part);

#endif

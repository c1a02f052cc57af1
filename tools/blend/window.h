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
#include "tool.h"

/* NEW: the run's fingerprint must be known before more can be said. */
enum rv_slot_state { RV_SLOT_NEW, RV_SLOT_WAITING, RV_SLOT_RUNNING, RV_SLOT_ANSWERED, RV_SLOT_DONE };

struct rv_slot {
	enum rv_slot_state state;
	struct rv_record record;
	struct rv_str id;
	char key[RV_HASH_HEX_LEN + 1];
	unsigned int attempts; /* that have begun */
	bool was_lost;         /* by a worker that did not finish it */
	struct rv_share share; /* of a sequence, while RUNNING */
	/* While ANSWERED: */
	struct rv_str reply;
	char *work_dir;  /* where the files lie */
	uint64_t worker; /* whose answer it is */
};

struct rv_window_counts {
	uint64_t rendered, reused, failed;
};

struct rv_window {
	const struct rv_sample_run *run;
	struct rv_stream *stream;
	unsigned int retries; /* further attempts after a worker was lost */
	struct rv_slot *slots;
	size_t size, head, len;
	bool input_ended;
	struct rv_window_counts counts;
};

/* Everything is borrowed. */
void rv_window_open(struct rv_window *window, size_t size, const struct rv_sample_run *run, struct rv_stream *stream,
                    unsigned int retries);
void rv_window_close(struct rv_window *window);
bool rv_window_is_full(const struct rv_window *window);
/* The slot `i` records after the oldest one. */
struct rv_slot *rv_window_at(const struct rv_window *window, size_t i);
/* Call it when the run's fingerprint has become known. */
void rv_window_decide(struct rv_window *window);
/* How many slots wait for a worker, or will for certain. */
size_t rv_window_demand(const struct rv_window *window);
/* The oldest slot that waits, from the `i`th on; NULL when none does. */
struct rv_slot *rv_window_waiting(const struct rv_window *window, size_t *i);

/* Takes at most `max` records while there is room and input has arrived; true when there may be more. */
bool rv_window_admit(struct rv_window *window, size_t max);
/* Writes out what is done, up to the first that is not; true when there was any. */
bool rv_window_emit(struct rv_window *window);
/* Checks and commits an answer. -1 when it broke the protocol: its worker is not to be trusted. */
int rv_window_settle(struct rv_window *window, struct rv_slot *slot);
/* The slot lost its worker: it waits for another, or that is its error when it had its attempts. */
void rv_window_lose(struct rv_window *window, struct rv_slot *slot, const struct rv_err *err);
/* Makes it an error record. */
void rv_window_fail(struct rv_window *window, struct rv_slot *slot, const struct rv_err *err);

#endif

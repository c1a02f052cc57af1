/* SPDX-License-Identifier: MIT */
/* The pool of Blender workers: one poll loop that reads, deals, collects and writes in order. */
#include "pool.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "dir.h"
#include "file.h"
#include "json.h"
#include "sig.h"

#define WINDOW_PER_JOB 4
#define WINDOW_EXTRA 16
#define ADMIT_MAX 64    /* records taken before the workers are looked at again */
#define START_FAILURES_MAX 3
#define STOP_S 1.0      /* how long an end by signal waits for SIGTERM to work */
#define PROGRESS_S 0.5
#define WARNINGS_MAX 64 /* different warnings of workers that are told */

enum slot_state { SLOT_WAITING, SLOT_RUNNING, SLOT_ANSWERED, SLOT_DONE };

/* A record on its way. */
struct slot {
	enum slot_state state;
	struct rv_record record;
	struct rv_str id;
	char key[RV_HASH_HEX_LEN + 1];
	unsigned int attempts;
	char *work_dir;  /* with state ANSWERED: where the files lie */
	uint64_t worker; /* ... and whose answer it is */
	struct rv_str reply;
};

/* A place for a worker. There are more than `jobs`: one that is ending or due for replacement has a place too. */
struct seat {
	struct rv_worker worker;
	struct slot *slot; /* what it works on, or NULL */
	char *work_dir;    /* where that sample's files go */
	bool due;          /* it has served enough */
	bool shunned;      /* it gave an answer that cannot be right: no more work for it */
};

struct pool {
	const struct rv_pool_setup *setup;
	struct rv_stream *stream;
	struct rv_pool_counts *counts;
	struct slot *slots; /* a ring */
	size_t n_slots, head, len;
	struct seat *seats;
	size_t n_seats;
	struct pollfd *fds;
	struct rv_str request;
	bool input_ended;
	bool more_input; /* there is input that can be taken without waiting */
	unsigned int start_failures; /* since the last worker that came up */
	struct rv_err start_err;     /* the last of them */
	uint64_t n_dirs;
	uint64_t warned[WARNINGS_MAX]; /* hashes of warnings told */
	size_t n_warned;
};

static struct slot *slot_at(const struct pool *pool, size_t i)
{
	return &pool->slots[(pool->head + i) % pool->n_slots];
}

static bool is_up(const struct seat *seat)
{
	return seat->worker.state == RV_WORKER_IDLE || seat->worker.state == RV_WORKER_BUSY;
}

/* The length of the first line, for %.*s. */
static int first_line(const char *text)
{
	return (int)strcspn(text, "\n");
}

/* Removes a directory of scratch and forgets its name. */
static void drop_dir(char **dir)
{
	struct rv_err err;
	if (*dir && rv_remove_tree(*dir, &err) < 0) {
		rv_detail("%s", err.text);
	}
	free(*dir);
	*dir = NULL;
}

/* ---- slots ------------------------------------------------------------------------------------------------------ */

static void fail_slot(struct pool *pool, struct slot *slot, const struct rv_err *err)
{
	rv_stream_fail(pool->stream, &slot->record, err);
	if (slot->attempts > 0) {
		rv_record_set_error(&slot->record, err, slot->attempts);
	}
	slot->state = SLOT_DONE;
	pool->counts->failed++;
}

/* Checks a new record and decides whether there is anything to render. */
static void open_slot(struct pool *pool, struct slot *slot)
{
	const struct rv_sample_run *run = &pool->setup->run;
	struct rv_err err = RV_ERR_INIT;
	uint64_t seed;
	if (rv_record_id(&slot->record, &slot->id, &err) < 0 || rv_record_seed(&slot->record, &seed, &err) < 0) {
		fail_slot(pool, slot, &err);
		return;
	}
	rv_sample_key(run, &slot->record, slot->key);
	if (rv_sample_reuse(run, slot->id.ptr, slot->key, &slot->record)) {
		slot->state = SLOT_DONE;
		pool->counts->reused++;
	}
}

/* Takes records while there is room and input; true when it stopped early to let others go on. */
static bool admit(struct pool *pool)
{
	pool->more_input = false;
	for (int n = 0; !pool->input_ended && pool->len < pool->n_slots; n++) {
		if (rv_reader_would_block(pool->stream->reader)) {
			return false;
		}
		if (n == ADMIT_MAX) {
			return true;
		}
		struct slot *slot = slot_at(pool, pool->len);
		slot->state = SLOT_WAITING;
		slot->attempts = 0;
		rv_str_clear(&slot->id);
		int taken = rv_stream_take(pool->stream, &slot->record);
		if (taken == 0) {
			pool->input_ended = true;
			return false;
		}
		pool->len++;
		if (taken == 1) {
			open_slot(pool, slot);
		} else {
			slot->state = SLOT_DONE;
			pool->counts->failed += rv_record_has_error(&slot->record);
		}
	}
	return false;
}

/* Writes out what is done at the head of the window; true when there was any. */
static bool emit(struct pool *pool)
{
	bool any = false;
	while (pool->len > 0 && slot_at(pool, 0)->state == SLOT_DONE) {
		struct slot *slot = slot_at(pool, 0);
		rv_stream_put(pool->stream, &slot->record);
		rv_record_clear(&slot->record);
		pool->head = (pool->head + 1) % pool->n_slots;
		pool->len--;
		any = true;
	}
	return any;
}

/* ---- workers ---------------------------------------------------------------------------------------------------- */

/* A sample lost its worker: once more, or that is its error. */
static void retry_or_fail(struct pool *pool, struct slot *slot, const struct rv_err *err)
{
	if (slot->attempts <= pool->setup->retries && err->code != RV_E_NO_SPACE) {
		rv_warn("%s: attempt %u of %u failed: %.*s", slot->id.ptr, slot->attempts, pool->setup->retries + 1,
		        first_line(err->text), err->text);
		slot->state = SLOT_WAITING;
	} else {
		fail_slot(pool, slot, err);
	}
}

/* The worker is dead or about to be killed. Its last words go with the error. */
static void lose_worker(struct pool *pool, struct seat *seat, struct rv_err *err, bool was_starting)
{
	struct rv_str words = RV_STR_INIT;
	rv_str_puts(&words, "\n");
	rv_worker_log_tail(&seat->worker, &words);
	rv_detail("worker %" PRIu64 ": %s", seat->worker.serial, err->text);
	if (words.len > 1) {
		struct rv_err bare = *err;
		rv_fail(err, bare.code, "%s%s", bare.text, words.ptr);
	}
	if (was_starting) {
		rv_warn("worker %" PRIu64 " did not start: %.*s", seat->worker.serial, first_line(err->text), err->text);
		pool->start_err = *err;
		pool->start_failures++;
	}
	if (seat->slot) {
		rv_sample_blame_space(&pool->setup->run, err);
		retry_or_fail(pool, seat->slot, err);
		seat->slot = NULL;
	}
	rv_str_release(&words);
}

/* Each different warning once: a thousand samples say the same. */
static void tell_warnings(struct pool *pool, const struct rv_str *reply)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	if (!strstr(reply->ptr, "\"warnings\"") || rv_json_parse(reply->ptr, reply->len, &json, &err) < 0) {
		return;
	}
	struct rv_json list = rv_json_get(rv_json_get(json, "run"), "warnings");
	for (size_t i = 0; i < rv_json_len(list) && pool->n_warned < WARNINGS_MAX; i++) {
		const char *text = rv_json_string(rv_json_at(list, i), NULL);
		uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */
		for (const char *c = text; c && *c; c++) {
			hash = (hash ^ (unsigned char)*c) * UINT64_C(1099511628211);
		}
		size_t k = 0;
		while (k < pool->n_warned && pool->warned[k] != hash) {
			k++;
		}
		if (text && k == pool->n_warned) {
			pool->warned[pool->n_warned++] = hash;
			rv_warn("%s", text);
		}
	}
	rv_json_release(&json);
}

static void take_reply(struct pool *pool, struct seat *seat)
{
	struct slot *slot = seat->slot;
	struct rv_str empty = slot->reply;
	slot->reply = seat->worker.reply;
	seat->worker.reply = empty;
	slot->work_dir = seat->work_dir;
	slot->worker = seat->worker.serial;
	slot->state = SLOT_ANSWERED;
	seat->work_dir = NULL;
	seat->slot = NULL;
	rv_worker_take(&seat->worker);
	seat->due = pool->setup->recycle > 0 && seat->worker.served >= pool->setup->recycle;
	tell_warnings(pool, &slot->reply);
}

/* Lets one worker say what it has to say. */
static void tend(struct pool *pool, struct seat *seat)
{
	struct rv_err err = RV_ERR_INIT;
	enum rv_worker_event event;
	do {
		bool was_starting = seat->worker.state == RV_WORKER_STARTING;
		event = rv_worker_handle(&seat->worker, &err);
		switch (event) {
		case RV_WORKER_QUIET:
			break;
		case RV_WORKER_READY:
			pool->start_failures = 0;
			rv_detail("worker %" PRIu64 ": ready: %s", seat->worker.serial, seat->worker.reply.ptr);
			break;
		case RV_WORKER_REPLY:
			take_reply(pool, seat);
			break;
		case RV_WORKER_ILL:
			lose_worker(pool, seat, &err, was_starting);
			rv_worker_kill(&seat->worker);
			break;
		case RV_WORKER_DIED:
			lose_worker(pool, seat, &err, was_starting);
			rv_worker_reap(&seat->worker, 0);
			break;
		}
	} while (event != RV_WORKER_QUIET);
	if (seat->shunned && seat->worker.state == RV_WORKER_IDLE) {
		rv_worker_kill(&seat->worker);
	}
	if (seat->worker.state == RV_WORKER_NONE) {
		drop_dir(&seat->work_dir);
		seat->due = seat->shunned = false;
	}
}

/* Ends workers that have served enough, as soon as others are up in their place. */
static void retire(struct pool *pool)
{
	size_t up = 0;
	for (size_t i = 0; i < pool->n_seats; i++) {
		up += is_up(&pool->seats[i]);
	}
	for (size_t i = 0; i < pool->n_seats && up > pool->setup->jobs; i++) {
		struct seat *seat = &pool->seats[i];
		if (seat->due && seat->worker.state == RV_WORKER_IDLE) {
			rv_worker_end(&seat->worker);
			up--;
		}
	}
}

static int start_one(struct pool *pool, struct rv_err *err)
{
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct seat *seat = &pool->seats[i];
		if (seat->worker.state == RV_WORKER_NONE) {
			seat->due = seat->shunned = false;
			return rv_worker_start(&seat->worker, &pool->setup->worker, ++pool->counts->workers, err);
		}
	}
	return 0; /* all places are taken by workers that are ending: later */
}

/* Starts as many workers as the waiting records can use. -1 when no Blender can be had. */
static int staff(struct pool *pool)
{
	struct rv_err err = RV_ERR_INIT;
	size_t waiting = 0, fresh = 0, ready = 0, alive = 0;
	for (size_t i = 0; i < pool->len; i++) {
		waiting += slot_at(pool, i)->state == SLOT_WAITING;
	}
	for (size_t i = 0; i < pool->n_seats; i++) {
		const struct seat *seat = &pool->seats[i];
		bool starting = seat->worker.state == RV_WORKER_STARTING;
		alive += starting || is_up(seat);
		fresh += !seat->due && (starting || is_up(seat));
		ready += !seat->due && (starting || seat->worker.state == RV_WORKER_IDLE);
	}
	for (; fresh < pool->setup->jobs && ready < waiting && pool->start_failures < START_FAILURES_MAX; fresh++, ready++) {
		if (start_one(pool, &err) < 0) {
			rv_warn("worker %" PRIu64 " did not start: %s", pool->counts->workers, err.text);
			pool->start_err = err;
			pool->start_failures++;
		}
	}
	return waiting > 0 && alive == 0 && pool->start_failures >= START_FAILURES_MAX ? -1 : 0;
}

static void send_slot(struct pool *pool, struct seat *seat, struct slot *slot)
{
	const struct rv_pool_setup *setup = pool->setup;
	struct rv_str *request = &pool->request;
	struct rv_str dir = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&dir, "%s/sample-%" PRIu64, setup->worker.work_dir, ++pool->n_dirs);
	if (mkdir(dir.ptr, 0777) < 0) {
		rv_fail_errno(&err, "cannot make '%s'", dir.ptr);
		fail_slot(pool, slot, &err);
		rv_str_release(&dir);
		return;
	}
	drop_dir(&seat->work_dir);
	seat->work_dir = rv_str_detach(&dir);
	seat->slot = slot;
	slot->state = SLOT_RUNNING;
	slot->attempts++;
	rv_str_clear(request);
	rv_str_puts(request, "{\"record\":");
	rv_str_append(request, slot->record.text.ptr, slot->record.text.len);
	rv_str_puts(request, ",\"out\":");
	rv_str_json(request, seat->work_dir, strlen(seat->work_dir));
	rv_str_putc(request, ',');
	rv_str_puts(request, setup->request_rest);
	rv_str_putc(request, '}');
	rv_worker_send(&seat->worker, request->ptr, request->len, setup->timeout_s);
}

/* Gives waiting records to idle workers, the oldest first. */
static void deal(struct pool *pool)
{
	size_t at = 0;
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct seat *seat = &pool->seats[i];
		while (seat->worker.state == RV_WORKER_IDLE && !seat->shunned) {
			while (at < pool->len && slot_at(pool, at)->state != SLOT_WAITING) {
				at++;
			}
			if (at == pool->len) {
				return;
			}
			send_slot(pool, seat, slot_at(pool, at));
		}
	}
}

/* A worker that gave an answer that cannot be right is not asked again. */
static void distrust(struct pool *pool, uint64_t serial)
{
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct seat *seat = &pool->seats[i];
		if (seat->worker.serial == serial) {
			seat->due = seat->shunned = true;
		}
	}
}

static void settle_slot(struct pool *pool, struct slot *slot)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_sample_commit(&pool->setup->run, slot->id.ptr, slot->key, slot->work_dir, &slot->reply, &slot->record,
	                     &err) == 0) {
		slot->state = SLOT_DONE;
		pool->counts->rendered++;
		if (slot->attempts > 1) {
			char attempts[16];
			int len = snprintf(attempts, sizeof(attempts), "%u", slot->attempts);
			rv_record_set_in(&slot->record, "run", "attempts", attempts, (size_t)len);
		}
	} else if (err.code == RV_E_CRASH) {
		distrust(pool, slot->worker);
		retry_or_fail(pool, slot, &err);
	} else {
		fail_slot(pool, slot, &err);
	}
	drop_dir(&slot->work_dir);
	rv_str_clear(&slot->reply);
}

/* Checks and commits what workers have answered; they are at their next samples meanwhile. */
static void settle(struct pool *pool)
{
	for (size_t i = 0; i < pool->len; i++) {
		struct slot *slot = slot_at(pool, i);
		if (slot->state == SLOT_ANSWERED) {
			settle_slot(pool, slot);
		}
	}
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

static void show_progress(const struct pool *pool, bool end)
{
	struct rv_progress_counts counts = {
		.done = pool->counts->rendered + pool->counts->reused + pool->counts->failed,
		.failed = pool->counts->failed,
		.reused = pool->counts->reused,
	};
	for (size_t i = 0; i < pool->n_seats; i++) {
		counts.in_flight += pool->seats[i].slot != NULL;
	}
	if (end) {
		rv_progress_end(&counts);
	} else {
		rv_progress_update(&counts);
	}
}

/* Waits for a worker, for input when there is room, for a signal, or for the output's reader to go away. */
static void wait_for_events(struct pool *pool, bool now)
{
	struct pollfd *fds = pool->fds;
	size_t n = 0;
	double next = pool->setup->progress == RV_PROGRESS_NONE ? 0 : rv_clock_s() + PROGRESS_S;
	bool wants_input = !pool->input_ended && pool->len < pool->n_slots;
	fds[n++] = (struct pollfd){ .fd = rv_sig_fd(), .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = STDOUT_FILENO, .events = 0 };
	for (size_t i = 0; i < pool->n_seats; i++) {
		const struct rv_worker *worker = &pool->seats[i].worker;
		double due = rv_worker_next_s(worker);
		rv_worker_poll(worker, fds + n);
		n += RV_WORKER_POLL_MAX;
		next = due > 0 && (next <= 0 || due < next) ? due : next;
	}
	int timeout_ms = -1;
	if (now) {
		timeout_ms = 0;
	} else {
		rv_stream_flush(pool->stream);
		if (next > 0) {
			double left_ms = (next - rv_clock_s()) * 1000;
			timeout_ms = left_ms <= 0 ? 0 : (int)RV_MIN(left_ms + 1, 60000.0);
		}
	}
	if (poll(fds, n, timeout_ms) > 0 && (fds[2].revents & POLLERR)) {
		rv_stream_break(pool->stream);
	}
}

static bool stopped(const struct pool *pool)
{
	if (rv_sig_stop()) {
		pool->stream->tool->signal = rv_sig_stop();
	}
	return rv_sig_stop() || pool->stream->broken;
}

static int loop(struct pool *pool, struct rv_err *err)
{
	const struct rv_pool_setup *setup = pool->setup;
	while (!stopped(pool)) {
		for (size_t i = 0; i < pool->n_seats; i++) {
			tend(pool, &pool->seats[i]);
		}
		deal(pool);
		settle(pool);
		bool busy = emit(pool);
		busy |= admit(pool);
		busy |= emit(pool);
		if (pool->len == 0 && pool->input_ended) {
			return 0;
		}
		deal(pool);
		retire(pool);
		if (staff(pool) < 0) {
			return rv_fail(err, RV_E_NO_BLENDER, "'%s' did not start %u times in a row: %s", setup->worker.blender,
			               pool->start_failures, pool->start_err.text);
		}
		show_progress(pool, false);
		wait_for_events(pool, busy);
	}
	return 0;
}

/* Ends every worker and waits for it. */
static void dismiss(struct pool *pool, bool at_once)
{
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct rv_worker *worker = &pool->seats[i].worker;
		if (at_once || worker->state == RV_WORKER_STARTING) {
			rv_worker_kill(worker);
		} else {
			rv_worker_end(worker);
		}
	}
	double deadline = rv_clock_s() + STOP_S;
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct seat *seat = &pool->seats[i];
		if (!rv_worker_reap(&seat->worker, RV_MAX(deadline - rv_clock_s(), 0))) {
			rv_child_kill(&seat->worker.child, SIGKILL);
			rv_worker_reap(&seat->worker, -1);
		}
		drop_dir(&seat->work_dir);
	}
}

int rv_pool_run(const struct rv_pool_setup *setup, struct rv_stream *stream, struct rv_pool_counts *counts,
                struct rv_err *err)
{
	size_t n_slots = (size_t)setup->jobs * WINDOW_PER_JOB + WINDOW_EXTRA;
	size_t n_seats = (size_t)setup->jobs * 2;
	struct pool pool = {
		.setup = setup,
		.stream = stream,
		.counts = counts,
		.slots = rv_alloc_zero(n_slots, sizeof(*pool.slots)),
		.n_slots = n_slots,
		.seats = rv_alloc_zero(n_seats, sizeof(*pool.seats)),
		.n_seats = n_seats,
		.fds = rv_alloc_zero(3 + n_seats * RV_WORKER_POLL_MAX, sizeof(*pool.fds)),
		.request = RV_STR_INIT,
	};
	*counts = (struct rv_pool_counts){ .rendered = 0 };
	for (size_t i = 0; i < n_slots; i++) {
		pool.slots[i].record = (struct rv_record)RV_RECORD_INIT;
		rv_str_init(&pool.slots[i].id);
		rv_str_init(&pool.slots[i].reply);
	}
	for (size_t i = 0; i < n_seats; i++) {
		pool.seats[i].worker = (struct rv_worker)RV_WORKER_INIT;
	}
	rv_progress_start(setup->progress);
	int result = loop(&pool, err);
	dismiss(&pool, result < 0 || stopped(&pool));
	show_progress(&pool, true);
	for (size_t i = 0; i < n_slots; i++) {
		rv_record_release(&pool.slots[i].record);
		rv_str_release(&pool.slots[i].id);
		rv_str_release(&pool.slots[i].reply);
		drop_dir(&pool.slots[i].work_dir);
	}
	rv_str_release(&pool.request);
	free(pool.slots);
	free(pool.seats);
	free(pool.fds);
	return result;
}

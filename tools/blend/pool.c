/* SPDX-License-Identifier: MIT */
/* The pool of Blender workers: one poll loop that reads, deals, collects and writes in order. */
#include "pool.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "json.h"
#include "request.h"
#include "sig.h"
#include "version.h"
#include "warnings.h"

#define WINDOW_PER_JOB 4
#define WINDOW_EXTRA 16
#define POLL_OWN 4   /* descriptors besides the workers' */
#define ADMIT_MAX 64 /* records taken before the workers are looked at again */
#define START_FAILURES_MAX 3
#define STOP_S 1.0 /* how long an end by signal waits for SIGTERM to work */
#define PROGRESS_S 0.5

/* A place for a worker. There are more than `jobs`: one that is ending or due for replacement has a place too. */
struct seat {
	struct rv_worker worker;
	struct rv_slot *slot; /* what it works on, or NULL */
	char *work_dir;       /* where that sample's files go */
	bool due;             /* it has served enough */
	bool shunned;         /* it gave an answer that cannot be right: no more work for it */
};

struct pool {
	const struct rv_pool_setup *setup;
	struct rv_version version;
	bool asked; /* for the version */
	struct rv_str fingerprint;
	struct rv_sample_run run;
	struct rv_window window;
	struct seat *seats;
	size_t n_seats;
	struct pollfd *fds;
	struct rv_str request;
	unsigned int start_failures; /* since the last worker that came up */
	struct rv_err start_err;     /* the last of them */
	uint64_t n_workers, n_dirs;  /* made so far */
	uint64_t frames;             /* of sequences, done */
	struct rv_warnings warnings;
};

static bool is_up(const struct seat *seat)
{
	return seat->worker.state == RV_WORKER_IDLE || seat->worker.state == RV_WORKER_BUSY;
}

/* ---- workers ---------------------------------------------------------------------------------------------------- */

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
		rv_warn("worker %" PRIu64 " did not start: %.*s", seat->worker.serial, (int)strcspn(err->text, "\n"),
		        err->text);
		pool->start_err = *err;
		pool->start_failures++;
	}
	if (seat->slot) {
		rv_sample_blame_space(&pool->run, err);
		rv_window_lose(&pool->window, seat->slot, err);
		seat->slot = NULL;
	}
	rv_str_release(&words);
}

static void take_reply(struct pool *pool, struct seat *seat)
{
	struct rv_slot *slot = seat->slot;
	struct rv_str empty = slot->reply;
	slot->reply = seat->worker.reply;
	seat->worker.reply = empty;
	slot->work_dir = seat->work_dir;
	slot->worker = seat->worker.serial;
	slot->state = RV_SLOT_ANSWERED;
	seat->work_dir = NULL;
	seat->slot = NULL;
	rv_worker_take(&seat->worker);
	seat->due = pool->setup->recycle > 0 && seat->worker.served >= pool->setup->recycle;
	if (!pool->setup->jobs->measured) {
		rv_jobs_measure(pool->setup->jobs, rv_worker_peak_rss(&seat->worker), seat->worker.gpu);
	}
	rv_warnings_tell(&pool->warnings, &slot->reply);
}

/* The fingerprint is whole with it: what waits for that can be decided. */
static void know_version(struct pool *pool, const char *number)
{
	rv_str_puts(&pool->fingerprint, number);
	pool->run.fingerprint = pool->fingerprint.ptr;
	rv_window_decide(&pool->window);
}

static void take_hello(struct pool *pool, const struct rv_worker *worker)
{
	struct rv_json hello = RV_JSON_INIT;
	struct rv_err err;
	pool->start_failures = 0;
	rv_detail("worker %" PRIu64 ": ready: %s", worker->serial, worker->reply.ptr);
	if (rv_json_parse(worker->reply.ptr, worker->reply.len, &hello, &err) == 0) {
		const char *number = rv_json_string(rv_json_get(hello, "blender"), NULL);
		const char *device = rv_json_string(rv_json_get(hello, "device"), NULL);
		if (!pool->run.fingerprint) {
			know_version(pool, number ? number : "");
		}
		if (device && strcmp(device, "CPU") == 0) {
			rv_jobs_forget_gpus(pool->setup->jobs);
		}
	}
	rv_json_release(&hello);
}

/* Lets one worker say what it has to say. */
static void tend(struct pool *pool, struct seat *seat)
{
	struct rv_err err = RV_ERR_INIT;
	enum rv_worker_event event;
	do {
		bool was_starting = seat->worker.state == RV_WORKER_STARTING;
		event = rv_worker_handle(&seat->worker, &err);
		pool->frames += seat->worker.frames;
		seat->worker.frames = 0;
		switch (event) {
		case RV_WORKER_QUIET:
			break;
		case RV_WORKER_READY:
			take_hello(pool, &seat->worker);
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
		rv_sample_drop(&seat->work_dir);
		seat->due = seat->shunned = false;
	}
}

/* Ends workers that have served enough, as soon as others are up in their place, and those that are too many. */
static void retire(struct pool *pool)
{
	size_t up = 0, wanted = 0;
	for (size_t i = 0; i < pool->n_seats; i++) {
		up += is_up(&pool->seats[i]);
		wanted += is_up(&pool->seats[i]) && !pool->seats[i].due;
	}
	for (size_t i = pool->n_seats; i-- > 0 && wanted > pool->setup->jobs->now;) {
		if (is_up(&pool->seats[i]) && !pool->seats[i].due) {
			pool->seats[i].due = true;
			wanted--;
		}
	}
	for (size_t i = 0; i < pool->n_seats && up > pool->setup->jobs->now; i++) {
		struct seat *seat = &pool->seats[i];
		if (seat->due && seat->worker.state == RV_WORKER_IDLE) {
			rv_worker_end(&seat->worker);
			up--;
		}
	}
}

/* The card for the next worker, as its place in the list; RV_GPUS_MAX: none. */
static size_t choose_gpu(const struct pool *pool)
{
	size_t n_on[RV_GPUS_MAX] = { 0 };
	for (size_t i = 0; i < pool->n_seats; i++) {
		const struct rv_worker *worker = &pool->seats[i].worker;
		if (worker->state != RV_WORKER_NONE && worker->gpu < RV_GPUS_MAX) {
			n_on[worker->gpu]++;
		}
	}
	const struct rv_gpu *gpu = rv_jobs_gpu(pool->setup->jobs, n_on);
	return gpu ? (size_t)(gpu - pool->setup->jobs->gpus.items) : RV_GPUS_MAX;
}

static int start_one(struct pool *pool, struct rv_err *err)
{
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct seat *seat = &pool->seats[i];
		if (seat->worker.state == RV_WORKER_NONE) {
			size_t gpu = choose_gpu(pool);
			const char *name = gpu < RV_GPUS_MAX ? pool->setup->jobs->gpus.items[gpu].name : NULL;
			seat->due = seat->shunned = false;
			int result = rv_worker_start(&seat->worker, &pool->setup->worker, name, ++pool->n_workers, err);
			seat->worker.gpu = gpu;
			return result;
		}
	}
	return 0; /* all places are taken by workers that are ending: later */
}

/* Starts as many workers as the waiting records can use. -1 when no Blender can be had. */
static int staff(struct pool *pool)
{
	struct rv_err err = RV_ERR_INIT;
	size_t waiting = rv_window_demand(&pool->window), fresh = 0, ready = 0, alive = 0;
	for (size_t i = 0; i < pool->n_seats; i++) {
		const struct seat *seat = &pool->seats[i];
		bool starting = seat->worker.state == RV_WORKER_STARTING;
		alive += starting || is_up(seat);
		fresh += !seat->due && (starting || is_up(seat));
		ready += !seat->due && (starting || seat->worker.state == RV_WORKER_IDLE);
	}
	for (; fresh < pool->setup->jobs->now && ready < waiting && pool->start_failures < START_FAILURES_MAX;
	     fresh++, ready++) {
		if (start_one(pool, &err) < 0) {
			rv_warn("worker %" PRIu64 " did not start: %s", pool->n_workers, err.text);
			pool->start_err = err;
			pool->start_failures++;
		}
	}
	return waiting > 0 && alive == 0 && pool->start_failures >= START_FAILURES_MAX ? -1 : 0;
}

static void send_slot(struct pool *pool, struct seat *seat, struct rv_slot *slot)
{
	const struct rv_pool_setup *setup = pool->setup;
	struct rv_str dir = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&dir, "%s/sample-%" PRIu64, setup->worker.work_dir, ++pool->n_dirs);
	int made = mkdir(dir.ptr, 0777);
	if (made < 0) {
		rv_fail_errno(&err, "cannot make '%s'", dir.ptr);
	}
	if (made < 0 || rv_sample_clear_generated(&pool->run, slot->id.ptr, &err) < 0) {
		rv_window_fail(&pool->window, slot, &err);
		rv_str_release(&dir);
		return;
	}
	rv_sample_drop(&seat->work_dir);
	seat->work_dir = rv_str_detach(&dir);
	seat->slot = slot;
	slot->state = RV_SLOT_RUNNING;
	slot->attempts++;
	if (rv_request_make(&pool->run, slot, seat->work_dir, setup->request_rest, &pool->request, &err) < 0) {
		seat->slot = NULL;
		rv_window_fail(&pool->window, slot, &err);
		return;
	}
	rv_worker_send(&seat->worker, pool->request.ptr, pool->request.len, setup->timeout_s);
}

/* Gives waiting records to idle workers, the oldest first. */
static void deal(struct pool *pool)
{
	size_t at = 0;
	for (size_t i = 0; i < pool->n_seats; i++) {
		struct seat *seat = &pool->seats[i];
		while (seat->worker.state == RV_WORKER_IDLE && !seat->shunned) {
			struct rv_slot *slot = rv_window_waiting(&pool->window, &at);
			if (!slot) {
				return;
			}
			send_slot(pool, seat, slot);
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

/* Commits what workers have answered; they are at their next samples meanwhile. */
static void settle(struct pool *pool)
{
	for (size_t i = 0; i < pool->window.len; i++) {
		struct rv_slot *slot = rv_window_at(&pool->window, i);
		if (slot->state == RV_SLOT_ANSWERED && rv_window_settle(&pool->window, slot) < 0) {
			distrust(pool, slot->worker);
		}
	}
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

static void show_progress(const struct pool *pool, bool end)
{
	const struct rv_window_counts *window = &pool->window.counts;
	struct rv_progress_counts counts = {
		.done = window->rendered + window->reused + window->failed,
		.failed = window->failed,
		.frames = pool->frames,
		.reused = window->reused,
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

/*
 * Until the version is known nobody can tell whether a sample that is there may stay; one that is not is rendered in
 * any case. The first worker's hello tells the version; Blender is asked for it only when nothing calls for a worker.
 */
static int learn_version(struct pool *pool, struct rv_err *err)
{
	if (pool->run.fingerprint) {
		return 0;
	}
	if (pool->asked) {
		int heard = rv_version_hear(&pool->version, &pool->fingerprint, err);
		if (heard > 0) {
			know_version(pool, "");
		}
		return heard < 0 ? -1 : 0;
	}
	bool undecided = pool->window.len > 0 || pool->window.input_ended;
	if (undecided && rv_window_demand(&pool->window) == 0) {
		pool->asked = true;
		return rv_version_ask(&pool->version, pool->setup->worker.blender, err);
	}
	return 0;
}

/* Waits for a worker, for input when there is room, for a signal, or for the output's reader to go away. */
static void wait_for_events(struct pool *pool, bool now)
{
	struct pollfd *fds = pool->fds;
	size_t n = 0;
	double next = pool->setup->progress == RV_PROGRESS_NONE ? 0 : rv_clock_s() + PROGRESS_S;
	bool wants_input = !pool->window.input_ended && !rv_window_is_full(&pool->window);
	fds[n++] = (struct pollfd) { .fd = rv_sig_fd(), .events = POLLIN };
	fds[n++] = (struct pollfd) { .fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN };
	fds[n++] = (struct pollfd) { .fd = STDOUT_FILENO, .events = 0 };
	fds[n++] = (struct pollfd) { .fd = pool->version.fd, .events = POLLIN };
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
		rv_stream_flush(pool->window.stream);
		if (next > 0) {
			double left_ms = (next - rv_clock_s()) * 1000;
			timeout_ms = left_ms <= 0 ? 0 : (int)RV_MIN(left_ms + 1, 60000.0);
		}
	}
	if (poll(fds, n, timeout_ms) > 0 && (fds[2].revents & POLLERR)) {
		rv_stream_break(pool->window.stream);
	}
}

static bool stopped(const struct pool *pool)
{
	if (rv_sig_stop()) {
		pool->window.stream->tool->signal = rv_sig_stop();
	}
	return rv_sig_stop() || pool->window.stream->broken;
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
		bool busy = rv_window_emit(&pool->window);
		busy |= rv_window_admit(&pool->window, ADMIT_MAX);
		if (learn_version(pool, err) < 0) {
			return -1;
		}
		busy |= rv_window_emit(&pool->window);
		if (pool->window.len == 0 && pool->window.input_ended && pool->run.fingerprint) {
			return 0;
		}
		deal(pool);
		retire(pool);
		if (staff(pool) < 0) {
			return rv_fail(err, RV_E_NO_BLENDER, "'%s' did not start %u times in a row: %s",
			               setup->worker.blender, pool->start_failures, pool->start_err.text);
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
		rv_sample_drop(&seat->work_dir);
	}
}

int rv_pool_run(const struct rv_pool_setup *setup, struct rv_stream *stream, struct rv_err *err)
{
	size_t n_seats = setup->jobs->max * 2;
	struct pool pool = {
		.setup = setup,
		.seats = rv_alloc_zero(n_seats, sizeof(*pool.seats)),
		.n_seats = n_seats,
		.fds = rv_alloc_zero(POLL_OWN + n_seats * RV_WORKER_POLL_MAX, sizeof(*pool.fds)),
		.request = RV_STR_INIT,
		.version = RV_VERSION_INIT,
		.fingerprint = RV_STR_INIT,
		.run = setup->run,
	};
	for (size_t i = 0; i < n_seats; i++) {
		pool.seats[i].worker = (struct rv_worker)RV_WORKER_INIT;
	}
	rv_window_open(&pool.window, setup->jobs->max * WINDOW_PER_JOB + WINDOW_EXTRA, &pool.run, stream,
	               setup->retries);
	rv_progress_start(setup->progress);
	rv_str_puts(&pool.fingerprint, setup->settings);
	rv_str_putc(&pool.fingerprint, '\n');
	int result = loop(&pool, err);
	dismiss(&pool, result < 0 || stopped(&pool));
	show_progress(&pool, true);
	const struct rv_window_counts *counts = &pool.window.counts;
	rv_info("%" PRIu64 " rendered, %" PRIu64 " reused, %" PRIu64 " failed; %" PRIu64 " Blenders, %zu at a time",
	        counts->rendered, counts->reused, counts->failed, pool.n_workers, setup->jobs->now);
	rv_version_stop(&pool.version);
	rv_window_close(&pool.window);
	rv_str_release(&pool.fingerprint);
	rv_str_release(&pool.request);
	free(pool.seats);
	free(pool.fds);
	return result;
}

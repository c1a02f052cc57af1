/* SPDX-License-Identifier: MIT */
/* The pool of Blender workers: one poll loop that reads, deals, collects and writes in order. */
#include "pool.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "device.h"
#include "diag.h"
#include "json.h"
#include "reply.h"
#include "request.h"
#include "sig.h"
#include "told.h"
#include "version.h"

#define WINDOW_PER_JOB 4
#define WINDOW_EXTRA 16
#define POLL_OWN 4   /* descriptors besides the workers' */
#define ADMIT_MAX 64 /* records taken before the workers are looked at again */
#define PROGRESS_S 0.5

struct pool {
	const struct blend_pool_setup *setup;
	struct blend_version version;
	bool asked; /* for the version */
	struct rv_str fingerprint;
	struct blend_sample_run run;
	struct blend_window window;
	struct blend_crew crew;
	struct blend_worker_setup worker; /* the setup's, without devices that do not render */
	struct blend_device device;
	struct pollfd *fds;
	struct rv_str request;
	uint64_t n_dirs; /* made so far */
	uint64_t frames; /* of sequences, done */
	struct rv_told warnings;
};

/* ---- workers ---------------------------------------------------------------------------------------------------- */

static void measure(struct pool *pool, const struct blend_seat *seat)
{
	if (!pool->setup->jobs->measured) {
		blend_jobs_measure(pool->setup->jobs, blend_worker_peak_rss(&seat->worker), seat->worker.gpu);
	}
}

/* The worker is dead or about to be killed. Its last words go with the error. */
static void lose_worker(struct pool *pool, struct blend_seat *seat, struct rv_err *err, bool was_starting)
{
	struct rv_str words = RV_STR_INIT;
	rv_str_puts(&words, "\n");
	blend_worker_log_tail(&seat->worker, &words);
	rv_detail("worker %" PRIu64 ": %s", seat->worker.serial, err->text);
	if (words.len > 1) {
		struct rv_err bare = *err;
		rv_fail(err, bare.code, "%s%s", bare.text, words.ptr);
	}
	if (was_starting && !(seat->worker.trying[0] &&
	                      blend_device_failed(&pool->device, seat->worker.trying, seat->worker.gpu, err))) {
		blend_crew_failed(&pool->crew, seat->worker.serial, err);
	}
	if (seat->slot) {
		pool->setup->tally->n_lost++;
		blend_sample_blame_space(&pool->run, err);
		blend_window_lose(&pool->window, seat->slot, err);
		blend_share_forget(&pool->crew, seat->slot);
		seat->slot = NULL;
	}
	blend_share_end_help(seat, false);
	rv_str_release(&words);
}

/* A worker in which the sample has left what cannot be put back gets no other. */
static void count_served(struct pool *pool, struct blend_seat *seat, bool spoiled)
{
	blend_worker_take(&seat->worker);
	seat->due = pool->setup->recycle > 0 && seat->worker.served >= pool->setup->recycle;
	if (spoiled) {
		rv_detail("worker %" PRIu64 ": replaced, its last sample has left traces", seat->worker.serial);
		blend_worker_end(&seat->worker);
	}
}

static void take_reply(struct pool *pool, struct blend_seat *seat)
{
	struct blend_slot *slot = seat->slot;
	struct rv_str empty = slot->reply;
	slot->reply = seat->worker.reply;
	seat->worker.reply = empty;
	slot->work_dir = seat->work_dir;
	slot->worker = seat->worker.serial;
	slot->state = BLEND_SLOT_ANSWERED;
	seat->work_dir = NULL;
	seat->slot = NULL;
	blend_share_forget(&pool->crew, slot);
	count_served(pool, seat, blend_reply_spoils(&slot->reply));
	measure(pool, seat);
	blend_tally_reply(pool->setup->tally, &slot->reply);
	rv_told_warnings(&pool->warnings, &slot->reply);
}

/* A worker that gave an answer that cannot be right is killed. What it has got meanwhile is rendered by another, and
 * that sample has lost nothing: an answer that a scene forged came while the worker still is in it. */
static void distrust(struct pool *pool, struct blend_seat *seat)
{
	if (seat->slot) {
		seat->slot->state = BLEND_SLOT_WAITING;
		seat->slot->attempts--;
		seat->slot->was_lost = true;
		blend_share_forget(&pool->crew, seat->slot);
		seat->slot = NULL;
	}
	blend_share_end_help(seat, false);
	blend_worker_kill(&seat->worker);
}

static void distrust_serial(struct pool *pool, uint64_t serial)
{
	for (size_t i = 0; i < pool->crew.n_seats; i++) {
		if (pool->crew.seats[i].worker.serial == serial) {
			distrust(pool, &pool->crew.seats[i]);
		}
	}
}

/* The reply of a worker that has helped. */
static void take_help(struct pool *pool, struct blend_seat *seat)
{
	struct rv_record reply = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	const bool is_reply = rv_record_parse(&reply, seat->worker.reply.ptr, seat->worker.reply.len, &err) == 0;
	const bool well = is_reply && blend_reply_check(&reply, &err) == 0;
	const bool spoiled = is_reply && blend_reply_spoils(&seat->worker.reply);
	if (!well) {
		rv_detail("worker %" PRIu64 ", helping: %s", seat->worker.serial, err.text);
	}
	blend_share_end_help(seat, well);
	count_served(pool, seat, spoiled);
	if (!is_reply) {
		distrust(pool, seat);
	}
	rv_record_release(&reply);
}

/* The fingerprint is whole with it: what waits for that can be decided. */
static void know_version(struct pool *pool, const char *number)
{
	rv_str_puts(&pool->fingerprint, number);
	pool->run.fingerprint = pool->fingerprint.ptr;
	blend_window_decide(&pool->window);
}

static void take_hello(struct pool *pool, struct blend_worker *worker)
{
	struct rv_json hello = RV_JSON_INIT;
	struct rv_err err;
	pool->crew.start_failures = 0;
	pool->setup->tally->start_s += rv_clock_s() - worker->started_s;
	rv_detail("worker %" PRIu64 ": ready: %s", worker->serial, worker->reply.ptr);
	if (rv_json_parse(worker->reply.ptr, worker->reply.len, &hello, &err) == 0) {
		const char *number = rv_json_string(rv_json_get(hello, "blender"), NULL);
		const char *device = rv_json_string(rv_json_get(hello, "device"), NULL);
		if (!pool->run.fingerprint) {
			know_version(pool, number ? number : "");
		}
		if (device && !blend_device_works(&pool->device, device)) {
			blend_worker_end(worker);
		} else if (device && strcmp(device, "CPU") == 0) {
			blend_jobs_forget_gpus(pool->setup->jobs);
		}
	}
	rv_json_release(&hello);
}

/* Lets one worker say what it has to say. */
static void tend(struct pool *pool, struct blend_seat *seat)
{
	struct rv_err err = RV_ERR_INIT;
	enum blend_worker_event event;
	if (seat->slot && blend_share_helpers(&pool->crew, seat->slot) > 0) {
		blend_worker_more_time(&seat->worker); /* it may have to wait for them */
	}
	do {
		bool was_starting = seat->worker.state == BLEND_WORKER_STARTING;
		event = blend_worker_handle(&seat->worker, &err);
		const uint64_t frames = blend_share_note(seat);
		pool->frames += frames;
		if (frames > 0) {
			measure(pool, seat);
		}
		switch (event) {
		case BLEND_WORKER_QUIET:
			break;
		case BLEND_WORKER_READY:
			take_hello(pool, &seat->worker);
			break;
		case BLEND_WORKER_REPLY:
			if (seat->slot) {
				take_reply(pool, seat);
			} else {
				take_help(pool, seat);
			}
			break;
		case BLEND_WORKER_ILL:
			lose_worker(pool, seat, &err, was_starting);
			blend_worker_kill(&seat->worker);
			break;
		case BLEND_WORKER_DIED:
			lose_worker(pool, seat, &err, was_starting);
			blend_worker_reap(&seat->worker, 0);
			break;
		}
	} while (event != BLEND_WORKER_QUIET);
	if (seat->worker.state == BLEND_WORKER_NONE) {
		blend_sample_drop(&seat->work_dir);
		seat->due = false;
	}
}

/* Sends a request about the slot, with a new directory for its files. */
static int send_request(struct pool *pool, struct blend_seat *seat, const struct blend_slot *slot, bool assist,
                        struct rv_err *err)
{
	const struct blend_pool_setup *setup = pool->setup;
	struct rv_str dir = RV_STR_INIT;
	rv_str_printf(&dir, "%s/sample-%" PRIu64, setup->worker.work_dir, ++pool->n_dirs);
	if (mkdir(dir.ptr, 0777) < 0) {
		rv_fail_errno(err, "cannot make '%s'", dir.ptr);
		rv_str_release(&dir);
		return -1;
	}
	blend_sample_drop(&seat->work_dir);
	seat->work_dir = rv_str_detach(&dir);
	if (blend_request_make(&pool->run, slot, seat->work_dir, setup->request_rest, assist, &pool->request, err) <
	    0) {
		return -1;
	}
	blend_worker_send(&seat->worker, pool->request.ptr, pool->request.len, setup->timeout_s);
	return 0;
}

static void send_slot(struct pool *pool, struct blend_seat *seat, struct blend_slot *slot)
{
	struct rv_err err = RV_ERR_INIT;
	slot->state = BLEND_SLOT_RUNNING;
	slot->attempts++;
	slot->share = (struct blend_share) { .closed = slot->share.closed };
	if (blend_sample_clear_generated(&pool->run, slot->id.ptr, &err) < 0 ||
	    send_request(pool, seat, slot, false, &err) < 0) {
		blend_window_fail(&pool->window, slot, &err);
		return;
	}
	seat->slot = slot;
}

/* Lets an idle worker help with a sequence; false when there is none that it would be of use for. */
static bool send_help(struct pool *pool, struct blend_seat *seat)
{
	struct blend_slot *slot = blend_share_neediest(&pool->crew);
	struct rv_err err = RV_ERR_INIT;
	if (!slot) {
		return false;
	}
	seat->helps = slot;
	seat->helped = 0;
	if (send_request(pool, seat, slot, true, &err) < 0) {
		rv_detail("%s", err.text);
		blend_share_end_help(seat, false);
		return false;
	}
	return true;
}

/* Gives waiting records to idle workers, the oldest first; who finds none helps with a sequence. */
static void deal(struct pool *pool)
{
	size_t at = 0;
	for (size_t i = 0; i < pool->crew.n_seats; i++) {
		struct blend_seat *seat = &pool->crew.seats[i];
		while (seat->worker.state == BLEND_WORKER_IDLE) {
			struct blend_slot *slot = blend_window_waiting(&pool->window, &at);
			if (slot) {
				send_slot(pool, seat, slot);
			} else if (!send_help(pool, seat)) {
				return;
			}
		}
	}
}

/* Commits what workers have answered; they are at their next samples meanwhile. Fails when OUT is not ours any more,
 * and when no sample can be rendered as the command says. */
static int settle(struct pool *pool, struct rv_err *err)
{
	for (size_t i = 0; i < pool->window.len; i++) {
		struct blend_slot *slot = blend_window_at(&pool->window, i);
		if (slot->state != BLEND_SLOT_ANSWERED) {
			continue;
		}
		if (pool->run.lock && rv_lock_check(pool->run.lock, pool->run.shown, err) < 0) {
			return -1;
		}
		const int result = blend_window_settle(&pool->window, slot, err);
		if (result < 0 && err->code == RV_E_USAGE) {
			return -1;
		} else if (result < 0) {
			distrust_serial(pool, slot->worker);
		}
	}
	return 0;
}

/* ---- the loop --------------------------------------------------------------------------------------------------- */

static void show_progress(const struct pool *pool, bool end)
{
	const struct blend_window_counts *window = &pool->window.counts;
	struct rv_progress_counts counts = {
		.done = window->rendered + window->reused + window->failed,
		.failed = window->failed,
		.frames = pool->frames,
		.reused = window->reused,
		.of = pool->window.stream->of,
	};
	for (size_t i = 0; i < pool->crew.n_seats; i++) {
		const struct blend_seat *const seat = &pool->crew.seats[i];
		counts.in_flight += seat->slot != NULL;
		counts.starting += seat->worker.state == BLEND_WORKER_STARTING;
		counts.blenders += seat->worker.state == BLEND_WORKER_IDLE || seat->worker.state == BLEND_WORKER_BUSY;
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
		int heard = blend_version_hear(&pool->version, &pool->fingerprint, err);
		if (heard > 0) {
			know_version(pool, "");
		}
		return heard < 0 ? -1 : 0;
	}
	bool undecided = pool->window.len > 0 || pool->window.input_ended;
	if (undecided && blend_window_demand(&pool->window) == 0) {
		pool->asked = true;
		return blend_version_ask(&pool->version, pool->setup->worker.blender, err);
	}
	return 0;
}

/* Waits for a worker, for input when there is room, for a signal, or for the output's reader to go away. */
static void wait_for_events(struct pool *pool, bool now)
{
	struct pollfd *fds = pool->fds;
	size_t n = 0;
	double next = pool->setup->progress == RV_PROGRESS_NONE ? 0 : rv_clock_s() + PROGRESS_S;
	bool wants_input = !pool->window.input_ended && !blend_window_is_full(&pool->window);
	fds[n++] = (struct pollfd) { .fd = rv_sig_fd(), .events = POLLIN };
	fds[n++] = (struct pollfd) { .fd = wants_input ? STDIN_FILENO : -1, .events = POLLIN };
	fds[n++] = (struct pollfd) { .fd = STDOUT_FILENO, .events = 0 };
	fds[n++] = (struct pollfd) { .fd = pool->version.fd, .events = POLLIN };
	for (size_t i = 0; i < pool->crew.n_seats; i++) {
		const struct blend_worker *worker = &pool->crew.seats[i].worker;
		double due = blend_worker_next_s(worker);
		blend_worker_poll(worker, fds + n);
		n += BLEND_WORKER_POLL_MAX;
		next = due > 0 && (next <= 0 || due < next) ? due : next;
	}
	if (pool->version.fd >= 0 && (next <= 0 || pool->version.deadline_s < next)) {
		next = pool->version.deadline_s; /* somebody may have stopped it */
	}
	int timeout_ms = -1;
	if (now) {
		timeout_ms = 0;
	} else {
		rv_output_flush(&pool->window.stream->output);
		if (next > 0) {
			double left_ms = (next - rv_clock_s()) * 1000;
			timeout_ms = left_ms <= 0 ? 0 : (int)RV_MIN(left_ms + 1, 60000.0);
		}
	}
	if (poll(fds, n, timeout_ms) > 0 && (fds[2].revents & POLLERR)) {
		rv_output_break(&pool->window.stream->output);
	}
}

static bool stopped(const struct pool *pool)
{
	if (rv_sig_stop()) {
		pool->window.stream->tool->signal = rv_sig_stop();
	}
	return rv_sig_stop() || pool->window.stream->output.broken;
}

static int loop(struct pool *pool, struct rv_err *err)
{
	while (!stopped(pool)) {
		for (size_t i = 0; i < pool->crew.n_seats; i++) {
			tend(pool, &pool->crew.seats[i]);
		}
		blend_crew_retire(&pool->crew); /* before those that are due are dealt more */
		deal(pool);
		if (settle(pool, err) < 0) {
			return -1;
		}
		bool busy = blend_window_emit(&pool->window);
		busy |= blend_window_admit(&pool->window, ADMIT_MAX);
		blend_window_decide(&pool->window);
		if (learn_version(pool, err) < 0) {
			return -1;
		}
		busy |= blend_window_emit(&pool->window);
		if (pool->window.len == 0 && pool->window.input_ended && pool->run.fingerprint) {
			return 0;
		}
		deal(pool);
		const size_t demand = blend_window_demand(&pool->window) + blend_share_demand(&pool->crew);
		if (blend_crew_staff(&pool->crew, demand, err) < 0) {
			return -1;
		}
		show_progress(pool, false);
		wait_for_events(pool, busy);
	}
	return 0;
}

int blend_pool_run(const struct blend_pool_setup *setup, struct rv_stream *stream, struct rv_err *err)
{
	struct pool pool = {
		.setup = setup,
		.request = RV_STR_INIT,
		.version = BLEND_VERSION_INIT,
		.fingerprint = RV_STR_INIT,
		.run = setup->run,
	};
	blend_device_open(&pool.device, setup->jobs);
	pool.worker = setup->worker;
	pool.worker.without = pool.device.without;
	blend_crew_open(&pool.crew, &pool.worker, setup->jobs);
	pool.fds = rv_alloc_zero(POLL_OWN + pool.crew.n_seats * BLEND_WORKER_POLL_MAX, sizeof(*pool.fds));
	blend_window_open(&pool.window, setup->jobs->max * WINDOW_PER_JOB + WINDOW_EXTRA, &pool.run, stream,
	                  setup->retries);
	rv_progress_start(setup->progress);
	rv_str_puts(&pool.fingerprint, setup->settings);
	rv_str_putc(&pool.fingerprint, '\n');
	int result = loop(&pool, err);
	blend_crew_dismiss(&pool.crew, result < 0 || stopped(&pool));
	if (rv_output_is_broken(&stream->output)) {
		rv_progress_drop();
	} else {
		show_progress(&pool, true);
		if (setup->progress != RV_PROGRESS_JSON) { /* what reads the objects knows */
			blend_window_conclude(&pool.window, setup->is_part);
		}
	}
	const struct blend_window_counts *counts = &pool.window.counts;
	rv_info("%" PRIu64 " rendered, %" PRIu64 " reused, %" PRIu64 " failed; %" PRIu64 " Blender%s, %zu at a time",
	        counts->rendered, counts->reused, counts->failed, pool.crew.n_workers, RV_PLURAL(pool.crew.n_workers),
	        setup->jobs->now);
	blend_tally_counts(setup->tally, counts, pool.crew.n_workers, setup->jobs->now);
	blend_version_stop(&pool.version);
	blend_window_close(&pool.window);
	rv_str_release(&pool.fingerprint);
	rv_str_release(&pool.request);
	blend_crew_close(&pool.crew);
	free(pool.fds);
	return result;
}

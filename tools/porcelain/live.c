/* SPDX-License-Identifier: MIT */
/* The running pipe and the running window of a preview. */
#include "porcelain/live.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "blend/locate.h"
#include "clock.h"
#include "diag.h"
#include "file.h"
#include "sig.h"

#define START_TIMEOUT_S 120
#define END_S 5.0

int rv_live_open_pipe(struct rv_live *live, struct rv_err *err)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		return rv_fail_errno(err, "cannot make a pipe");
	}
	const int result = rv_pipeline_start(&live->pipe, fds[0], err);
	close(fds[0]);
	live->in_fd = fds[1];
	if (result == 0) {
		live->reader = rv_reader_new(live->pipe.out_fd, "the pipe");
	}
	return result;
}

int rv_live_open_window(struct rv_live *live, const char *work_dir, struct rv_err *err)
{
	live->setup =
	        (struct rv_worker_setup) { .work_dir = work_dir, .start_timeout_s = START_TIMEOUT_S, .window = true };
	live->setup.blender = rv_locate_blender(NULL, err);
	live->setup.home = live->setup.blender ? rv_locate_home(err) : NULL;
	return live->setup.home ? rv_worker_start(&live->worker, &live->setup, NULL, false, 1, err) : -1;
}

static void close_window(struct rv_live *live)
{
	if (live->worker.state == RV_WORKER_IDLE && !rv_sig_stop()) {
		rv_worker_end(&live->worker);
	} else if (live->worker.state != RV_WORKER_NONE && live->worker.state != RV_WORKER_ENDING) {
		rv_worker_kill(&live->worker);
	}
	const double deadline_s = rv_clock_s() + END_S;
	while (live->worker.state != RV_WORKER_NONE && rv_clock_s() < deadline_s) {
		struct rv_err ignored;
		rv_worker_reap(&live->worker, 0.05);
		rv_worker_handle(&live->worker, &ignored);
	}
	free((char *)(uintptr_t)live->setup.blender);
	free((char *)(uintptr_t)live->setup.home);
	rv_str_release(&live->request);
}

void rv_live_close(struct rv_live *live)
{
	rv_reader_free(live->reader);
	if (live->in_fd >= 0) {
		close(live->in_fd);
	}
	if (live->rendering && !rv_sig_stop()) {
		rv_pipeline_kill(&live->pipe);
	} else {
		rv_pipeline_end(&live->pipe);
	}
	close_window(live);
	*live = (struct rv_live)RV_LIVE_INIT;
}

int rv_live_render(struct rv_live *live, const char *record, size_t len, struct rv_err *err)
{
	live->rendering = true;
	return rv_write_all(live->in_fd, record, len) < 0 ? rv_fail_errno(err, "cannot write to rv-blend") : 0;
}

static void push(struct rv_live *live)
{
	if (live->worker.state == RV_WORKER_IDLE && live->request.len > 0) {
		rv_worker_send(&live->worker, live->request.ptr, live->request.len, 0);
		rv_str_clear(&live->request);
	}
}

int rv_live_show(struct rv_live *live, struct rv_str *request, struct rv_err *err)
{
	const struct rv_str empty = live->request;
	live->request = *request;
	*request = empty;
	live->showing = true;
	if (live->worker.state == RV_WORKER_NONE &&
	    rv_worker_start(&live->worker, &live->setup, NULL, false, 1, err) < 0) {
		return -1;
	}
	push(live);
	return 0;
}

void rv_live_poll(const struct rv_live *live, struct pollfd fds[RV_LIVE_POLL_MAX])
{
	rv_worker_poll(&live->worker, fds);
	fds[RV_WORKER_POLL_MAX] = (struct pollfd) { .fd = live->reader ? live->pipe.out_fd : -1, .events = POLLIN };
}

double rv_live_next_s(const struct rv_live *live)
{
	return rv_worker_next_s(&live->worker);
}

enum rv_live_news rv_live_read_pipe(struct rv_live *live, struct rv_record *record, struct rv_err *err)
{
	if (!live->reader || rv_reader_would_block(live->reader)) {
		return RV_LIVE_NOTHING;
	}
	switch (rv_reader_next(live->reader, record, err)) {
	case 0:
		return RV_LIVE_CLOSED;
	case 1:
		live->rendering = false;
		return RV_LIVE_DONE;
	default:
		return RV_LIVE_BROKEN;
	}
}

/* Puts the worker's last words behind the error. */
static void add_words(const struct rv_worker *worker, struct rv_err *err)
{
	struct rv_str words = RV_STR_INIT;
	rv_worker_log_tail(worker, &words);
	if (words.len > 0) {
		const struct rv_err bare = *err;
		rv_fail(err, bare.code, "%s\n%s", bare.text, words.ptr);
	}
	rv_str_release(&words);
}

enum rv_live_news rv_live_read_window(struct rv_live *live, struct rv_record *record, struct rv_err *err)
{
	struct rv_worker *const worker = &live->worker;
	const bool starting = worker->state == RV_WORKER_STARTING;
	const enum rv_worker_event event = rv_worker_handle(worker, err);
	int parsed;
	switch (event) {
	case RV_WORKER_READY:
		push(live);
		return RV_LIVE_NOTHING;
	case RV_WORKER_REPLY:
		parsed = rv_record_parse(record, worker->reply.ptr, worker->reply.len, err);
		rv_worker_take(worker);
		live->showing = false;
		return parsed < 0 ? RV_LIVE_BROKEN : RV_LIVE_DONE;
	case RV_WORKER_QUIET:
		return RV_LIVE_NOTHING;
	case RV_WORKER_DIED:
	case RV_WORKER_ILL:
		break;
	}
	if (event == RV_WORKER_DIED && worker->ended_well && !starting) {
		rv_worker_reap(worker, 0);
		return RV_LIVE_CLOSED;
	}
	add_words(worker, err);
	if (event == RV_WORKER_ILL) {
		rv_worker_kill(worker);
	} else {
		rv_worker_reap(worker, 0);
	}
	live->showing = false;
	err->code = starting ? RV_E_NO_BLENDER : err->code;
	return starting ? RV_LIVE_BROKEN : RV_LIVE_LOST;
}

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

int porcelain_live_open_pipe(struct porcelain_live *live, struct rv_err *err)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		return rv_fail_errno(err, "cannot make a pipe");
	}
	const int result = porcelain_pipeline_start(&live->pipe, fds[0], err);
	close(fds[0]);
	live->in_fd = fds[1];
	if (result == 0) {
		live->reader = rv_reader_new(live->pipe.out_fd, "the pipe");
	}
	return result;
}

int porcelain_live_open_window(struct porcelain_live *live, const char *work_dir, const char *site, struct rv_err *err)
{
	live->setup = (struct blend_worker_setup) {
		.work_dir = work_dir, .site = site, .start_timeout_s = START_TIMEOUT_S, .window = true
	};
	live->setup.blender = blend_locate_blender(NULL, err);
	live->setup.home = live->setup.blender ? blend_locate_home(err) : NULL;
	return live->setup.home ? blend_worker_start(&live->worker, &live->setup, NULL, false, 1, err) : -1;
}

static void close_window(struct porcelain_live *live)
{
	if (live->worker.state == BLEND_WORKER_IDLE && !rv_sig_stop()) {
		blend_worker_end(&live->worker);
	} else if (live->worker.state != BLEND_WORKER_NONE && live->worker.state != BLEND_WORKER_ENDING) {
		blend_worker_kill(&live->worker);
	}
	const double deadline_s = rv_clock_s() + END_S;
	while (live->worker.state != BLEND_WORKER_NONE && rv_clock_s() < deadline_s) {
		struct rv_err ignored;
		blend_worker_reap(&live->worker, 0.05);
		blend_worker_handle(&live->worker, &ignored);
	}
	free((char *)(uintptr_t)live->setup.blender);
	free((char *)(uintptr_t)live->setup.home);
	rv_str_release(&live->request);
}

void porcelain_live_close(struct porcelain_live *live)
{
	rv_reader_free(live->reader);
	if (live->in_fd >= 0) {
		close(live->in_fd);
	}
	if (live->rendering && !rv_sig_stop()) {
		porcelain_pipeline_kill(&live->pipe);
	} else {
		porcelain_pipeline_end(&live->pipe);
	}
	close_window(live);
	*live = (struct porcelain_live)PORCELAIN_LIVE_INIT;
}

int porcelain_live_render(struct porcelain_live *live, const char *record, size_t len, struct rv_err *err)
{
	live->rendering = true;
	return rv_write_all(live->in_fd, record, len) < 0 ? rv_fail_errno(err, "cannot write to rv-blend") : 0;
}

static void push(struct porcelain_live *live)
{
	if (live->worker.state == BLEND_WORKER_IDLE && live->request.len > 0) {
		blend_worker_send(&live->worker, live->request.ptr, live->request.len, 0);
		rv_str_clear(&live->request);
	}
}

int porcelain_live_show(struct porcelain_live *live, struct rv_str *request, struct rv_err *err)
{
	const struct rv_str empty = live->request;
	live->request = *request;
	*request = empty;
	live->showing = true;
	if (live->worker.state == BLEND_WORKER_NONE &&
	    blend_worker_start(&live->worker, &live->setup, NULL, false, 1, err) < 0) {
		return -1;
	}
	push(live);
	return 0;
}

void porcelain_live_poll(const struct porcelain_live *live, struct pollfd fds[PORCELAIN_LIVE_POLL_MAX])
{
	blend_worker_poll(&live->worker, fds);
	fds[BLEND_WORKER_POLL_MAX] = (struct pollfd) { .fd = live->reader ? live->pipe.out_fd : -1, .events = POLLIN };
}

double porcelain_live_next_s(const struct porcelain_live *live)
{
	return blend_worker_next_s(&live->worker);
}

enum porcelain_live_news porcelain_live_read_pipe(struct porcelain_live *live, struct rv_record *record,
                                                  struct rv_err *err)
{
	if (!live->reader || rv_reader_would_block(live->reader)) {
		return PORCELAIN_LIVE_NOTHING;
	}
	switch (rv_reader_next(live->reader, record, err)) {
	case 0:
		return PORCELAIN_LIVE_CLOSED;
	case 1:
		live->rendering = false;
		return PORCELAIN_LIVE_DONE;
	default:
		return PORCELAIN_LIVE_BROKEN;
	}
}

/* Puts the worker's last words behind the error; GHOST is what opens Blender's windows. */
static void add_words(const struct blend_worker *worker, struct rv_err *err)
{
	struct rv_str words = RV_STR_INIT;
	blend_worker_log_tail(worker, &words);
	if (strstr(words.ptr, "GHOST: failed to initialize display")) {
		const char *const screen = getenv("WAYLAND_DISPLAY");
		const char *const display = getenv("DISPLAY");
		rv_fail(err, err->code,
		        "Blender cannot open a window on the screen '%s': '--preview-files --no-window' needs none",
		        display  ? display
		        : screen ? screen
		                 : "");
	} else if (words.len > 0) {
		const struct rv_err bare = *err;
		rv_fail(err, bare.code, "%s\n%s", bare.text, words.ptr);
	}
	rv_str_release(&words);
}

enum porcelain_live_news porcelain_live_read_window(struct porcelain_live *live, struct rv_record *record,
                                                    struct rv_err *err)
{
	struct blend_worker *const worker = &live->worker;
	const bool starting = worker->state == BLEND_WORKER_STARTING;
	const enum blend_worker_event event = blend_worker_handle(worker, err);
	int parsed;
	switch (event) {
	case BLEND_WORKER_READY:
		push(live);
		return PORCELAIN_LIVE_NOTHING;
	case BLEND_WORKER_REPLY:
		parsed = rv_record_parse(record, worker->reply.ptr, worker->reply.len, err);
		blend_worker_take(worker);
		live->showing = false;
		return parsed < 0 ? PORCELAIN_LIVE_BROKEN : PORCELAIN_LIVE_DONE;
	case BLEND_WORKER_QUIET:
		return PORCELAIN_LIVE_NOTHING;
	case BLEND_WORKER_DIED:
	case BLEND_WORKER_ILL:
		break;
	}
	if (event == BLEND_WORKER_DIED && worker->ended_well && !starting) {
		blend_worker_reap(worker, 0);
		return PORCELAIN_LIVE_CLOSED;
	}
	add_words(worker, err);
	if (event == BLEND_WORKER_ILL) {
		blend_worker_kill(worker);
	} else {
		blend_worker_reap(worker, 0);
	}
	live->showing = false;
	err->code = starting ? RV_E_NO_BLENDER : err->code;
	return starting ? PORCELAIN_LIVE_BROKEN : PORCELAIN_LIVE_LOST;
}

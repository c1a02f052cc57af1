/* SPDX-License-Identifier: MIT */
/* A Blender that is waited for. */
#include "porcelain/session.h"

#include <stdlib.h>

#include "blend/locate.h"
#include "blend/reply.h"
#include "blend/site.h"
#include "clock.h"
#include "sig.h"

#define START_TIMEOUT_S 120
#define END_S 10.0

/* Waits for the next word of the worker. */
static enum blend_worker_event await(struct blend_worker *worker, struct rv_err *err)
{
	while (!rv_sig_stop()) {
		struct pollfd fds[BLEND_WORKER_POLL_MAX + 1];
		const enum blend_worker_event event = blend_worker_handle(worker, err);
		if (event != BLEND_WORKER_QUIET) {
			return event;
		}
		blend_worker_poll(worker, fds);
		fds[BLEND_WORKER_POLL_MAX] = (struct pollfd) { .fd = rv_sig_fd(), .events = POLLIN };
		const double next_s = blend_worker_next_s(worker);
		poll(fds, RV_COUNTOF(fds), rv_clock_poll_ms(next_s > 0 ? next_s : -1));
	}
	rv_fail(err, RV_E_CANCELLED, "stopped by signal %d", rv_sig_stop());
	return BLEND_WORKER_ILL;
}

/* Its last words go with the error of a worker that is lost. */
static int lost(struct porcelain_session *session, struct rv_err *err)
{
	struct rv_str words = RV_STR_INIT;
	session->failed = true;
	blend_worker_log_tail(&session->worker, &words);
	if (words.len > 0 && !rv_sig_stop()) {
		const struct rv_err bare = *err;
		rv_fail(err, bare.code, "%s\n%s", bare.text, words.ptr);
	}
	rv_str_release(&words);
	return -1;
}

int porcelain_session_start(struct porcelain_session *session, const char *work_dir, const char *site,
                            struct rv_err *err)
{
	if (site && !(session->site = blend_site_path(site, err))) {
		return -1;
	}
	session->blender = blend_locate_blender(NULL, err);
	session->home = session->blender ? blend_locate_home(err) : NULL;
	session->setup = (struct blend_worker_setup) { .blender = session->blender,
		                                       .home = session->home,
		                                       .site = session->site,
		                                       .work_dir = work_dir,
		                                       .device = session->device,
		                                       .without = session->without,
		                                       .start_timeout_s = START_TIMEOUT_S };
	if (!session->home || blend_worker_start(&session->worker, &session->setup, NULL, false, 1, err) < 0) {
		return -1;
	}
	if (await(&session->worker, err) != BLEND_WORKER_READY) {
		if (!rv_sig_stop()) {
			err->code = RV_E_NO_BLENDER;
		}
		return lost(session, err);
	}
	rv_str_append(&session->hello, session->worker.reply.ptr, session->worker.reply.len);
	return 0;
}

int porcelain_session_ask(struct porcelain_session *session, const struct rv_str *request, struct rv_record *reply,
                          struct rv_err *err)
{
	struct blend_worker *const worker = &session->worker;
	blend_worker_send(worker, request->ptr, request->len, 0);
	if (await(worker, err) != BLEND_WORKER_REPLY) {
		return lost(session, err);
	}
	const int result = rv_record_parse(reply, worker->reply.ptr, worker->reply.len, err);
	blend_worker_take(worker);
	session->failed = result < 0 || blend_reply_check(reply, err) < 0;
	return session->failed ? -1 : 0;
}

void porcelain_session_end(struct porcelain_session *session)
{
	struct blend_worker *const worker = &session->worker;
	if (worker->state != BLEND_WORKER_NONE && session->failed) {
		blend_worker_kill(worker);
	} else if (worker->state != BLEND_WORKER_NONE) {
		blend_worker_end(worker);
	}
	for (const double deadline_s = rv_clock_s() + END_S; worker->state != BLEND_WORKER_NONE;) {
		struct rv_err ignored;
		blend_worker_reap(worker, 0.05);
		blend_worker_handle(worker, &ignored);
		if (rv_clock_s() > deadline_s) {
			break;
		}
	}
	rv_str_release(&session->hello);
	free(session->home);
	free(session->blender);
	free(session->site);
	session->home = session->blender = session->site = NULL;
}

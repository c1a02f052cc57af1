/* SPDX-License-Identifier: MIT */
/* One warm Blender process and the pipes to it. */
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "command.h"
#include "diag.h"
#include "dir.h"
#include "environment.h"
#include "file.h"
#include "json.h"
#include "log.h"
#include "record.h"
#include "reply.h"

#define END_S 2.0 /* from the end of its requests to SIGTERM, and from there to SIGKILL */
#define CHECK_RSS_S 0.1
#define CHECK_LOG_S 1.0
#define TRIAL_S 600.0 /* for a device: what is compiled for it at first takes minutes */
#define READ_BYTES 65536
#define LOG_IDLE_MAX ((off_t)1 << 20)  /* a log that is not kept starts anew above this, between requests */
#define LOG_BUSY_MAX ((off_t)64 << 20) /* ... and above this even during one */

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

/* Forgets everything but the buffers; the process must be gone. */
static void discard(struct blend_worker *worker)
{
	struct rv_err err = RV_ERR_INIT;
	close_fd(&worker->requests_fd);
	close_fd(&worker->replies_fd);
	if (worker->tmp_dir && rv_remove_tree(worker->tmp_dir, &err) < 0) {
		rv_detail("%s", err.text);
	}
	if (worker->log_path && !worker->setup->log_dir) {
		unlink(worker->log_path);
	}
	free(worker->tmp_dir);
	free(worker->log_path);
	rv_str_release(&worker->request);
	rv_str_release(&worker->reply);
	*worker = (struct blend_worker)BLEND_WORKER_INIT;
}

static int make_scratch(struct blend_worker *worker, int *log_fd, struct rv_err *err)
{
	const struct blend_worker_setup *setup = worker->setup;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/tmp-%" PRIu64, setup->work_dir, worker->serial);
	worker->tmp_dir = rv_str_detach(&path);
	rv_str_printf(&path, "%s/worker-%" PRIu64 ".log", setup->log_dir ? setup->log_dir : setup->work_dir,
	              worker->serial);
	worker->log_path = rv_str_detach(&path);
	if (mkdir(worker->tmp_dir, 0700) < 0) {
		return rv_fail_errno(err, "cannot make '%s'", worker->tmp_dir);
	}
	*log_fd = open(worker->log_path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
	if (*log_fd < 0) {
		return rv_fail_errno(err, "cannot write '%s'", worker->log_path);
	}
	return 0;
}

static int launch(struct blend_worker *worker, const char *gpu, bool warm, int requests_fd, int replies_fd, int log_fd,
                  struct rv_err *err)
{
	const struct blend_worker_setup *setup = worker->setup;
	struct blend_command command = BLEND_COMMAND_INIT;
	struct rv_str script = RV_STR_INIT;
	struct blend_environment env;
	char threads[16];
	const char *const mode = setup->window ? "--window" : warm && setup->device ? "--warm" : NULL;
	if (blend_command_parse(&command, setup->blender, err) < 0) {
		blend_command_release(&command);
		return -1;
	}
	char *const dir = blend_command_dir(&command);
	rv_str_printf(&script, "%s/worker.py", setup->home);
	blend_environment_init(&env, dir, worker->tmp_dir, gpu);
	snprintf(threads, sizeof(threads), "%u", setup->threads);
	/* clang-format off */
	const char *const arguments[] = {
		setup->window ? "--factory-startup" : "--background", "--factory-startup", "-noaudio",
		"-t", threads, "--python-use-system-env", "--python-exit-code", "70", "--python", script.ptr,
		"--", "--requests", "3", "--replies", "4", "--site", setup->site ? setup->site : "",
		"--device", setup->device ? setup->device : "", "--without", setup->without ? setup->without : "",
		mode, setup->device, NULL
	};
	/* clang-format on */
	for (const char *const *argument = arguments; *argument; argument++) {
		blend_command_add(&command, *argument);
	}
	const struct rv_fd_map fds[] = {
		{ .from = -1, .to = 0 },          { .from = log_fd, .to = 1 },     { .from = log_fd, .to = 2 },
		{ .from = requests_fd, .to = 3 }, { .from = replies_fd, .to = 4 },
	};
	const struct rv_spawn how = { .argv = command.argv,
		                      .fds = fds,
		                      .n_fds = RV_COUNTOF(fds),
		                      .env_set = (const char *const *)env.set,
		                      .env_unset = (const char *const *)env.unset };
	int result = rv_spawn(&worker->child, &how, err);
	free(dir);
	rv_str_release(&script);
	blend_environment_release(&env);
	blend_command_release(&command);
	return result;
}

int blend_worker_start(struct blend_worker *worker, const struct blend_worker_setup *setup, const char *gpu, bool warm,
                       uint64_t serial, struct rv_err *err)
{
	int requests[2] = { -1, -1 };
	int replies[2] = { -1, -1 };
	int log_fd = -1;
	int result = -1;
	*worker = (struct blend_worker)BLEND_WORKER_INIT;
	worker->setup = setup;
	worker->serial = serial;
	if (make_scratch(worker, &log_fd, err) < 0) {
		goto out;
	}
	if (pipe2(requests, O_CLOEXEC) < 0 || pipe2(replies, O_CLOEXEC) < 0) {
		rv_fail_errno(err, "cannot make a pipe to Blender");
		goto out;
	}
	if (fcntl(requests[1], F_SETFL, O_NONBLOCK) < 0 || fcntl(replies[0], F_SETFL, O_NONBLOCK) < 0) {
		rv_fail_errno(err, "cannot set up a pipe to Blender");
		goto out;
	}
	if (launch(worker, gpu, warm, requests[0], replies[1], log_fd, err) < 0) {
		goto out;
	}
	worker->requests_fd = requests[1];
	worker->replies_fd = replies[0];
	requests[1] = replies[0] = -1;
	worker->state = BLEND_WORKER_STARTING;
	worker->started_s = rv_clock_s();
	worker->deadline_s = worker->started_s + setup->start_timeout_s;
	rv_detail("worker %" PRIu64 ": started as process %d", serial, (int)worker->child.pid);
	result = 0;
out:
	close_fd(&requests[0]);
	close_fd(&requests[1]);
	close_fd(&replies[0]);
	close_fd(&replies[1]);
	close_fd(&log_fd);
	if (result < 0) {
		discard(worker);
	}
	return result;
}

/* One that the user wants to keep has none. */
static off_t log_limit(const struct blend_worker *worker, off_t limit)
{
	return worker->setup->log_dir ? BLEND_LOG_UNLIMITED : limit;
}

static void push_request(struct blend_worker *worker)
{
	while (worker->request_at < worker->request.len) {
		ssize_t n = write(worker->requests_fd, worker->request.ptr + worker->request_at,
		                  worker->request.len - worker->request_at);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return; /* full for now, or broken: then its end is told by pid_fd */
		}
		worker->request_at += (size_t)n;
	}
	rv_str_clear(&worker->request);
	worker->request_at = 0;
}

void blend_worker_send(struct blend_worker *worker, const char *text, size_t len, double timeout_s)
{
	if (worker->state != BLEND_WORKER_IDLE) {
		rv_bug("request to a worker that is not idle");
	}
	rv_str_append(&worker->request, text, len);
	rv_str_putc(&worker->request, '\n');
	rv_str_clear(&worker->reply);
	worker->log_start = blend_log_trim(worker->log_path, log_limit(worker, LOG_IDLE_MAX));
	worker->timeout_s = timeout_s;
	worker->is_starting = false;
	worker->state = BLEND_WORKER_BUSY;
	blend_worker_more_time(worker);
	push_request(worker);
}

void blend_worker_more_time(struct blend_worker *worker)
{
	if (worker->state == BLEND_WORKER_BUSY) {
		const double more_s = worker->is_starting ? worker->setup->start_timeout_s : 0;
		worker->deadline_s = worker->timeout_s > 0 ? rv_clock_s() + worker->timeout_s + more_s : 0;
	}
}

void blend_worker_poll(const struct blend_worker *worker, struct pollfd fds[BLEND_WORKER_POLL_MAX])
{
	bool pending = worker->request_at < worker->request.len;
	bool ending = worker->state == BLEND_WORKER_ENDING;
	fds[0] = (struct pollfd) { .fd = ending ? -1 : worker->replies_fd, .events = POLLIN };
	fds[1] = (struct pollfd) { .fd = pending && !ending ? worker->requests_fd : -1, .events = POLLOUT };
	fds[2] = (struct pollfd) { .fd = worker->child.pid_fd, .events = POLLIN };
}

static bool is_running(const struct blend_worker *worker)
{
	return worker->state != BLEND_WORKER_NONE && worker->state != BLEND_WORKER_ENDING;
}

double blend_worker_next_s(const struct blend_worker *worker)
{
	if (worker->state == BLEND_WORKER_ENDING) {
		return worker->kill_signal ? worker->kill_s : 0;
	}
	if (!is_running(worker)) {
		return 0;
	}
	double next = worker->deadline_s;
	bool checks = worker->setup->max_rss_bytes > 0 || worker->state == BLEND_WORKER_BUSY;
	if (checks && (next <= 0 || worker->check_s < next)) {
		next = worker->check_s;
	}
	return next;
}

/* A line of its /proc/PID/status that counts memory, such as "VmRSS"; 0 when that cannot be told. */
static uint64_t memory_bytes(const struct blend_worker *worker, const char *name)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	uint64_t kib = 0;
	rv_str_printf(&path, "/proc/%d/status", (int)worker->child.pid);
	if (rv_file_read(path.ptr, READ_BYTES, &text, &err) == 0) {
		const char *const line = strstr(text.ptr, name);
		kib = line ? strtoull(line + strlen(name) + 1, NULL, 10) : 0;
	}
	rv_str_release(&path);
	rv_str_release(&text);
	return kib * 1024;
}

uint64_t blend_worker_peak_rss(const struct blend_worker *worker)
{
	return memory_bytes(worker, "VmHWM");
}

/* -1 with *err when the process has grown past its limit. */
static int check_size(struct blend_worker *worker, struct rv_err *err)
{
	double now = rv_clock_s();
	if (now < worker->check_s) {
		return 0;
	}
	uint64_t limit = worker->setup->max_rss_bytes;
	worker->check_s = now + (limit ? CHECK_RSS_S : CHECK_LOG_S);
	if (worker->log_start > blend_log_trim(worker->log_path, log_limit(worker, LOG_BUSY_MAX))) {
		worker->log_start = 0;
	}
	uint64_t rss = limit ? memory_bytes(worker, "VmRSS") : 0;
	if (rss > limit) {
		return rv_fail(err, RV_E_RSS, "Blender grew to %" PRIu64 " MiB, above --max-rss %" PRIu64 " MiB",
		               rss >> 20, limit >> 20);
	}
	return 0;
}

/* Whether the line of a worker that starts only tells on which device its trial is; takes note of it. */
static bool take_trial(struct blend_worker *worker, const char *line)
{
	static const char trying[] = "{\"trying\":\"";
	if (strncmp(line, trying, sizeof(trying) - 1) != 0) {
		return false;
	}
	line += sizeof(trying) - 1;
	snprintf(worker->trying, sizeof(worker->trying), "%.*s", (int)strcspn(line, "\"\n"), line);
	worker->deadline_s = rv_clock_s() + TRIAL_S;
	return true;
}

/* Whether the line only tells how far a sample is; takes note of it. */
static bool take_note(struct blend_worker *worker, const char *line)
{
	if (worker->state == BLEND_WORKER_STARTING) {
		return take_trial(worker, line);
	}
	static const char frame[] = "{\"frame\":", frames[] = "{\"frames\":", passed[] = "{\"passed\":",
	                  starting[] = "{\"starting\":";
	worker->is_starting = !strncmp(line, starting, sizeof(starting) - 1);
	if (!strncmp(line, frame, sizeof(frame) - 1)) {
		worker->frames++;
		return true;
	}
	if (!strncmp(line, frames, sizeof(frames) - 1)) {
		worker->frames_told = true;
		worker->frames_total = strtoull(line + sizeof(frames) - 1, NULL, 10);
		return true;
	}
	return worker->is_starting || !strncmp(line, passed, sizeof(passed) - 1);
}

/* Drops the lines at the start of the reply that only tell how far it is. What stands before `from` has no
 * newline. Returns the first newline of another line, or NULL. */
static const char *skip_notes(struct blend_worker *worker, size_t from)
{
	struct rv_str *reply = &worker->reply;
	char *newline;
	while ((newline = memchr(reply->ptr + from, '\n', reply->len - from)) && worker->state != BLEND_WORKER_IDLE &&
	       take_note(worker, reply->ptr)) {
		size_t used = (size_t)(newline + 1 - reply->ptr);
		memmove(reply->ptr, newline + 1, reply->len - used);
		rv_str_truncate(reply, reply->len - used);
		blend_worker_more_time(worker);
		from = 0;
	}
	return newline;
}

/* Reads what has arrived. 1: a whole line is in reply, its newline cut off; 0: not yet; -1: nonsense, *err tells. */
static int pull_reply(struct blend_worker *worker, struct rv_err *err)
{
	struct rv_str *reply = &worker->reply;
	while (true) {
		rv_str_reserve(reply, READ_BYTES);
		ssize_t n = read(worker->replies_fd, reply->ptr + reply->len, READ_BYTES);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			if (n == 0) {
				close_fd(&worker->replies_fd); /* it is about to end: pid_fd tells when */
				double soon = rv_clock_s() + END_S;
				worker->deadline_s = worker->deadline_s > 0 ? RV_MIN(worker->deadline_s, soon) : soon;
			}
			return 0;
		}
		if (worker->state == BLEND_WORKER_IDLE) {
			return rv_fail(err, RV_E_CRASH, "the worker broke the protocol: a reply without a request");
		}
		size_t from = reply->len;
		reply->len += (size_t)n;
		reply->ptr[reply->len] = '\0';
		const char *newline = skip_notes(worker, from);
		if (newline) {
			size_t len = (size_t)(newline - reply->ptr);
			if (len + 1 != reply->len) {
				return rv_fail(err, RV_E_CRASH,
				               "the worker broke the protocol: two replies to one request");
			}
			rv_str_truncate(reply, len);
			return 1;
		}
		if (reply->len > RV_LINE_MAX) {
			return rv_fail(err, RV_E_CRASH, "the worker broke the protocol: a reply of more than %zu MiB",
			               RV_LINE_MAX >> 20);
		}
	}
}

enum blend_worker_event blend_worker_handle(struct blend_worker *worker, struct rv_err *err)
{
	int status;
	if (worker->state == BLEND_WORKER_NONE) {
		return BLEND_WORKER_QUIET;
	}
	if (worker->state == BLEND_WORKER_ENDING) {
		if (worker->kill_signal && rv_clock_s() >= worker->kill_s) {
			rv_child_kill(&worker->child, worker->kill_signal);
			worker->kill_signal = worker->kill_signal == SIGTERM ? SIGKILL : 0;
			worker->kill_s += END_S;
		}
		blend_worker_reap(worker, 0);
		return BLEND_WORKER_QUIET;
	}
	push_request(worker);
	int got = worker->replies_fd >= 0 ? pull_reply(worker, err) : 0;
	if (got < 0) {
		return BLEND_WORKER_ILL;
	}
	if (got > 0 && worker->state == BLEND_WORKER_BUSY) {
		return BLEND_WORKER_REPLY;
	}
	if (got > 0) {
		if (blend_reply_check_hello(&worker->reply, err) < 0) {
			return BLEND_WORKER_ILL;
		}
		worker->state = BLEND_WORKER_IDLE;
		worker->deadline_s = 0;
		return BLEND_WORKER_READY;
	}
	if (rv_child_wait(&worker->child, 0, &status) > 0) {
		struct rv_str how = RV_STR_INIT;
		rv_child_describe(status, &how);
		worker->ended_well = status == 0;
		rv_fail(err, RV_E_CRASH, "Blender ended: %s", how.ptr);
		rv_str_release(&how);
		return BLEND_WORKER_DIED;
	}
	if (worker->deadline_s > 0 && rv_clock_s() >= worker->deadline_s) {
		if (worker->replies_fd < 0) {
			rv_fail(err, RV_E_CRASH, "the worker broke the protocol: it closed its replies");
		} else if (worker->state == BLEND_WORKER_STARTING) {
			rv_fail(err, RV_E_TIMEOUT, "Blender was not ready after %g s", worker->setup->start_timeout_s);
		} else if (worker->is_starting) {
			rv_fail(err, RV_E_TIMEOUT, "not rendered within %g s (--timeout and --start-timeout)",
			        worker->timeout_s + worker->setup->start_timeout_s);
		} else {
			rv_fail(err, RV_E_TIMEOUT, "not rendered within %g s (--timeout)", worker->timeout_s);
		}
		return BLEND_WORKER_ILL;
	}
	return check_size(worker, err) < 0 ? BLEND_WORKER_ILL : BLEND_WORKER_QUIET;
}

void blend_worker_take(struct blend_worker *worker)
{
	rv_str_clear(&worker->reply);
	worker->state = BLEND_WORKER_IDLE;
	worker->deadline_s = 0;
	worker->check_s = 0; /* look at its size before it gets more work */
	worker->served++;
}

static void start_ending(struct blend_worker *worker, double term_in_s)
{
	close_fd(&worker->requests_fd);
	close_fd(&worker->replies_fd);
	worker->state = BLEND_WORKER_ENDING;
	worker->kill_signal = SIGTERM;
	worker->kill_s = rv_clock_s() + term_in_s;
}

void blend_worker_end(struct blend_worker *worker)
{
	if (is_running(worker)) {
		start_ending(worker, END_S);
	}
}

void blend_worker_kill(struct blend_worker *worker)
{
	if (is_running(worker)) {
		start_ending(worker, END_S);
	}
	if (worker->state == BLEND_WORKER_ENDING && worker->kill_signal == SIGTERM) {
		rv_child_kill(&worker->child, SIGTERM);
		worker->kill_signal = SIGKILL;
		worker->kill_s = rv_clock_s() + END_S;
	}
}

bool blend_worker_reap(struct blend_worker *worker, double seconds)
{
	int status;
	if (worker->state == BLEND_WORKER_NONE) {
		return true;
	}
	if (worker->child.pid > 0 && rv_child_wait(&worker->child, seconds, &status) == 0) {
		return false;
	}
	discard(worker);
	return true;
}

void blend_worker_log_tail(const struct blend_worker *worker, struct rv_str *out)
{
	if (worker->log_path) {
		blend_log_tail(worker->log_path, worker->log_start, out);
	}
}

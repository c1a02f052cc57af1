/* SPDX-License-Identifier: MIT */
/* Pipes to a persistent generator. */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "sig.h"
#include "spawn.h"

#define READ_BYTES ((size_t)64 << 10)
#define END_S 2.0      /* from the end of its input to SIGKILL */
#define FINAL_READS 64 /* more than the largest pipe holds */

enum { END_STDIN, END_STDOUT, END_STDERR, END_PID, END_SIGNAL, N_ENDS };

struct gen_process {
	struct rv_child child;
	int fds[3]; /* our ends of its input, output and messages */
};

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
	}
	*fd = -1;
}

struct gen_process *gen_process_start(const char *const *argv, struct rv_err *err)
{
	struct gen_process *process = rv_alloc_zero(1, sizeof(*process));
	int theirs[3] = { -1, -1, -1 };
	*process = (struct gen_process) { .child = RV_CHILD_INIT, .fds = { -1, -1, -1 } };
	int result = 0;
	for (size_t i = 0; i < 3 && result == 0; i++) {
		int ends[2];
		if (pipe2(ends, O_CLOEXEC) < 0) {
			result = rv_fail_errno(err, "cannot make a pipe");
			break;
		}
		process->fds[i] = ends[i == END_STDIN];
		theirs[i] = ends[i != END_STDIN];
		fcntl(process->fds[i], F_SETFL, O_NONBLOCK);
	}
	if (result == 0) {
		const struct rv_fd_map fds[] = { { theirs[0], 0 }, { theirs[1], 1 }, { theirs[2], 2 } };
		const struct rv_spawn how = { .argv = argv, .fds = fds, .n_fds = RV_COUNTOF(fds) };
		result = rv_spawn(&process->child, &how, err);
	}
	for (size_t i = 0; i < 3; i++) {
		close_fd(&theirs[i]);
	}
	if (result < 0) {
		gen_process_end(process);
		return NULL;
	}
	return process;
}

bool gen_process_is_quiet(const struct gen_process *process)
{
	struct pollfd end = { .fd = process->fds[END_STDOUT], .events = POLLIN };
	return poll(&end, 1, 0) == 0;
}

void gen_process_end(struct gen_process *process)
{
	int ignored;
	for (size_t i = 0; i < 3; i++) {
		close_fd(&process->fds[i]);
	}
	if (process->child.pid > 0 && rv_child_wait(&process->child, END_S, &ignored) == 0) {
		rv_child_kill(&process->child, SIGKILL);
		rv_child_wait(&process->child, -1, &ignored);
	}
	free(process);
}

/* Reads once; false when there is nothing more for now. */
static bool drain(int *fd, struct rv_str *out)
{
	rv_str_reserve(out, READ_BYTES);
	const ssize_t n = *fd < 0 ? 0 : read(*fd, out->ptr + out->len, READ_BYTES);
	if (n > 0) {
		out->len += (size_t)n;
		out->ptr[out->len] = '\0';
		return true;
	}
	if (n == 0) {
		close_fd(fd);
	}
	return n < 0 && errno == EINTR;
}

static void drain_messages(struct gen_process *process, struct rv_str *errors)
{
	for (size_t i = 0; i < FINAL_READS && drain(&process->fds[END_STDERR], errors); i++) {
		if (errors->len > RV_STDERR_TAIL) {
			rv_str_splice(errors, 0, errors->len - RV_STDERR_TAIL, "", 0);
		}
	}
}

static int tell_end(struct gen_process *process, struct rv_err *err)
{
	struct rv_str ending = RV_STR_INIT;
	int status;
	if (rv_child_wait(&process->child, END_S, &status) > 0) {
		rv_child_describe(status, &ending);
		rv_fail(err, RV_E_GENERATOR, "the generator ended with %s before it answered", ending.ptr);
	} else {
		rv_fail(err, RV_E_GENERATOR, "the generator closed its standard output");
	}
	rv_str_release(&ending);
	return -1;
}

/* What can be said of what has arrived: 1 the answer is whole, 0 not yet. */
static int look(struct rv_str *output, size_t output_max, struct rv_err *err)
{
	const char *const newline = memchr(output->ptr, '\n', output->len);
	if (newline && newline + 1 < output->ptr + output->len) {
		return rv_fail(err, RV_E_GENERATOR, "the generator answered a request with more than a line");
	}
	if (output->len > output_max) {
		return rv_fail(err, RV_E_LIMIT, "too long an answer");
	}
	return newline ? 1 : 0;
}

int gen_process_ask(struct gen_process *process, const struct rv_str *request, size_t output_max, double timeout_s,
                    struct rv_str *output, struct rv_str *errors, struct rv_err *err)
{
	const double deadline_s = timeout_s > 0 ? rv_clock_s() + timeout_s : -1;
	size_t sent = 0;
	rv_str_clear(output);
	rv_str_clear(errors);
	while (true) {
		struct pollfd ends[N_ENDS] = {
			[END_STDIN] = { .fd = sent < request->len ? process->fds[END_STDIN] : -1, .events = POLLOUT },
			[END_STDOUT] = { .fd = process->fds[END_STDOUT], .events = POLLIN },
			[END_STDERR] = { .fd = process->fds[END_STDERR], .events = POLLIN },
			[END_PID] = { .fd = process->child.pid_fd, .events = POLLIN },
			[END_SIGNAL] = { .fd = rv_sig_fd(), .events = POLLIN },
		};
		if (poll(ends, N_ENDS, rv_clock_poll_ms(deadline_s)) < 0) {
			continue;
		}
		if (ends[END_SIGNAL].revents) {
			return rv_fail(err, RV_E_CANCELLED, "stopped by signal %d", rv_sig_stop());
		}
		if (ends[END_STDIN].revents) {
			const ssize_t n = write(process->fds[END_STDIN], request->ptr + sent, request->len - sent);
			sent = n > 0                                        ? sent + (size_t)n
			       : n < 0 && errno != EAGAIN && errno != EINTR ? request->len
			                                                    : sent;
		}
		drain_messages(process, errors);
		while (output->len <= output_max && drain(&process->fds[END_STDOUT], output)) {
		}
		const int seen = look(output, output_max, err);
		if (seen != 0) {
			return seen < 0 ? -1 : 0;
		}
		if (ends[END_PID].revents || process->fds[END_STDOUT] < 0) {
			drain_messages(process, errors);
			return tell_end(process, err);
		}
		if (deadline_s >= 0 && rv_clock_s() >= deadline_s) {
			return rv_fail(err, RV_E_TIMEOUT, "too slow");
		}
	}
}

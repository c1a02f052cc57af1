/* SPDX-License-Identifier: MIT */
/* rv_run: a whole run of a program, its three pipes served at the same time. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "sig.h"

#define PIPE_STEP_BYTES ((size_t)64 << 10)
#define FINAL_READS 64 /* more than the largest pipe holds */

enum { END_STDIN, END_STDOUT, END_STDERR, END_PID, END_SIGNAL, N_ENDS };

static void close_end(struct pollfd *end)
{
	if (end->fd >= 0) {
		close(end->fd);
	}
	end->fd = -1;
}

/* Keeps the last RV_STDERR_TAIL bytes, from the start of a character on. */
static void keep_tail(struct rv_str *errors)
{
	if (errors->len > RV_STDERR_TAIL) {
		size_t drop = errors->len - RV_STDERR_TAIL;
		while (drop < errors->len && ((unsigned char)errors->ptr[drop] & 0xC0) == 0x80) {
			drop++;
		}
		rv_str_splice(errors, 0, drop, "", 0);
	}
}

/* Reads once from a pipe; closes it at its end. True when there may be more at once. */
static bool drain(struct pollfd *end, struct rv_str *out)
{
	rv_str_reserve(out, PIPE_STEP_BYTES);
	ssize_t n = read(end->fd, out->ptr + out->len, PIPE_STEP_BYTES);
	if (n > 0) {
		out->len += (size_t)n;
		out->ptr[out->len] = '\0';
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return errno == EINTR;
	}
	close_end(end);
	return false;
}

static void feed(struct pollfd *end, const struct rv_str *input, size_t *fed)
{
	ssize_t n = write(end->fd, input->ptr + *fed, input->len - *fed);
	if (n >= 0) {
		*fed += (size_t)n;
	} else if (errno == EAGAIN || errno == EINTR) {
		return;
	}
	/* A program may leave its input unread: that is no failure. */
	if (n < 0 || *fed == input->len) {
		close_end(end);
	}
}

/* Talks to the child until it has ended (0) or must be ended (-1). */
static int converse(struct pollfd ends[N_ENDS], const struct rv_spawn *how, const struct rv_str *input,
                    size_t output_max, double timeout_s, struct rv_str *output, struct rv_str *errors,
                    struct rv_err *err)
{
	double deadline = timeout_s > 0 ? rv_clock_s() + timeout_s : -1;
	size_t fed = 0;
	for (;;) {
		if (poll(ends, N_ENDS, rv_clock_poll_ms(deadline)) < 0) {
			for (size_t i = 0; i < N_ENDS; i++) {
				ends[i].revents = 0; /* EINTR */
			}
		}
		if (ends[END_SIGNAL].revents) {
			return rv_fail(err, RV_E_CANCELLED, "'%s' was stopped by signal %d", how->argv[0],
			               rv_sig_stop());
		}
		if (ends[END_STDIN].revents) {
			feed(&ends[END_STDIN], input, &fed);
		}
		/* Once it has ended, what it wrote is in the pipes: all of that is read, but nothing is waited for. */
		bool ended = ends[END_PID].revents;
		int turns = ended ? FINAL_READS : 1;
		for (int i = 0; i < turns && ends[END_STDERR].fd >= 0 && (ended || ends[END_STDERR].revents); i++) {
			i = drain(&ends[END_STDERR], errors) ? i : turns;
			keep_tail(errors);
		}
		for (int i = 0; i < turns && ends[END_STDOUT].fd >= 0 && (ended || ends[END_STDOUT].revents); i++) {
			i = drain(&ends[END_STDOUT], output) && output->len <= output_max ? i : turns;
		}
		if (output->len > output_max) {
			return rv_fail(err, RV_E_LIMIT, "'%s' wrote more than %zu bytes to its standard output",
			               how->argv[0], output_max);
		}
		if (ended) {
			return 0;
		}
		if (deadline >= 0 && rv_clock_s() >= deadline) {
			return rv_fail(err, RV_E_TIMEOUT, "'%s' took longer than %g s and was killed", how->argv[0],
			               timeout_s);
		}
	}
}

int rv_run(const struct rv_spawn *how, const struct rv_str *input, size_t output_max, double timeout_s,
           struct rv_str *output, struct rv_str *errors, int *status, struct rv_err *err)
{
	rv_str_clear(output);
	rv_str_clear(errors);
	struct rv_child child = RV_CHILD_INIT;
	int pipes[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	struct pollfd ends[N_ENDS] = { { .fd = -1, .events = POLLOUT } };
	int result = -1;
	for (size_t i = 0; i < 3; i++) {
		if (pipe2(pipes[i], O_CLOEXEC) < 0) {
			rv_fail_errno(err, "cannot make a pipe");
			goto out;
		}
	}
	struct rv_fd_map fds[RV_SPAWN_FDS_MAX] = { { pipes[0][0], 0 }, { pipes[1][1], 1 }, { pipes[2][1], 2 } };
	if (how->n_fds > RV_SPAWN_FDS_MAX - 3) {
		rv_bug("%zu descriptors for a child", how->n_fds);
	}
	for (size_t i = 0; i < how->n_fds; i++) {
		fds[3 + i] = how->fds[i];
	}
	struct rv_spawn piped = *how;
	piped.fds = fds;
	piped.n_fds = 3 + how->n_fds;
	if (rv_spawn(&child, &piped, err) < 0) {
		goto out;
	}
	for (size_t i = 0; i < 3; i++) {
		int ours = i == 0;
		close(pipes[i][!ours]);
		ends[i] = (struct pollfd) { .fd = pipes[i][ours], .events = ours ? POLLOUT : POLLIN };
		pipes[i][0] = pipes[i][1] = -1;
		fcntl(ends[i].fd, F_SETFL, O_NONBLOCK);
	}
	ends[END_PID] = (struct pollfd) { .fd = child.pid_fd, .events = POLLIN };
	ends[END_SIGNAL] = (struct pollfd) { .fd = rv_sig_fd(), .events = POLLIN };
	if (!input || !input->len) {
		close_end(&ends[END_STDIN]);
	}
	result = converse(ends, how, input, output_max, timeout_s, output, errors, err);
	if (result < 0) {
		rv_child_kill(&child, SIGKILL);
	}
	int ignored;
	rv_child_wait(&child, -1, result < 0 ? &ignored : status);
	for (size_t i = END_STDIN; i <= END_STDERR; i++) {
		close_end(&ends[i]);
	}
out:
	for (size_t i = 0; i < 3; i++) {
		for (size_t j = 0; j < 2; j++) {
			if (pipes[i][j] >= 0) {
				close(pipes[i][j]);
			}
		}
	}
	return result;
}

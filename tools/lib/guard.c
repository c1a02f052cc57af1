/* SPDX-License-Identifier: MIT */
/* The process that outlives us for the instant it takes to end our children. */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUPS_MAX 1024 /* running at a time; more are left to PR_SET_PDEATHSIG */

struct message {
	enum { ADD, REMOVE } what;
	pid_t group;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pid_t owner; /* whose guard it is: a fork of ours needs one of its own */
static pid_t guard_pid = -1;
static int pipe_fd = -1;

static void send(int fd, const struct message *message)
{
	/* Less than PIPE_BUF: whole or not at all. */
	while (write(fd, message, sizeof(*message)) < 0 && errno == EINTR) {
	}
}

/* Runs in a fork of a program with threads: system calls only. */
RV_NORETURN static void watch(int from_tool)
{
	static pid_t groups[GROUPS_MAX];
	size_t len = 0;
	struct message message;
	for (;;) {
		ssize_t n = read(from_tool, &message, sizeof(message));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n != (ssize_t)sizeof(message)) {
			break;
		}
		if (message.what == ADD && len < GROUPS_MAX) {
			groups[len++] = message.group;
		}
		for (size_t i = 0; message.what == REMOVE && i < len; i++) {
			if (groups[i] == message.group) {
				groups[i] = groups[--len];
			}
		}
	}
	for (size_t i = 0; i < len; i++) {
		kill(-groups[i], SIGKILL);
	}
	_exit(0);
}

/* At exit: so that nobody else has to reap it. */
static void stop(void)
{
	if (pipe_fd >= 0 && owner == getpid()) {
		close(pipe_fd);
		pipe_fd = -1;
		while (waitpid(guard_pid, NULL, 0) < 0 && errno == EINTR) {
		}
	}
}

static void start(void)
{
	int fds[2];
	if (pipe2(fds, O_CLOEXEC) < 0) {
		return;
	}
	sigset_t all, old;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid_t pid = fork();
	if (pid == 0) {
		/* It keeps no descriptor open that somebody waits for the end of, and no directory busy. All signals
		 * stay blocked. */
		setsid();
		prctl(PR_SET_NAME, "rv-guard");
		int ignored RV_UNUSED = chdir("/");
		if (dup2(fds[0], 0) == 0) {
			if (syscall(SYS_close_range, 1U, ~0U, 0) < 0) {
				for (int fd = 1; fd < 1024; fd++) {
					close(fd);
				}
			}
			watch(0);
		}
		_exit(1);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	close(fds[0]);
	if (pid < 0) {
		close(fds[1]);
		return;
	}
	pipe_fd = fds[1];
	guard_pid = pid;
	atexit(stop);
}

int rv_guard_fd(void)
{
	pthread_mutex_lock(&lock);
	if (owner != getpid()) {
		if (pipe_fd >= 0) {
			close(pipe_fd);
			pipe_fd = -1;
		}
		owner = getpid();
		start();
	}
	int fd = pipe_fd;
	pthread_mutex_unlock(&lock);
	return fd;
}

void rv_guard_add(int guard_fd, pid_t group)
{
	if (guard_fd >= 0) {
		send(guard_fd, &(struct message) { .what = ADD, .group = group });
	}
}

void rv_guard_remove(pid_t group)
{
	if (pipe_fd >= 0) {
		send(pipe_fd, &(struct message) { .what = REMOVE, .group = group });
	}
}

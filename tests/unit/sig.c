/* SPDX-License-Identifier: MIT */
/* sig: the first signal is told, the second one ends the program. Each case in a process of its own. */
#include "sig.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* The status of a child that runs `body`, which returns its exit status. */
static int in_child(int (*body)(void))
{
	pid_t pid = fork();
	if (pid == 0) {
		_exit(body());
	}
	int status = -1;
	waitpid(pid, &status, 0);
	return status;
}

static bool is_readable(int fd)
{
	struct pollfd end = { .fd = fd, .events = POLLIN };
	return poll(&end, 1, 0) == 1;
}

static int catch_one(void)
{
	if (rv_sig_fd() != -1 || rv_sig_stop() != 0) {
		return 1;
	}
	rv_sig_catch();
	rv_sig_catch();
	if (rv_sig_stop() != 0 || rv_sig_count() != 0 || is_readable(rv_sig_fd())) {
		return 2;
	}
	raise(SIGTERM);
	/* It stays readable, however often one looks. */
	bool told = is_readable(rv_sig_fd()) && is_readable(rv_sig_fd());
	return rv_sig_stop() == SIGTERM && rv_sig_count() == 1 && told ? 0 : 3;
}

static int interrupt_read(void)
{
	int ends[2];
	char byte;
	signal(SIGINT, SIG_DFL); /* a shell may have started us with it ignored */
	rv_sig_catch();
	if (pipe(ends) < 0) {
		return 1;
	}
	pid_t parent = getpid();
	if (fork() == 0) {
		usleep(50000);
		kill(parent, SIGINT);
		_exit(0);
	}
	/* The end of the pipe comes after the signal: on a busy machine that may have come before the call. */
	close(ends[1]);
	ssize_t n = read(ends[0], &byte, 1);
	return (n == 0 || (n < 0 && errno == EINTR)) && rv_sig_stop() == SIGINT ? 0 : 2;
}

static int catch_two(void)
{
	signal(SIGINT, SIG_DFL);
	rv_sig_catch();
	raise(SIGTERM);
	raise(SIGINT);
	return 0;
}

static int die(void)
{
	signal(SIGHUP, SIG_DFL);
	rv_sig_catch();
	raise(SIGHUP);
	rv_sig_die(rv_sig_stop());
}

static int die_blocked(void)
{
	sigset_t set;
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	rv_sig_die(SIGPIPE);
}

static int keep_ignored(void)
{
	signal(SIGHUP, SIG_IGN);
	rv_sig_catch();
	raise(SIGHUP);
	return rv_sig_stop() == 0 ? 0 : 1;
}

static void first(void)
{
	CHECK_I64(in_child(catch_one), 0);
	CHECK_I64(in_child(interrupt_read), 0);
	CHECK_I64(in_child(keep_ignored), 0);
}

static void ends(void)
{
	CHECK_I64(in_child(catch_two), SIGINT);
	CHECK_I64(in_child(die), SIGHUP);
	CHECK_I64(in_child(die_blocked), SIGPIPE);
}

CHECK_MODULE(sig)
{
	check_case("the first signal is told", first);
	check_case("the second one, and rv_sig_die, end the program by it", ends);
}

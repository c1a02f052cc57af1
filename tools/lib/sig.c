/* SPDX-License-Identifier: MIT */
/* The signals that ask a program to stop. */
#include "sig.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "diag.h"

static const int caught[] = { SIGINT, SIGTERM, SIGHUP };
static atomic_int first_signal;
static atomic_int signal_count;
static int wake_fds[2] = { -1, -1 };
static void (*volatile stop_hook)(void);

static void on_signal(int number)
{
	int saved = errno;
	int none = 0;
	atomic_compare_exchange_strong(&first_signal, &none, number);
	if (atomic_fetch_add(&signal_count, 1) > 0) {
		/* Blocked while we are in here: it ends the program when the handler returns. */
		signal(number, SIG_DFL);
		raise(number);
	} else {
		/* Never read: the descriptor stays readable for everybody who polls it. */
		ssize_t ignored RV_UNUSED = write(wake_fds[1], "", 1);
		void (*const hook)(void) = stop_hook;
		if (hook) {
			hook();
		}
	}
	errno = saved;
}

void rv_sig_catch(void)
{
	if (wake_fds[0] >= 0) {
		return;
	}
	if (pipe2(wake_fds, O_CLOEXEC | O_NONBLOCK) < 0) {
		rv_error("cannot make a pipe for signals");
		exit(3);
	}
	struct sigaction action = { .sa_handler = on_signal }; /* no SA_RESTART: blocking calls return EINTR */
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < RV_COUNTOF(caught); i++) {
		struct sigaction old;
		/* What our parent had us ignore (nohup) stays ignored. */
		if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) {
			sigaction(caught[i], &action, NULL);
		}
	}
}

int rv_sig_stop(void)
{
	return atomic_load(&first_signal);
}

int rv_sig_count(void)
{
	return atomic_load(&signal_count);
}

void rv_sig_on_stop(void (*hook)(void))
{
	stop_hook = hook;
}

int rv_sig_fd(void)
{
	return wake_fds[0];
}

void rv_sig_die(int signal_number)
{
	signal(signal_number, SIG_DFL);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
	_exit(128 + signal_number); /* a signal that does not end programs */
}

/* SPDX-License-Identifier: MIT */
/* The thread that ends a process which does not end by itself. */
#include "grace.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "sig.h"

static struct {
	pthread_mutex_t lock;
	double seconds;
	rv_grace_fn *last;
	void *context;
} grace = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void die(int ignored)
{
	(void)ignored;
	rv_sig_die(rv_sig_stop());
}

static void *watch(void *unused)
{
	struct pollfd end = { .fd = rv_sig_fd(), .events = POLLIN };
	while (poll(&end, 1, -1) < 1) {
	}
	const double deadline_s = rv_clock_s() + grace.seconds;
	while (rv_clock_s() < deadline_s) {
		poll(NULL, 0, rv_clock_poll_ms(deadline_s));
	}
	rv_error("still at work %g s after the signal (--grace): ended", grace.seconds);
	signal(SIGALRM, die);
	alarm(1); /* for an output that does not take the last words */
	pthread_mutex_lock(&grace.lock);
	if (grace.last) {
		grace.last(grace.context);
	}
	die(0);
	return unused;
}

void rv_grace_start(double seconds, rv_grace_fn *last, void *context)
{
	pthread_t thread;
	sigset_t all, old;
	grace.seconds = seconds;
	grace.last = last;
	grace.context = context;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	const int number = pthread_create(&thread, NULL, watch, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (number) {
		rv_warn("--grace has no effect, cannot start a thread: %s", strerror(number));
		return;
	}
	pthread_detach(thread);
}

void rv_grace_forget(void)
{
	pthread_mutex_lock(&grace.lock);
	grace.last = NULL;
	pthread_mutex_unlock(&grace.lock);
}

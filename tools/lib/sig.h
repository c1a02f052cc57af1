/* SPDX-License-Identifier: MIT */
/*
 * Signals. rv_sig_catch makes SIGINT, SIGTERM and SIGHUP set a flag instead of ending the program; blocking calls then
 * return EINTR. A tool that owns temporary state calls it, looks at rv_sig_stop between steps, cleans up, and ends with
 * rv_sig_die, so that its parent sees the true cause. The second signal of the kind ends the program at once. Threads
 * other than the main one are to block these signals (those of taskq.h do), so that handlers run on the main thread.
 */
#ifndef RV_SIG_H
#define RV_SIG_H

void rv_sig_catch(void);
/* 0, or the number of the signal that asks us to stop. */
int rv_sig_stop(void);
/* How many such signals have come. */
int rv_sig_count(void);
/* Called in the first signal's handler, once rv_sig_stop tells of it; one for the whole program, NULL: none. */
void rv_sig_on_stop(void (*hook)(void));
/* A descriptor that becomes readable when one comes (for poll); -1 before rv_sig_catch. */
int rv_sig_fd(void);
/* Ends the program by that signal, default action restored. */
RV_NORETURN void rv_sig_die(int signal_number);

#endif

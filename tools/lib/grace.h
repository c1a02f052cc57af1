/* SPDX-License-Identifier: MIT */
/*
 * A bound on the end: whatever a tool is in when a signal asks it to stop (sig.h), a call that does not return or a
 * write to a pipe that nobody reads, it is over within some seconds.
 */
#ifndef RV_GRACE_H
#define RV_GRACE_H

/* Watches from a thread of its own: when the process is still there that many seconds after the first signal, `last`
 * is called, and the process ended by the signal, a second later at the latest. Once per process, after
 * rv_sig_catch. */
typedef void rv_grace_fn(void *context);
void rv_grace_start(double seconds, rv_grace_fn *last, void *context);
/* What `last` needs is about to go: it is not called any more. The bound stays. */
void rv_grace_forget(void);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A lock on a place that one run at a time may work in: a hidden file that names who holds it.
 *
 *	struct rv_lock lock = RV_LOCK_INIT;
 *	if (rv_lock_take(&lock, "out/.rv-blend.lock", "'out'", wait_s, err) < 0) return -1;   RV_E_BUSY: another has it
 *	...
 *	if (rv_lock_check(&lock, "'out'", err) < 0) return -1;                                before what counts
 *	rv_lock_drop(&lock);
 *
 * It is held by the open file, not by the file's existence: when its holder dies, however it dies, the lock is free,
 * and the file that is left means nothing. It holds between hosts that share a file system with locks (NFS). A process
 * that was forked while it was held, and did not exec, holds it, too: so a guard that still ends a dead run's Blender
 * keeps the next run waiting, for some seconds, whatever it is told to wait.
 */
#ifndef RV_LOCK_H
#define RV_LOCK_H

#include "err.h"

struct rv_lock {
	int fd; /* -1: not held */
	char *path;
	bool is_shared;
	bool is_none; /* private: the file system knows no locks */
};
#define RV_LOCK_INIT \
	{ \
		.fd = -1 \
	}

/* Waits up to `wait_s` seconds. Fails with RV_E_BUSY when another process has it, which the message names with its host
 * ("'out' is in use by rv-blend, process 123 on box7"), and without `wait_s` the option that waits, which all tools
 * with locks have; `what` is how it calls the place. RV_E_CANCELLED when a signal comes. Where the file system knows no
 * locks, a warning is given and the lock is taken for held. */
int rv_lock_take(struct rv_lock *lock, const char *path, const char *what, double wait_s,
                 struct rv_err *err) RV_MUST_USE;
/* The same for one that several may hold, as long as nobody has it for himself. */
int rv_lock_share(struct rv_lock *lock, const char *path, const char *what, double wait_s,
                  struct rv_err *err) RV_MUST_USE;
/* Fails with RV_E_BUSY when it is held no more: a server that was away gave it to another, or somebody removed the
 * file. */
int rv_lock_check(const struct rv_lock *lock, const char *what, struct rv_err *err) RV_MUST_USE;
/* Removes the file; fine when it is not held. */
void rv_lock_drop(struct rv_lock *lock);

#endif

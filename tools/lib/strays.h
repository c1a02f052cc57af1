/* SPDX-License-Identifier: MIT */
/*
 * The case that a guard (guard.h) is killed itself, by SIGKILL. The program that it guarded is killed by the kernel
 * then, and what that one has started would be nobody's; so we are its next parent in line (PR_SET_CHILD_SUBREAPER) and
 * end what comes to us: all children that are neither guards nor were there before the first guard. Used by spawn.c
 * alone; for several threads at a time.
 */
#ifndef RV_STRAYS_H
#define RV_STRAYS_H

#include <sys/types.h>

/* A guard is made between these two: no other thread takes it for a stray meanwhile. `guard` < 0: there is none. */
void rv_strays_guard_begin(void);
void rv_strays_guard_made(pid_t guard);

/* waitpid for a guard; when it was killed, all that it leaves behind ends here. */
void rv_strays_guard_reap(pid_t guard, int *status);

#endif

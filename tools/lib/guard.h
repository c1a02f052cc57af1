/* SPDX-License-Identifier: MIT */
/*
 * The guard: a small process between us and a program that we run, which leaves nothing of it behind.
 *
 * A program can start others that leave its process group and its session, and whose parents are gone: all of them
 * become the guard's children (PR_SET_CHILD_SUBREAPER). When the program has ended, or we have, even by SIGKILL, the
 * guard kills every one of them, and then ends the way the program did. It has a session of its own, so that a signal
 * to our group does not reach it. All signals are blocked in it; one that is stopped goes on when it is needed, and
 * strays.h is for the one that is killed. Used by spawn.c alone.
 */
#ifndef RV_GUARD_H
#define RV_GUARD_H

#include <sys/types.h>

/* Makes the process of the program; its number, or -1. Async-signal-safe. */
typedef pid_t rv_guard_start_fn(void *state);

/*
 * Becomes the guard: called in a fresh fork with all signals blocked, never returns. A byte read from `control_fd` is a
 * signal for the program's process group, SIGKILL for all that came from it; so is the end of that pipe. The program's
 * number is written to `report_fd` (a pid_t after `tag`, an int) once it runs and nothing else of ours is open here.
 */
RV_NORETURN void rv_guard_main(int control_fd, int report_fd, int tag, rv_guard_start_fn *start, void *state);

#endif

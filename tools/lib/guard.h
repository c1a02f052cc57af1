/* SPDX-License-Identifier: MIT */
/*
 * The guard: a small process beside the tool that ends what the tool started when the tool is gone, even by SIGKILL.
 *
 * The kernel ends our direct children with us (PR_SET_PDEATHSIG), but not theirs: a Blender that was started by a
 * wrapper script, what a generator's shell runs. The guard holds the list of process groups that run; at the end of its
 * pipe, which is the end of the tool, it kills those that are left. It has a session of its own, so that a signal to
 * the tool's group does not reach it. Used by spawn.c alone.
 */
#ifndef RV_GUARD_H
#define RV_GUARD_H

#include <sys/types.h>

/* Starts it at the first call; its pipe, or -1 when it cannot be had. Thread-safe. */
int rv_guard_fd(void);
/* Puts a group on the list: called by the child itself before it executes anything, async-signal-safe. */
void rv_guard_add(int guard_fd, pid_t group);
/* Takes it off: called while the group's number still is taken, before its leader is reaped. */
void rv_guard_remove(pid_t group);

#endif

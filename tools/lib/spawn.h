/* SPDX-License-Identifier: MIT */
/*
 * One child process, which never outlives us, and nothing that it started outlives it: a guard (guard.h) stands between
 * us and it and ends them, whatever session they have moved to. It leads a process group of its own, and gets default
 * signal dispositions, an empty signal mask and no descriptors but those named (0, 1 and 2 are /dev/null when they are
 * not named; { 2, 2 } hands on our stderr). SIGPIPE must be ignored in us (rv_tool_start does it).
 *
 *	struct rv_spawn how = { .argv = argv, .cwd = dir, .fds = fds, .n_fds = 3 };
 *	struct rv_child child = RV_CHILD_INIT;
 *	if (rv_spawn(&child, &how, err) < 0) ...      a program that cannot be executed is reported here
 *	... rv_child_wait / rv_child_poll / rv_child_kill ...
 */
#ifndef RV_SPAWN_H
#define RV_SPAWN_H

#include <sys/types.h>

#include "err.h"
#include "str.h"

#define RV_SPAWN_FDS_MAX 16

struct rv_fd_map {
	int from; /* ours; closed in the child afterwards. -1: /dev/null */
	int to;   /* the child's number */
};

struct rv_spawn {
	const char *const *argv; /* argv[0] is searched in PATH unless it has a slash */
	const char *cwd;         /* NULL: ours */
	const struct rv_fd_map *fds;
	size_t n_fds;
	const char *const *env_set;   /* "NAME=value" added or replaced; NULL-ended or NULL */
	const char *const *env_unset; /* names removed; NULL-ended or NULL */
};

struct rv_child {
	pid_t pid;   /* -1: none */
	pid_t guard; /* our own child */
	int pid_fd;  /* readable (poll) when it has ended, and all that it started */
	int control_fd;
};
#define RV_CHILD_INIT \
	{ \
		.pid = -1, .guard = -1, .pid_fd = -1, .control_fd = -1 \
	}

int rv_spawn(struct rv_child *child, const struct rv_spawn *how, struct rv_err *err) RV_MUST_USE;
/* Signal to the child's whole process group; SIGKILL to everything that it started. */
void rv_child_kill(const struct rv_child *child, int signal_number);
/* Waits up to `seconds` (< 0: for ever). 1: ended, with *status as of waitpid and the struct cleared. 0: not yet. */
int rv_child_wait(struct rv_child *child, double seconds, int *status);
/* "exit status 3", "signal 11 (Segmentation fault)" */
void rv_child_describe(int status, struct rv_str *out);

/*
 * Runs a program to its end: `input` to its stdin, its stdout to *output (at most output_max bytes, more is an error),
 * the last RV_STDERR_TAIL bytes of its stderr to *errors. Killed after timeout_s (<= 0: none). 0 with *status, or -1
 * with RV_E_CHILD, RV_E_TIMEOUT, RV_E_LIMIT, or RV_E_CANCELLED when a signal asks us to stop (sig.h). Descriptors named
 * in `how` are added to those three.
 */
#define RV_STDERR_TAIL 2048
int rv_run(const struct rv_spawn *how, const struct rv_str *input, size_t output_max, double timeout_s,
           struct rv_str *output, struct rv_str *errors, int *status, struct rv_err *err) RV_MUST_USE;

/* The program's path as the shell would find it, or NULL. Caller frees. */
char *rv_find_program(const char *name);
/* The path of one of rv's tools: beside this program, else the bare name, for PATH. Caller frees. */
char *rv_find_tool(const char *name);

#endif

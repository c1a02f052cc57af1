/* SPDX-License-Identifier: MIT */
/* spawn: what a child gets, how it ends, and that none outlives us. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "clock.h"
#include "file.h"

#define HANGS_S 60.0 /* what takes longer */

struct run {
	struct rv_str output, errors;
	struct rv_err err;
	int result, status;
};
#define RUN_INIT \
	{ \
		.output = RV_STR_INIT, .errors = RV_STR_INIT, .err = RV_ERR_INIT, .status = -1 \
	}

static void shell(struct run *run, const char *program, const char *input, size_t output_max, double timeout_s)
{
	const char *const argv[] = { "/bin/sh", "-c", program, NULL };
	struct rv_spawn how = { .argv = argv };
	struct rv_str text = RV_STR_INIT;
	rv_str_puts(&text, input);
	run->result = rv_run(&how, &text, output_max, timeout_s, &run->output, &run->errors, &run->status, &run->err);
	rv_str_release(&text);
}

static void release(struct run *run)
{
	rv_str_release(&run->output);
	rv_str_release(&run->errors);
}

static void whole_run(void)
{
	struct run run = RUN_INIT;
	shell(&run, "tr a-z A-Z; echo oops >&2; exit 3", "some text", 100, HANGS_S);
	CHECK_I64(run.result, 0);
	CHECK_TEXT(run.output, "SOME TEXT");
	CHECK_TEXT(run.errors, "oops\n");
	CHECK(WIFEXITED(run.status) && WEXITSTATUS(run.status) == 3);
	shell(&run, "kill -SEGV $$", "", 100, HANGS_S);
	CHECK_I64(run.result, 0);
	struct rv_str text = RV_STR_INIT;
	rv_child_describe(run.status, &text);
	CHECK_TEXT(text, "signal 11 (Segmentation fault)");
	rv_str_clear(&text);
	rv_child_describe(3 << 8, &text);
	CHECK_TEXT(text, "exit status 3");
	rv_str_release(&text);
	release(&run);
}

/* More in each direction than a pipe holds, all at once. */
static void much_data(void)
{
	struct rv_str input = RV_STR_INIT;
	for (int i = 0; i < 300000; i++) {
		rv_str_put_u64(&input, 1000000 + (uint64_t)i);
		rv_str_putc(&input, '\n');
	}
	struct run run = RUN_INIT;
	const char *const argv[] = { "tee", "/dev/stderr", NULL };
	struct rv_spawn how = { .argv = argv };
	run.result = rv_run(&how, &input, input.len, HANGS_S, &run.output, &run.errors, &run.status, &run.err);
	CHECK_OK(run.result, &run.err);
	CHECK_BYTES(run.output.ptr, run.output.len, input.ptr, input.len);
	CHECK_BYTES(run.errors.ptr, run.errors.len, input.ptr + input.len - RV_STDERR_TAIL, RV_STDERR_TAIL);
	/* Input that nobody reads is no failure. */
	const char *const deaf[] = { "true", NULL };
	how.argv = deaf;
	run.result = rv_run(&how, &input, 10, HANGS_S, &run.output, &run.errors, &run.status, &run.err);
	CHECK_OK(run.result, &run.err);
	CHECK_I64(run.status, 0);
	rv_str_release(&input);
	release(&run);
}

static void limits(void)
{
	struct run run = RUN_INIT;
	shell(&run, "printf 12345", "", 5, HANGS_S);
	CHECK_OK(run.result, &run.err);
	shell(&run, "printf 123456", "", 5, HANGS_S);
	CHECK_FAILS(run.result, &run.err, RV_E_LIMIT, "more than 5 bytes");
	shell(&run, "yes", "", 1000000, HANGS_S);
	CHECK_FAILS(run.result, &run.err, RV_E_LIMIT, "more than 1000000 bytes");
	/* The tail of what it says begins with a whole character. */
	shell(&run, "i=0; while [ $i -lt 1000 ]; do printf '\\342\\202\\254' >&2; i=$((i+1)); done", "", 5, HANGS_S);
	CHECK_U64(run.errors.len, RV_STDERR_TAIL / 3 * 3);
	CHECK(strncmp(run.errors.ptr, "\xE2\x82\xAC", 3) == 0);
	release(&run);
}

static bool is_alive(pid_t pid)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	rv_str_printf(&path, "/proc/%d/stat", (int)pid);
	bool alive = rv_file_read(path.ptr, 4096, &text, NULL) == 0 && !strstr(text.ptr, ") Z ");
	rv_str_release(&path);
	rv_str_release(&text);
	return alive;
}

static bool dies_soon(pid_t pid)
{
	for (int i = 0; i < HANGS_S * 100 && is_alive(pid); i++) {
		nanosleep(&(struct timespec) { .tv_nsec = 10000000 }, NULL);
	}
	return !is_alive(pid);
}

/* The process that has written its number into a file of the scratch directory, or -1. */
static pid_t pid_now_in(const char *name)
{
	struct rv_str text = RV_STR_INIT;
	const bool is_there = rv_file_read(check_path(name), 100, &text, NULL) == 0 && strchr(text.ptr, '\n');
	const pid_t pid = is_there ? (pid_t)strtol(text.ptr, NULL, 10) : -1;
	rv_str_release(&text);
	return pid;
}

/* The same; waits for it. */
static pid_t pid_in(const char *name)
{
	for (int i = 0; i < HANGS_S * 100 && pid_now_in(name) < 0; i++) {
		nanosleep(&(struct timespec) { .tv_nsec = 10000000 }, NULL);
	}
	const pid_t pid = pid_now_in(name);
	CHECK(pid > 0);
	return pid;
}

static void timeouts(void)
{
	struct run run = RUN_INIT;
	struct rv_str program = RV_STR_INIT;
	rv_str_printf(&program, "trap '' TERM; sleep 1000 & echo $! >%s; wait; sleep 1000", check_path("pid"));
	/* Until it has got so far. */
	for (double limit_s = 0.3; limit_s < HANGS_S && pid_now_in("pid") < 0; limit_s *= 10) {
		shell(&run, program.ptr, "", 100, limit_s);
		CHECK_FAILS(run.result, &run.err, RV_E_TIMEOUT, "longer than ");
	}
	CHECK(dies_soon(pid_in("pid")));
	/* One that floods its stderr is no less late. */
	shell(&run, "yes >&2", "", 100, 0.3);
	CHECK_FAILS(run.result, &run.err, RV_E_TIMEOUT, "longer");
	rv_str_release(&program);
	release(&run);
}

/* The end of the program counts, not the end of its output: what it left behind is killed. */
static void left_behind(void)
{
	struct run run = RUN_INIT;
	struct rv_str program = RV_STR_INIT;
	rv_str_printf(&program, "sleep 1000 & echo $! >%s; echo done", check_path("pid"));
	double start = rv_clock_s();
	shell(&run, program.ptr, "", 100, HANGS_S);
	CHECK_OK(run.result, &run.err);
	CHECK(rv_clock_s() - start < HANGS_S);
	CHECK_TEXT(run.output, "done\n");
	CHECK(dies_soon(pid_in("pid")));
	rv_str_release(&program);
	release(&run);
}

/* Even what has left its group and its session, and what was started by such a one that is gone already. */
static void escaped(void)
{
	struct run run = RUN_INIT;
	struct rv_str program = RV_STR_INIT;
	rv_str_printf(&program, "setsid sh -c 'sleep 1000 & echo $! >%s' & wait; setsid sleep 1000 & echo $! >%s; ",
	              check_path("orphan"), check_path("deserter"));
	rv_str_puts(&program, "kill -USR1 $$");
	shell(&run, program.ptr, "", 100, HANGS_S);
	CHECK_OK(run.result, &run.err);
	CHECK(WIFSIGNALED(run.status) && WTERMSIG(run.status) == SIGUSR1);
	CHECK(!is_alive(pid_in("orphan")) && !is_alive(pid_in("deserter")));
	rv_str_release(&program);
	release(&run);
}

static void cannot_start(void)
{
	struct rv_err err;
	struct rv_child child;
	static const struct {
		const char *program, *cwd, *part;
	} cases[] = { { "no-such-program-anywhere", NULL, "not found in PATH" },
		      { "/no/such", NULL, "'/no/such'" },
		      { "/etc/passwd", NULL, "'/etc/passwd'" },
		      { "/", NULL, "'/'" },
		      { "", NULL, "''" },
		      { "true", "/no/such/dir", "in directory '/no/such/dir': No such file" } };
	for (size_t i = 0; i < RV_COUNTOF(cases); i++) {
		const char *const argv[] = { cases[i].program, NULL };
		struct rv_spawn how = { .argv = argv, .cwd = cases[i].cwd };
		CHECK_FAILS(rv_spawn(&child, &how, &err), &err, RV_E_CHILD, cases[i].part);
		CHECK(child.pid == -1 && child.pid_fd == -1);
	}
	/* An executable file of a form that the kernel does not know. */
	CHECK_OK(rv_file_write(check_path("junk"), "\1\2\3", 3, &err), &err);
	struct rv_str path = RV_STR_INIT;
	rv_str_puts(&path, check_path("junk"));
	const char *const chmod_argv[] = { "chmod", "+x", path.ptr, NULL };
	struct run run = RUN_INIT;
	CHECK_OK(rv_run(&(struct rv_spawn) { .argv = chmod_argv }, NULL, 0, HANGS_S, &run.output, &run.errors,
	                &run.status, &err),
	         &err);
	const char *const argv[] = { path.ptr, NULL };
	CHECK_FAILS(rv_spawn(&child, &(struct rv_spawn) { .argv = argv }, &err), &err, RV_E_CHILD, "xec format");
	CHECK(waitpid(-1, NULL, WNOHANG) <= 0); /* and no zombie */
	rv_str_release(&path);
	release(&run);
}

/* Runs argv with these descriptors; what comes out of the pipe `from`. */
static void run_with(const char *const *argv, const struct rv_fd_map *fds, size_t n_fds, const int from[2],
                     const char *wanted)
{
	struct rv_child child;
	struct rv_err err;
	int status = -1;
	char text[200] = "";
	if (CHECK_OK(rv_spawn(&child, &(struct rv_spawn) { .argv = argv, .fds = fds, .n_fds = n_fds }, &err), &err)) {
		CHECK_I64(rv_child_wait(&child, HANGS_S, &status), 1);
		CHECK_I64(status, 0);
		CHECK(read(from[0], text, sizeof(text) - 1) > 0);
		CHECK_STR(text, wanted);
	}
}

static void descriptors(void)
{
	int inherited = open("/dev/null", O_RDONLY); /* without CLOEXEC */
	int a[2], b[2];
	CHECK(pipe2(a, O_CLOEXEC) == 0 && pipe2(b, O_CLOEXEC) == 0);

	/* Only what is named, and the standard ones (3: the directory that ls reads). */
	const char *const list[] = { "ls", "/proc/self/fd", NULL };
	run_with(list, (const struct rv_fd_map[]) { { a[1], 30 }, { a[1], 1 } }, 2, a, "0\n1\n2\n3\n30\n");
	const char *const where[] = { "readlink", "/proc/self/fd/0", "/proc/self/fd/2", "/proc/self/fd/5", NULL };
	run_with(where, (const struct rv_fd_map[]) { { a[1], 1 }, { -1, 5 } }, 2, a,
	         "/dev/null\n/dev/null\n/dev/null\n");

	/* Each in the place of the other. */
	struct rv_str program = RV_STR_INIT;
	rv_str_printf(&program, "printf to-a >/dev/fd/%d; printf to-b >/dev/fd/%d", b[1], a[1]);
	const char *const crossed[] = { "/bin/sh", "-c", program.ptr, NULL };
	run_with(crossed, (const struct rv_fd_map[]) { { a[1], b[1] }, { b[1], a[1] } }, 2, a, "to-a");
	char text[10] = "";
	CHECK(read(b[0], text, sizeof(text) - 1) == 4);
	CHECK_STR(text, "to-b");

	for (size_t i = 0; i < 2; i++) {
		close(a[i]);
		close(b[i]);
	}
	close(inherited);
	rv_str_release(&program);
}

static void environment(void)
{
	setenv("RV_UNIT_KEPT", "kept", 1);
	setenv("RV_UNIT_GONE", "old", 1);
	setenv("RV_UNIT_NEW", "old", 1);
	const char *const set[] = { "RV_UNIT_NEW=new=1", "RV_UNIT_MORE=", NULL };
	const char *const unset[] = { "RV_UNIT_GONE", "RV_UNIT_NEVER", NULL };
	const char *const argv[] = { "env", NULL };
	struct run run = RUN_INIT;
	struct rv_spawn how = { .argv = argv, .cwd = check_dir(), .env_set = set, .env_unset = unset };
	CHECK_OK(rv_run(&how, NULL, 1 << 20, HANGS_S, &run.output, &run.errors, &run.status, &run.err), &run.err);
	CHECK(strstr(run.output.ptr, "RV_UNIT_KEPT=kept\n"));
	CHECK(strstr(run.output.ptr, "RV_UNIT_NEW=new=1\n") && !strstr(run.output.ptr, "RV_UNIT_NEW=old"));
	CHECK(strstr(run.output.ptr, "RV_UNIT_MORE=\n"));
	CHECK(!strstr(run.output.ptr, "RV_UNIT_GONE"));
	const char *const where[] = { "pwd", "-P", NULL };
	how.argv = where;
	CHECK_OK(rv_run(&how, NULL, 1 << 20, HANGS_S, &run.output, &run.errors, &run.status, &run.err), &run.err);
	char *real = realpath(check_dir(), NULL);
	rv_str_truncate(&run.output, run.output.len - 1);
	CHECK_STR(run.output.ptr, real);
	free(real);
	unsetenv("RV_UNIT_KEPT");
	unsetenv("RV_UNIT_GONE");
	unsetenv("RV_UNIT_NEW");
	release(&run);
}

/* Nothing is ignored or blocked in a child, whatever we do (SIGPIPE is ignored here). */
static void signals(void)
{
	sigset_t block, old;
	sigemptyset(&block);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, &old);
	struct run run = RUN_INIT;
	const char *const argv[] = { "grep", "-E", "^Sig(Blk|Ign):", "/proc/self/status", NULL };
	struct rv_spawn how = { .argv = argv };
	CHECK_OK(rv_run(&how, NULL, 1000, HANGS_S, &run.output, &run.errors, &run.status, &run.err), &run.err);
	CHECK_TEXT(run.output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
	sigset_t now;
	sigprocmask(SIG_SETMASK, &old, &now);
	CHECK(sigismember(&now, SIGTERM) && !sigismember(&now, SIGUSR1)); /* ours is as it was */
	release(&run);
}

static void waiting(void)
{
	struct rv_child child;
	struct rv_err err;
	const char *const argv[] = { "sleep", "1000", NULL };
	int status = 0;
	if (!CHECK_OK(rv_spawn(&child, &(struct rv_spawn) { .argv = argv }, &err), &err)) {
		return;
	}
	pid_t pid = child.pid;
	CHECK(getpgid(pid) == pid);
	CHECK_I64(rv_child_wait(&child, 0, &status), 0);
	CHECK_I64(rv_child_wait(&child, 0.05, &status), 0);
	struct pollfd ended = { .fd = child.pid_fd, .events = POLLIN };
	CHECK_I64(poll(&ended, 1, 0), 0);
	rv_child_kill(&child, SIGTERM);
	CHECK_I64(poll(&ended, 1, (int)HANGS_S * 1000), 1);
	CHECK_I64(rv_child_wait(&child, HANGS_S, &status), 1);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	CHECK(child.pid == -1 && child.pid_fd == -1);
	rv_child_kill(&child, SIGTERM); /* nobody */
}

/* A parent that is killed takes with it its child, what that one started, and leaves no guard. */
static void no_orphans(void)
{
	CHECK(check_dir() != NULL); /* before the fork: both use it */
	pid_t parent = fork();
	if (parent == 0) {
		setpgid(0, 0);
		struct rv_str program = RV_STR_INIT;
		rv_str_printf(&program, "setsid sleep 1000 & echo $! >%s; echo $$ >%s; wait", check_path("grandchild"),
		              check_path("child"));
		const char *const argv[] = { "/bin/sh", "-c", program.ptr, NULL };
		struct rv_child child;
		if (rv_spawn(&child, &(struct rv_spawn) { .argv = argv }, NULL) < 0) {
			_exit(1);
		}
		rv_child_wait(&child, -1, NULL);
		_exit(1);
	}
	pid_t child = pid_in("child"), grandchild = pid_in("grandchild");
	CHECK(is_alive(child) && is_alive(grandchild));
	kill(-parent, SIGKILL);
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
	CHECK(dies_soon(child));
	CHECK(dies_soon(grandchild));
}

/* Starts a shell with a child and a daemon; their numbers go to the files "shell", "child" and "daemon". */
static bool start_family(struct rv_child *child)
{
	struct rv_str program = RV_STR_INIT;
	struct rv_err err;
	unlink(check_path("shell")); /* of another family */
	rv_str_printf(&program, "sleep 1000 & echo $! >%s; ", check_path("child"));
	rv_str_printf(&program, "setsid sh -c 'sleep 1000 & echo $! >%s' & wait $!; ", check_path("daemon"));
	rv_str_printf(&program, "echo $$ >%s; wait", check_path("shell"));
	const char *const argv[] = { "/bin/sh", "-c", program.ptr, NULL };
	int result = rv_spawn(child, &(struct rv_spawn) { .argv = argv }, &err);
	rv_str_release(&program);
	return CHECK_OK(result, &err) && pid_in("shell") > 0;
}

static void family_is_gone(void)
{
	CHECK(!is_alive(pid_in("shell")));
	CHECK(!is_alive(pid_in("child")));
	CHECK(!is_alive(pid_in("daemon")));
}

/* A guard that is killed costs its program and what that one left, and nobody else. */
static void guard_killed(void)
{
	struct rv_child child, other = RV_CHILD_INIT;
	const char *const argv[] = { "sleep", "1000", NULL };
	int status = 0;
	pid_t ours = fork();
	if (ours == 0) {
		pause();
		_exit(1);
	}
	if (!CHECK(!rv_spawn(&other, &(struct rv_spawn) { .argv = argv }, NULL)) || !start_family(&child)) {
		return;
	}
	kill(child.guard, SIGKILL);
	CHECK_I64(rv_child_wait(&child, HANGS_S, &status), 1);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	family_is_gone();
	CHECK_I64(rv_child_wait(&other, 0, &status), 0);
	rv_child_kill(&other, SIGKILL);
	CHECK_I64(rv_child_wait(&other, HANGS_S, &status), 1);
	kill(ours, SIGKILL);
	waitpid(ours, NULL, 0);
}

static void guard_stopped(void)
{
	struct rv_child child;
	int status = 0;
	if (start_family(&child)) {
		kill(child.guard, SIGSTOP);
		rv_child_kill(&child, SIGKILL);
		CHECK_I64(rv_child_wait(&child, HANGS_S, &status), 1);
		family_is_gone();
	}
	/* And one whose parent is killed meanwhile. */
	pid_t parent = fork();
	if (parent == 0) {
		setpgid(0, 0);
		if (start_family(&child)) {
			kill(child.guard, SIGSTOP);
			raise(SIGKILL);
		}
		_exit(1);
	}
	waitpid(parent, &status, 0);
	CHECK(WIFSIGNALED(status));
	CHECK(dies_soon(pid_in("shell")) && dies_soon(pid_in("child")) && dies_soon(pid_in("daemon")));
}

static void finding(void)
{
	char *path = rv_find_program("sh");
	CHECK(path && strcmp(rv_path_base(path), "sh") == 0 && access(path, X_OK) == 0);
	free(path);
	CHECK_STR(rv_find_program("/etc/passwd"), NULL);
	CHECK_STR(rv_find_program("no-such-program-anywhere"), NULL);
	CHECK_STR(rv_find_program(""), NULL);
}

CHECK_MODULE(spawn)
{
	check_case("input, output, messages and status of a run", whole_run);
	check_case("more data than pipes hold", much_data);
	check_case("limits of output and messages", limits);
	check_case("a timeout kills the whole group", timeouts);
	check_case("what a program leaves behind is killed", left_behind);
	check_case("what has left its session is killed", escaped);
	check_case("programs that cannot be started", cannot_start);
	check_case("descriptors", descriptors);
	check_case("environment and directory", environment);
	check_case("signal mask and dispositions", signals);
	check_case("waiting and killing", waiting);
	check_case("no orphans after SIGKILL", no_orphans);
	check_case("a guard that is killed", guard_killed);
	check_case("a guard that is stopped", guard_stopped);
	check_case("finding programs", finding);
}

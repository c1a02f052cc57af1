/* SPDX-License-Identifier: MIT */
/* The process that outlives a program for the instant it takes to end what that one started. */
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs in a fork of a program with threads: system calls only. */

enum { CONTROL, REPORT, CHILDREN, N_FDS }; /* the only descriptors that it keeps open */

/* Of the program; -1 until it has been reaped. */
static int program_status = -1;

/* Kills whom the kernel says are our children now; how many that were. */
static size_t kill_children(void)
{
	char text[4096];
	size_t n_killed = 0;
	int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? 0 : read(fd, text, sizeof(text));
	if (fd >= 0) {
		close(fd);
	}
	pid_t pid = 0;
	for (ssize_t i = 0; i < len; i++) {
		if (text[i] != ' ') {
			pid = pid * 10 + (text[i] - '0');
			continue;
		}
		n_killed += pid > 0 && kill(pid, SIGKILL) == 0;
		pid = 0;
	}
	return n_killed;
}

static void reap(pid_t which, pid_t program)
{
	int status;
	pid_t pid;
	while ((pid = waitpid(which, &status, 0)) < 0 && errno == EINTR) {
	}
	if (pid == program) {
		program_status = status;
	}
}

/* Ends the program and all that came from it, and then itself, in the same way as the program. */
RV_NORETURN static void finish(pid_t program)
{
	/* Not reaped yet: the number still is its group's and nobody else's. */
	kill(-program, SIGKILL);
	/* What a child leaves behind becomes a child of ours: until there are none. */
	for (size_t n; (n = kill_children()) > 0;) {
		for (; n > 0; n--) {
			reap(-1, program);
		}
	}
	if (program_status < 0) {
		reap(program, program); /* no list of children to be had here, or it may not be killed */
	}
	if (WIFSIGNALED(program_status)) {
		int number = WTERMSIG(program_status);
		sigset_t set;
		prctl(PR_SET_DUMPABLE, 0);
		signal(number, SIG_DFL);
		sigemptyset(&set);
		sigaddset(&set, number);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		raise(number);
	}
	_exit(WEXITSTATUS(program_status));
}

/* Reaps those that have ended; true when the program is one of them, which stays for finish. */
static bool has_ended(pid_t program)
{
	siginfo_t info = { .si_pid = 0 };
	while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid > 0) {
		if (info.si_pid == program) {
			return true;
		}
		reap(info.si_pid, program);
		info.si_pid = 0;
	}
	return false;
}

RV_NORETURN static void watch(pid_t program)
{
	struct pollfd fds[] = { { .fd = CONTROL, .events = POLLIN }, { .fd = CHILDREN, .events = POLLIN } };
	struct signalfd_siginfo ignored;
	while (!has_ended(program)) {
		unsigned char number = SIGKILL;
		if (poll(fds, RV_COUNTOF(fds), -1) < 0) {
			continue;
		}
		if (fds[0].revents && read(CONTROL, &number, 1) >= 0) {
			if (number == SIGKILL) {
				break;
			}
			kill(-program, number);
		}
		if (fds[1].revents && read(CHILDREN, &ignored, sizeof(ignored)) < 0) {
			break;
		}
	}
	finish(program);
}

void rv_guard_main(int control_fd, int report_fd, int tag, rv_guard_start_fn *start, void *state)
{
	struct {
		int tag;
		pid_t program;
	} report = { .tag = tag };
	sigset_t children;
	prctl(PR_SET_NAME, "rv-guard");
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, SIGCONT); /* so that it ends with us even when somebody has stopped it */
	signal(SIGCHLD, SIG_DFL);         /* who started us may have had it ignored */
	report.program = start(state);
	if (report.program < 0) {
		_exit(127);
	}
	/* It keeps no descriptor open that somebody waits for the end of, and no directory busy. */
	setsid();
	int unused RV_UNUSED = chdir("/");
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	int high_control = fcntl(control_fd, F_DUPFD_CLOEXEC, N_FDS);
	int high_report = fcntl(report_fd, F_DUPFD_CLOEXEC, N_FDS);
	int high_children = fcntl(signalfd(-1, &children, SFD_CLOEXEC), F_DUPFD_CLOEXEC, N_FDS);
	if (dup2(high_control, CONTROL) < 0 || dup2(high_report, REPORT) < 0 || dup2(high_children, CHILDREN) < 0) {
		finish(report.program);
	}
	if (syscall(SYS_close_range, (unsigned int)N_FDS, ~0U, 0) < 0) {
		for (int fd = N_FDS; fd < 1024; fd++) {
			close(fd);
		}
	}
	ssize_t told RV_UNUSED = write(REPORT, &report, sizeof(report));
	close(REPORT);
	watch(report.program);
}

/* SPDX-License-Identifier: MIT */
/* One child process, which never outlives us. */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "file.h"
#include "guard.h"
#include "strays.h"

#define KERNEL_SIGSET_BYTES 8
#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin" /* when PATH is not set */

extern char **environ;

/* ---- the child's side ------------------------------------------------------------------------------------------- */

/* What the child needs, all of it made before the fork: it shares our memory and may only make system calls. */
struct plan {
	const struct rv_spawn *how;
	const char *program;
	char **env;
	int report_fd;
};

/* What comes of it: errno of the step that failed, sent by the child, or its number, sent by the guard. */
struct report {
	int step;
	int number;
};
enum { STEP_FDS, STEP_CWD, STEP_EXEC, STEP_DONE };
_Static_assert(sizeof(pid_t) == sizeof(int), "the guard sends a pid_t in the place of number");

RV_NORETURN static void child_fail(int report_fd, int step)
{
	struct report report = { .step = step, .number = errno };
	ssize_t ignored RV_UNUSED = write(report_fd, &report, sizeof(report));
	_exit(127);
}

/* Marks everything from `first` on to be closed by execve. */
static void close_on_exec_from(unsigned int first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
		return;
	}
	/* Before Linux 5.11. All of ours are CLOEXEC anyway; this is for those that we inherited. */
	for (int fd = (int)first; fd < 1024; fd++) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
}

/* Gives the descriptors their numbers; *report_fd moves out of the way. */
static void child_fds(const struct rv_spawn *how, int *report_fd)
{
	int top = 3; /* all wanted numbers lie below */
	for (size_t i = 0; i < how->n_fds; i++) {
		top = RV_MAX(top, how->fds[i].to + 1);
	}
	/* First everything out of the range of wanted numbers, then each to its place: no order can go wrong. */
	int moved[RV_SPAWN_FDS_MAX];
	int reporter = fcntl(*report_fd, F_DUPFD_CLOEXEC, top);
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int null_high = null_fd < 0 ? -1 : fcntl(null_fd, F_DUPFD_CLOEXEC, top);
	if (reporter < 0 || null_high < 0) {
		child_fail(*report_fd, STEP_FDS);
	}
	*report_fd = reporter;
	for (size_t i = 0; i < how->n_fds; i++) {
		moved[i] = how->fds[i].from < 0 ? null_high : fcntl(how->fds[i].from, F_DUPFD_CLOEXEC, top);
		if (moved[i] < 0) {
			child_fail(reporter, STEP_FDS);
		}
	}
	for (int to = 0; to < top; to++) {
		int from = to < 3 ? null_high : -1;
		for (size_t i = 0; i < how->n_fds; i++) {
			from = how->fds[i].to == to ? moved[i] : from;
		}
		if (from < 0) {
			close(to);
		} else if (dup2(from, to) < 0) {
			child_fail(reporter, STEP_FDS);
		}
	}
	close_on_exec_from((unsigned int)top);
}

RV_NORETURN static void child_main(const struct plan *plan, pid_t guard)
{
	int report_fd = plan->report_fd;
	setpgid(0, 0);
	/* The kernel kills us when the guard is killed; it may have been before we asked for that. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != guard) {
		_exit(127);
	}
	/* By the system call: the C library keeps its own two signals (32, 33) to itself, which a parent may have had
	 * us ignore. All zeros are SIG_DFL in the kernel's structure on every machine; some signals refuse. */
	static const unsigned long standard[8];
	for (int number = 1; number < NSIG; number++) {
		syscall(SYS_rt_sigaction, number, standard, NULL, KERNEL_SIGSET_BYTES);
	}
	child_fds(plan->how, &report_fd);
	if (plan->how->cwd && chdir(plan->how->cwd) < 0) {
		child_fail(report_fd, STEP_CWD);
	}
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(plan->program, (char *const *)(uintptr_t)plan->how->argv, plan->env);
	child_fail(report_fd, STEP_EXEC);
}

/* An rv_guard_start_fn. Nothing of the caller lives across vfork. */
static pid_t start_program(void *state)
{
	const struct plan *plan = state;
	pid_t guard = getpid();
	pid_t pid = vfork();
	if (pid == 0) {
		child_main(plan, guard);
	}
	return pid;
}

/* Makes the guard, which makes the program's process; the guard's number. */
static pid_t start(struct plan *plan, int control_fd)
{
	/* Until the child has put back the standard dispositions no handler of ours may run in it. */
	sigset_t all, old;
	sigfillset(&all);
	rv_strays_guard_begin();
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pid_t pid = fork();
	if (pid == 0) {
		rv_guard_main(control_fd, plan->report_fd, STEP_DONE, start_program, plan);
	}
	int saved = errno;
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	rv_strays_guard_made(pid);
	errno = saved;
	return pid;
}

/* ---- starting --------------------------------------------------------------------------------------------------- */

char *rv_find_program(const char *name)
{
	if (!*name) {
		return NULL;
	}
	if (strchr(name, '/')) {
		struct stat st;
		bool good = stat(name, &st) == 0 && S_ISREG(st.st_mode) && access(name, X_OK) == 0;
		return good ? rv_strdup(name) : NULL;
	}
	const char *path = getenv("PATH");
	struct rv_str candidate = RV_STR_INIT;
	for (const char *part = path ? path : DEFAULT_PATH; part;) {
		size_t len = strcspn(part, ":");
		rv_str_clear(&candidate);
		if (len) {
			rv_str_append(&candidate, part, len);
		} else {
			rv_str_putc(&candidate, '.');
		}
		rv_str_printf(&candidate, "/%s", name);
		char *found = rv_find_program(candidate.ptr);
		if (found) {
			rv_str_release(&candidate);
			return found;
		}
		part = part[len] ? part + len + 1 : NULL;
	}
	rv_str_release(&candidate);
	return NULL;
}

char *rv_find_tool(const char *name)
{
	struct rv_str path = RV_STR_INIT;
	char *const own = realpath("/proc/self/exe", NULL);
	if (own) {
		rv_str_append(&path, own, (size_t)(strrchr(own, '/') + 1 - own));
	}
	const size_t directory_len = path.len;
	rv_str_puts(&path, name);
	if (directory_len > 0 && access(path.ptr, F_OK) < 0) {
		rv_str_splice(&path, 0, directory_len, "", 0);
	}
	free(own);
	return rv_str_detach(&path);
}

static bool same_name(const char *entry, const char *name, size_t name_len)
{
	return strncmp(entry, name, name_len) == 0 && entry[name_len] == '=';
}

/* Our environment with the changes asked for; the strings are borrowed, the array is the caller's. */
static char **make_env(const struct rv_spawn *how)
{
	size_t len = 0;
	while (environ && environ[len]) {
		len++;
	}
	size_t n_set = 0;
	while (how->env_set && how->env_set[n_set]) {
		n_set++;
	}
	char **env = rv_alloc_zero(len + n_set + 1, sizeof(*env));
	size_t kept = 0;
	for (size_t i = 0; i < len; i++) {
		bool drop = false;
		for (size_t j = 0; j < n_set && !drop; j++) {
			drop = same_name(environ[i], how->env_set[j], strcspn(how->env_set[j], "="));
		}
		for (size_t j = 0; how->env_unset && how->env_unset[j] && !drop; j++) {
			drop = same_name(environ[i], how->env_unset[j], strlen(how->env_unset[j]));
		}
		if (!drop) {
			env[kept++] = environ[i];
		}
	}
	for (size_t j = 0; j < n_set; j++) {
		env[kept++] = (char *)(uintptr_t)how->env_set[j];
	}
	return env;
}

static int report_failure(const struct rv_spawn *how, const struct report *report, struct rv_err *err)
{
	errno = report->number;
	switch (report->step) {
	case STEP_CWD:
		rv_fail_errno(err, "cannot start '%s' in directory '%s'", how->argv[0], how->cwd);
		break;
	case STEP_FDS:
		rv_fail_errno(err, "cannot set up the descriptors of '%s'", how->argv[0]);
		break;
	default:
		rv_fail_errno(err, "cannot execute '%s'", how->argv[0]);
	}
	if (err) {
		err->code = RV_E_CHILD;
	}
	return -1;
}

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

int rv_spawn(struct rv_child *child, const struct rv_spawn *how, struct rv_err *err)
{
	*child = (struct rv_child)RV_CHILD_INIT;
	if (how->n_fds > RV_SPAWN_FDS_MAX) {
		rv_bug("%zu descriptors for a child", how->n_fds);
	}
	int result = -1;
	int report_fds[2] = { -1, -1 };
	int control_fds[2] = { -1, -1 };
	char *absolute = NULL;
	struct plan plan = { .how = how, .env = make_env(how) };
	char *program = rv_find_program(how->argv[0]);
	if (!program) {
		rv_fail(err, RV_E_CHILD,
		        strchr(how->argv[0], '/') ? "cannot execute '%s': no such program"
		                                  : "cannot execute '%s': not found in PATH",
		        how->argv[0]);
		goto out;
	}
	absolute = rv_path_absolute(program); /* what was found here must not depend on the child's directory */
	plan.program = absolute;
	if (pipe2(report_fds, O_CLOEXEC) < 0 || pipe2(control_fds, O_CLOEXEC) < 0) {
		rv_fail_errno(err, "cannot make a pipe");
		goto out;
	}
	plan.report_fd = report_fds[1];
	child->guard = start(&plan, control_fds[0]);
	if (child->guard < 0) {
		rv_fail_errno(err, "cannot make a process for '%s'", how->argv[0]);
		err ? (void)(err->code = RV_E_CHILD) : (void)0;
		goto out;
	}
	close_fd(&report_fds[1]);
	struct report report = { .step = STEP_EXEC, .number = ENOMEM };
	ssize_t got = rv_read_all(report_fds[0], &report, sizeof(report));
	if (got == (ssize_t)sizeof(report) && report.step == STEP_DONE) {
		child->pid = report.number;
		child->pid_fd = (int)syscall(SYS_pidfd_open, child->guard, 0);
		if (child->pid_fd >= 0) {
			child->control_fd = control_fds[1];
			control_fds[1] = -1;
			result = 0;
			goto out;
		}
		rv_fail_errno(err, "cannot watch '%s' (pidfd_open)", how->argv[0]);
	} else {
		report_failure(how, &report, err);
	}
	close_fd(&control_fds[1]);
	rv_strays_guard_reap(child->guard, NULL);
out:
	if (result < 0) {
		*child = (struct rv_child)RV_CHILD_INIT;
	}
	for (size_t i = 0; i < 2; i++) {
		close_fd(&report_fds[i]);
		close_fd(&control_fds[i]);
	}
	free(plan.env);
	free(program);
	free(absolute);
	return result;
}

/* ---- watching --------------------------------------------------------------------------------------------------- */

void rv_child_kill(const struct rv_child *child, int signal_number)
{
	unsigned char number = (unsigned char)signal_number;
	if (child->pid > 0) {
		ssize_t ignored RV_UNUSED = write(child->control_fd, &number, 1); /* fails when it has ended */
		kill(child->guard, SIGCONT);                                      /* somebody may have stopped it */
	}
}

int rv_child_wait(struct rv_child *child, double seconds, int *status)
{
	double deadline = seconds < 0 ? -1 : rv_clock_s() + seconds;
	struct pollfd ended = { .fd = child->pid_fd, .events = POLLIN };
	for (;;) {
		int n = poll(&ended, 1, rv_clock_poll_ms(deadline));
		if (n > 0) {
			break;
		}
		if (deadline >= 0 && rv_clock_s() >= deadline) {
			return 0;
		}
	}
	rv_strays_guard_reap(child->guard, status);
	close(child->pid_fd);
	close(child->control_fd);
	*child = (struct rv_child)RV_CHILD_INIT;
	return 1;
}

void rv_child_describe(int status, struct rv_str *out)
{
	if (WIFSIGNALED(status)) {
		const char *name = sigdescr_np(WTERMSIG(status));
		rv_str_printf(out, "signal %d (%s)", WTERMSIG(status), name ? name : "unknown");
	} else {
		rv_str_printf(out, "exit status %d", WEXITSTATUS(status));
	}
}

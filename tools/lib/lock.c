/* SPDX-License-Identifier: MIT */
/* Locks on places: open file description locks, which belong to the open file and reach over NFS. */
#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "file.h"
#include "sig.h"

#define POLL_MS 50
#define HOLDER_MAX 512 /* bytes of the file */
#define DYING_S 10.0   /* for processes that a dead holder has left: they end with it, but not in the same instant */

static atomic_bool has_warned; /* that there are no locks */

/* Tries once. 1: held. 0: another has it. -1 with errno. */
static int try_lock(int fd, bool is_shared)
{
	struct flock range = { .l_type = is_shared ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET };
	if (fcntl(fd, F_OFD_SETLK, &range) == 0) {
		return 1;
	}
	return errno == EAGAIN || errno == EACCES ? 0 : -1;
}

/* The name may mean another file by now: who held the lock has removed it before we got it. */
static bool is_the_file(int fd, const char *path)
{
	struct stat ours, named;
	return fstat(fd, &ours) == 0 && lstat(path, &named) == 0 && ours.st_ino == named.st_ino &&
	       ours.st_dev == named.st_dev;
}

/* "rv-blend, process 123 on box7": what the holder has written, or as much as is known. */
static void read_holder(int fd, char text[HOLDER_MAX])
{
	const ssize_t n = pread(fd, text, HOLDER_MAX - 1, 0);
	text[RV_MAX(n, 0)] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (!text[0]) {
		strncpy(text, "another process", HOLDER_MAX);
	}
}

static void write_holder(int fd)
{
	char host[HOST_NAME_MAX + 1] = "";
	struct rv_str text = RV_STR_INIT;
	(void)gethostname(host, sizeof(host) - 1);
	rv_str_printf(&text, "%s, process %ld on %s\n", rv_diag_tool(), (long)getpid(), host[0] ? host : "this host");
	/* Only for messages: a full disk must not keep anybody from working. */
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text.ptr, text.len, 0) < 0) {
		rv_detail("a lock does not say who holds it: %s", strerror(errno));
	}
	rv_str_release(&text);
}

/* A process that has ended counts as gone, whether its parent knows or not. */
static bool is_gone(long pid)
{
	char path[64], state = 'X';
	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	FILE *const stat = fopen(path, "re");
	if (!stat) {
		return kill((pid_t)pid, 0) < 0 && errno == ESRCH;
	}
	const bool is_read = fscanf(stat, "%*[^)]) %c", &state) == 1;
	fclose(stat);
	return is_read && (state == 'Z' || state == 'X');
}

/* The holder is no more, and was here: what it has left still has the lock. */
static bool is_dead(const char holder[HOLDER_MAX])
{
	char host[HOST_NAME_MAX + 1] = "", named[HOLDER_MAX];
	long pid;
	(void)gethostname(host, sizeof(host) - 1);
	return sscanf(holder, "%*[^,], process %ld on %511s", &pid, named) == 2 && strcmp(host, named) == 0 &&
	       pid > 0 && is_gone(pid);
}

static bool knows_no_locks(void)
{
	return errno == ENOLCK || errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
}

/* Opens the file and tries. 1: held by *fd. 0: another has it, *holder says who; empty: he has just gone. -1. */
static int attempt(const char *path, const char *what, bool is_shared, int *fd, bool *is_none, char holder[HOLDER_MAX],
                   struct rv_err *err)
{
	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (*fd < 0) {
		return rv_fail_errno(err, "cannot lock %s: cannot make '%s'", what, path);
	}
	const int tried = try_lock(*fd, is_shared);
	if (tried > 0 && is_the_file(*fd, path)) {
		return 1;
	}
	*is_none = tried < 0 && knows_no_locks();
	if (*is_none) {
		return 1;
	}
	if (tried < 0) {
		rv_fail_errno(err, "cannot lock %s", what);
	} else if (tried > 0) {
		holder[0] = '\0';
	} else {
		read_holder(*fd, holder);
	}
	close(*fd);
	return tried < 0 ? -1 : 0;
}

static int take(struct rv_lock *lock, const char *path, const char *what, bool is_shared, double wait_s,
                struct rv_err *err)
{
	const double now_s = rv_clock_s();
	char holder[HOLDER_MAX] = "";
	bool is_none = false;
	int fd, got;
	while ((got = attempt(path, what, is_shared, &fd, &is_none, holder, err)) == 0) {
		if (rv_sig_stop()) {
			return rv_fail(err, RV_E_CANCELLED, "stopped by a signal while waiting for %s", what);
		}
		if (rv_clock_s() >= now_s + (is_dead(holder) ? RV_MAX(wait_s, DYING_S) : wait_s) && holder[0]) {
			return rv_fail(err, RV_E_BUSY, "%s is in use by %s%s", what, holder,
			               wait_s > 0 ? "" : ": --wait S waits for its end");
		}
		(void)poll(NULL, 0, POLL_MS);
	}
	if (got < 0) {
		return -1;
	}
	if (is_none && !has_warned) {
		has_warned = true;
		rv_warn("the file system of %s knows no locks: two runs there do not see each other", what);
	}
	write_holder(fd);
	*lock = (struct rv_lock) { .fd = fd, .path = rv_strdup(path), .is_shared = is_shared, .is_none = is_none };
	return 0;
}

int rv_lock_take(struct rv_lock *lock, const char *path, const char *what, double wait_s, struct rv_err *err)
{
	return take(lock, path, what, false, wait_s, err);
}

int rv_lock_share(struct rv_lock *lock, const char *path, const char *what, double wait_s, struct rv_err *err)
{
	return take(lock, path, what, true, wait_s, err);
}

int rv_lock_check(const struct rv_lock *lock, const char *what, struct rv_err *err)
{
	return lock->is_none || (try_lock(lock->fd, lock->is_shared) > 0 && is_the_file(lock->fd, lock->path))
	               ? 0
	               : rv_fail(err, RV_E_BUSY, "%s is not ours any more: another run has it, or '%s' was removed",
	                         what, lock->path);
}

void rv_lock_drop(struct rv_lock *lock)
{
	if (lock->fd >= 0) {
		/* Else it is another's by now, or others share it. */
		if (is_the_file(lock->fd, lock->path) && (lock->is_none || try_lock(lock->fd, false) > 0)) {
			(void)unlink(lock->path);
		}
		close(lock->fd);
		free(lock->path);
		*lock = (struct rv_lock)RV_LOCK_INIT;
	}
}

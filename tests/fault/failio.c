/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a tool (LD_PRELOAD), makes chosen system calls fail, to show that no failure is overlooked, or kills
 * the tool there.
 *
 *	RV_FAILIO='CALL:ERROR:PATTERN[:SKIP[:TIMES]][,...]'
 *
 * CALL is open, openr (for reading), write, rename, fsync, close, mkdir, link, unlink, read, or `any` of them but
 * openr; ERROR is ENOSPC, EIO, EACCES, EINTR, EDQUOT, EROFS, EMFILE, ENOMEM, `short` (a write of half the bytes,
 * then ENOSPC) or `kill` (SIGKILL, before the call); PATTERN is for fnmatch(3), against the path of the descriptor
 * or the target of the call ("*" everything, "pipe" a pipe or socket). The first SKIP matching calls go through (0),
 * the next TIMES fail (all). What failed is written to the file RV_FAILIO_LOG, one line each, when that is set.
 * stderr never fails. Children inherit the rules: Blender started by the tool too, whose paths differ enough.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_RULES 16
#define KILL INT_MAX /* no errno */

struct rule {
	char call[16];
	char pattern[256];
	int error; /* 0: a short write; KILL */
	long skip;
	long times; /* -1: all */
};

static struct rule rules[MAX_RULES];
static size_t n_rules;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static const struct {
	const char *name;
	int error;
} errors[] = {
	{ "ENOSPC", ENOSPC }, { "EIO", EIO },       { "EACCES", EACCES }, { "EINTR", EINTR }, { "EDQUOT", EDQUOT },
	{ "EROFS", EROFS },   { "EMFILE", EMFILE }, { "ENOMEM", ENOMEM }, { "short", 0 },     { "kill", KILL },
};

static void complain(const char *what)
{
	fprintf(stderr, "failio: RV_FAILIO: %s\n", what);
	_exit(99);
}

static void add_rule(char *text)
{
	char *save = NULL;
	const char *call = strtok_r(text, ":", &save);
	const char *error = strtok_r(NULL, ":", &save);
	const char *pattern = strtok_r(NULL, ":", &save);
	const char *skip = strtok_r(NULL, ":", &save);
	const char *times = strtok_r(NULL, ":", &save);
	struct rule *rule = &rules[n_rules];
	if (pattern == NULL || n_rules == MAX_RULES) {
		complain("CALL:ERROR:PATTERN[:SKIP[:TIMES]], at most 16");
	}
	snprintf(rule->call, sizeof(rule->call), "%s", call);
	snprintf(rule->pattern, sizeof(rule->pattern), "%s", pattern);
	rule->error = -1;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (strcmp(errors[i].name, error) == 0) {
			rule->error = errors[i].error;
		}
	}
	if (rule->error < 0) {
		complain("unknown error");
	}
	rule->skip = skip != NULL ? strtol(skip, NULL, 10) : 0;
	rule->times = times != NULL ? strtol(times, NULL, 10) : -1;
	n_rules++;
}

static void load_rules(void)
{
	const char *text = getenv("RV_FAILIO");
	char *copy = text != NULL ? strdup(text) : NULL;
	char *save = NULL;
	if (copy == NULL) {
		return;
	}
	for (char *rule = strtok_r(copy, ",", &save); rule != NULL; rule = strtok_r(NULL, ",", &save)) {
		add_rule(rule);
	}
	free(copy);
}

static void log_failure(const char *call, const char *path, int error)
{
	const char *file = getenv("RV_FAILIO_LOG");
	char line[4400];
	if (file == NULL) {
		return;
	}
	const int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	const char *name = error == 0 ? "short" : error == KILL ? "kill" : strerrorname_np(error);
	const int len = snprintf(line, sizeof(line), "%s %s %s\n", call, name, path);
	if (fd >= 0) {
		syscall(SYS_write, fd, line, (size_t)len);
		syscall(SYS_close, fd);
	}
}

/* -1: let the call through; otherwise the error to give, 0 for a short write. */
static int verdict(const char *call, const char *path)
{
	int error = -1;
	pthread_once(&once, load_rules);
	if (n_rules == 0) {
		return -1;
	}
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_rules && error < 0; i++) {
		struct rule *rule = &rules[i];
		if ((strcmp(rule->call, call) != 0 && (strcmp(rule->call, "any") != 0 || strcmp(call, "openr") == 0)) ||
		    fnmatch(rule->pattern, path, 0) != 0) {
			continue;
		}
		if (rule->skip > 0) {
			rule->skip--;
		} else if (rule->times != 0) {
			rule->times -= rule->times > 0;
			error = rule->error;
		}
	}
	pthread_mutex_unlock(&lock);
	if (error >= 0) {
		log_failure(call, path, error);
	}
	if (error == KILL) {
		kill(getpid(), SIGKILL);
	}
	return error;
}

/* The path behind a descriptor as the kernel knows it; a file written before its rename still has its hidden name. */
static bool find_path(int fd, char *path, size_t size)
{
	char link[64];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	const ssize_t len = readlink(link, path, size - 1);
	path[len < 0 ? 0 : len] = '\0';
	return len >= 0;
}

static int verdict_at(const char *call, int dir, const char *path)
{
	char full[8192];
	pthread_once(&once, load_rules);
	if (n_rules == 0 || dir == AT_FDCWD || path[0] == '/' || !find_path(dir, full, sizeof(full) / 2)) {
		return verdict(call, path);
	}
	const size_t len = strlen(full);
	snprintf(full + len, sizeof(full) - len, "/%s", path);
	return verdict(call, full);
}

/* Those for reading are a call of their own, so that rules for what is written need not skip them. */
static int verdict_open(int dir, const char *path, int flags)
{
	return verdict_at((flags & O_ACCMODE) == O_RDONLY ? "openr" : "open", dir, path);
}

static int verdict_fd(const char *call, int fd)
{
	char path[4096];
	pthread_once(&once, load_rules);
	if (n_rules == 0 || fd == STDERR_FILENO || !find_path(fd, path, sizeof(path))) {
		return -1;
	}
	if (strncmp(path, "pipe:", 5) == 0 || strncmp(path, "socket:", 7) == 0) {
		return verdict(call, "pipe");
	}
	return verdict(call, path);
}

#define NEXT(function) __typeof__(function) *next = (__typeof__(function) *)dlsym(RTLD_NEXT, #function)
#define FAIL_IF(verdict_, failure) \
	do { \
		const int error_ = (verdict_); \
		if (error_ > 0) { \
			errno = error_; \
			return failure; \
		} \
	} while (0)

ssize_t write(int fd, const void *data, size_t size)
{
	NEXT(write);
	const int error = verdict_fd("write", fd);
	if (error == 0 && size > 1) {
		return next(fd, data, size / 2);
	}
	FAIL_IF(error == 0 ? ENOSPC : error, -1);
	return next(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t at)
{
	NEXT(pwrite);
	FAIL_IF(verdict_fd("write", fd), -1);
	return next(fd, data, size, at);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off_t at)
{
	NEXT(pwrite64);
	FAIL_IF(verdict_fd("write", fd), -1);
	return next(fd, data, size, at);
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	NEXT(writev);
	FAIL_IF(verdict_fd("write", fd), -1);
	return next(fd, parts, count);
}

ssize_t pread64(int fd, void *data, size_t size, off_t at)
{
	NEXT(pread64);
	FAIL_IF(verdict_fd("read", fd), -1);
	return next(fd, data, size, at);
}

ssize_t pread(int fd, void *data, size_t size, off_t at)
{
	NEXT(pread);
	FAIL_IF(verdict_fd("read", fd), -1);
	return next(fd, data, size, at);
}

ssize_t read(int fd, void *data, size_t size)
{
	NEXT(read);
	FAIL_IF(verdict_fd("read", fd), -1);
	return next(fd, data, size);
}

int fsync(int fd)
{
	NEXT(fsync);
	FAIL_IF(verdict_fd("fsync", fd), -1);
	return next(fd);
}

int fdatasync(int fd)
{
	NEXT(fdatasync);
	FAIL_IF(verdict_fd("fsync", fd), -1);
	return next(fd);
}

int syncfs(int fd)
{
	NEXT(syncfs);
	FAIL_IF(verdict_fd("fsync", fd), -1);
	return next(fd);
}

/* A close that fails closes nevertheless, as on Linux. */
int close(int fd)
{
	NEXT(close);
	const int error = verdict_fd("close", fd);
	const int result = next(fd);
	FAIL_IF(error, -1);
	return result;
}

int rename(const char *from, const char *to)
{
	NEXT(rename);
	FAIL_IF(verdict("rename", to), -1);
	return next(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	NEXT(renameat);
	FAIL_IF(verdict_at("rename", to_dir, to), -1);
	return next(from_dir, from, to_dir, to);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned int flags)
{
	NEXT(renameat2);
	FAIL_IF(verdict_at("rename", to_dir, to), -1);
	return next(from_dir, from, to_dir, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
	NEXT(mkdir);
	FAIL_IF(verdict("mkdir", path), -1);
	return next(path, mode);
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	NEXT(mkdirat);
	FAIL_IF(verdict_at("mkdir", dir, path), -1);
	return next(dir, path, mode);
}

int link(const char *from, const char *to)
{
	NEXT(link);
	FAIL_IF(verdict("link", to), -1);
	return next(from, to);
}

int unlink(const char *path)
{
	NEXT(unlink);
	FAIL_IF(verdict("unlink", path), -1);
	return next(path);
}

int unlinkat(int dir, const char *path, int flags)
{
	NEXT(unlinkat);
	FAIL_IF(verdict_at("unlink", dir, path), -1);
	return next(dir, path, flags);
}

/* The mode is there only when the flags say so. */
#define OPEN_MODE(flags, last) \
	mode_t mode = 0; \
	if (((flags)&O_CREAT) != 0 || ((flags)&O_TMPFILE) == O_TMPFILE) { \
		va_list args; \
		va_start(args, last); \
		mode = va_arg(args, mode_t); \
		va_end(args); \
	}

int open(const char *path, int flags, ...)
{
	NEXT(open);
	OPEN_MODE(flags, flags)
	FAIL_IF(verdict_open(AT_FDCWD, path, flags), -1);
	return next(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	NEXT(open64);
	OPEN_MODE(flags, flags)
	FAIL_IF(verdict_open(AT_FDCWD, path, flags), -1);
	return next(path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	NEXT(openat);
	OPEN_MODE(flags, flags)
	FAIL_IF(verdict_open(dir, path, flags), -1);
	return next(dir, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...)
{
	NEXT(openat64);
	OPEN_MODE(flags, flags)
	FAIL_IF(verdict_open(dir, path, flags), -1);
	return next(dir, path, flags, mode);
}

/* openat2 has no function of its own. */
long syscall(long number, ...)
{
	NEXT(syscall);
	long a[6];
	va_list args;
	va_start(args, number);
	for (size_t i = 0; i < sizeof(a) / sizeof(a[0]); i++) {
		a[i] = va_arg(args, long);
	}
	va_end(args);
	if (number == SYS_openat2) {
		const struct open_how *const how = (const void *)a[2];
		FAIL_IF(verdict_open((int)a[0], (const char *)a[1], (int)how->flags), -1);
	}
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* SPDX-License-Identifier: MIT */
/* Paths that stay below their directory. */
#include "beneath.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"

static void close_keep_errno(int fd)
{
	const int saved = errno;
	close(fd);
	errno = saved;
}

/* Opens one component of a path, never a link: -1 with ELOOP for that. */
static int open_component(int dir_fd, const char *part, size_t len, int flags)
{
	char name[NAME_MAX + 1];
	struct stat st;
	if (len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, part, len);
	name[len] = '\0';
	const int fd = openat(dir_fd, name, flags | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOTDIR) { /* a link where a directory is wanted looks like a file */
		const bool is_link = fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(st.st_mode);
		errno = is_link ? ELOOP : ENOTDIR;
	}
	return fd;
}

/* What openat2 does in one call. */
static int walk_beneath(int dir_fd, const char *relative, int flags)
{
	int at = dir_fd;
	for (const char *part = relative; at >= 0 && *part;) {
		const size_t len = strcspn(part, "/");
		const bool is_last = part[len] == '\0';
		const int next = open_component(at, part, len, is_last ? flags : O_PATH | O_DIRECTORY);
		if (at != dir_fd) {
			close_keep_errno(at);
		}
		at = next;
		part += len;
		part += strspn(part, "/");
	}
	return at;
}

int rv_open_beneath(int dir_fd, const char *relative, int flags)
{
	const struct open_how how = { .flags = (unsigned int)flags | O_CLOEXEC,
		                      .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
	const long fd = syscall(SYS_openat2, dir_fd, relative, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM)) { /* before Linux 5.6; a sandbox that does not know it */
		return walk_beneath(dir_fd, relative, flags);
	}
	return (int)fd;
}

int rv_open_parent(int dir_fd, const char *relative)
{
	const size_t len = (size_t)(rv_path_base(relative) - relative);
	if (len == 0) {
		return fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
	}
	char *const folder = rv_strndup(relative, len - 1);
	const int fd = rv_open_beneath(dir_fd, folder, O_PATH | O_DIRECTORY);
	free(folder); /* which keeps errno */
	return fd;
}

int rv_make_parent(int dir_fd, const char *relative)
{
	int at = fcntl(dir_fd, F_DUPFD_CLOEXEC, 0);
	const char *part = relative;
	for (const char *slash; at >= 0 && (slash = strchr(part, '/')); part = slash + 1) {
		char *const name = rv_strndup(part, (size_t)(slash - part));
		const bool is_there = mkdirat(at, name, 0777) == 0 || errno == EEXIST;
		const int next = is_there ? open_component(at, part, strlen(name), O_PATH | O_DIRECTORY) : -1;
		close_keep_errno(at);
		at = next;
		free(name);
	}
	return at;
}

/* Removes the directory that a path is in, and those above it, as long as they are empty. */
static void remove_folders(int dir_fd, const char *relative)
{
	char *const folder = rv_strdup(relative);
	bool removed = true;
	for (char *slash; removed && (slash = strrchr(folder, '/'));) {
		*slash = '\0';
		const int parent = rv_open_parent(dir_fd, folder);
		removed = parent >= 0 && unlinkat(parent, rv_path_base(folder), AT_REMOVEDIR) == 0;
		if (parent >= 0) {
			close(parent);
		}
	}
	free(folder);
}

int rv_remove_beneath(int dir_fd, const char *relative)
{
	const int parent = rv_open_parent(dir_fd, relative);
	const int removed = parent < 0 ? -1 : unlinkat(parent, rv_path_base(relative), 0);
	if (parent >= 0) {
		close_keep_errno(parent);
	}
	if (removed < 0 && errno != ENOENT) {
		return -1;
	}
	remove_folders(dir_fd, relative);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/* Files, whole or not at all. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"

#define READ_STEP_BYTES ((size_t)64 << 10)
#define COPY_STEP_BYTES ((size_t)1 << 30)
#define TEMPORARY_MARK ".tmp-"
#define NEW_NAME_TRIES 100

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

int rv_write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	while (len) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -1;
		}
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t rv_read_all(int fd, void *bytes, size_t len)
{
	size_t done = 0;
	while (done < len) {
		ssize_t n = read(fd, (char *)bytes + done, len - done);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -1;
		}
		if (n == 0) {
			break;
		}
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* Takes `fd` over, which may be -1 with errno. */
static int read_all(int fd, const char *path, bool regular_only, size_t limit, struct rv_str *out, struct rv_err *err)
{
	rv_str_clear(out);
	if (fd < 0 && errno != ENXIO) { /* which tells of a socket */
		return rv_fail_errno(err, "cannot open '%s'", path);
	}
	int result = 0;
	struct stat st = { 0 };
	const bool is_regular = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (!is_regular && (regular_only || fd < 0)) {
		result = rv_fail(err, RV_E_BAD_FILE, "'%s' is not a regular file", path);
	} else if (is_regular && st.st_size > 0 && (uintmax_t)st.st_size <= limit) {
		rv_str_reserve(out, (size_t)st.st_size + 1); /* one more, so that the end is seen without growing */
	}
	while (result == 0) {
		if (out->len > limit) {
			result = rv_fail(err, RV_E_LIMIT, "'%s' has more than %zu bytes", path, limit);
			break;
		}
		if (!out->cap || out->cap - out->len - 1 == 0) {
			rv_str_reserve(out, READ_STEP_BYTES);
		}
		ssize_t n = rv_read_all(fd, out->ptr + out->len, out->cap - out->len - 1);
		if (n < 0) {
			result = rv_fail_errno(err, "cannot read '%s'", path);
			break;
		}
		if (n == 0) {
			break;
		}
		out->len += (size_t)n;
		out->ptr[out->len] = '\0';
	}
	if (fd >= 0) {
		close(fd);
	}
	return result;
}

int rv_file_read(const char *path, size_t limit, struct rv_str *out, struct rv_err *err)
{
	return read_all(open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC), path, true, limit, out, err);
}

int rv_file_read_named(const char *path, size_t limit, struct rv_str *out, struct rv_err *err)
{
	return read_all(open(path, O_RDONLY | O_CLOEXEC), path, false, limit, out, err);
}

bool rv_file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

/* ---- atomic files ----------------------------------------------------------------------------------------------- */

int rv_atomic_open(struct rv_atomic *file, const char *path, struct rv_err *err)
{
	*file = (struct rv_atomic)RV_ATOMIC_INIT;
	for (int i = 0; i < NEW_NAME_TRIES; i++) {
		char *temporary = rv_path_hidden(path, TEMPORARY_MARK);
		int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0) {
			*file = (struct rv_atomic) { .fd = fd, .path = rv_strdup(path), .temporary = temporary };
			return 0;
		}
		free(temporary);
		if (errno != EEXIST) {
			break;
		}
	}
	return rv_fail_errno(err, "cannot make '%s'", path);
}

static void atomic_release(struct rv_atomic *file)
{
	free(file->path);
	free(file->temporary);
	*file = (struct rv_atomic)RV_ATOMIC_INIT;
}

int rv_atomic_commit(struct rv_atomic *file, struct rv_err *err)
{
	int fd = file->fd;
	file->fd = -1;
	if (close(fd) < 0 && errno != EINTR) {
		rv_fail_errno(err, "cannot write '%s'", file->path);
	} else if (rename(file->temporary, file->path) < 0) {
		rv_fail_errno(err, "cannot rename '%s' to '%s'", file->temporary, file->path);
	} else {
		atomic_release(file);
		return 0;
	}
	rv_atomic_abort(file);
	return -1;
}

void rv_atomic_abort(struct rv_atomic *file)
{
	int saved = errno;
	if (file->fd >= 0) {
		close(file->fd);
	}
	if (file->temporary) {
		unlink(file->temporary);
	}
	atomic_release(file);
	errno = saved;
}

bool rv_atomic_is_temporary(const char *name)
{
	static const char mark[] = TEMPORARY_MARK;
	const size_t len = strlen(name), end_len = sizeof(mark) - 1 + RV_HIDDEN_SUFFIX_LEN;
	return name[0] == '.' && len > 1 + end_len && strncmp(name + len - end_len, mark, sizeof(mark) - 1) == 0;
}

void rv_atomic_sweep(const char *dir)
{
	char **names;
	size_t len;
	if (rv_dir_names(dir, &names, &len, NULL) < 0) {
		return;
	}
	struct rv_str path = RV_STR_INIT;
	for (size_t i = 0; i < len; i++) {
		if (rv_atomic_is_temporary(names[i])) {
			rv_str_clear(&path);
			rv_str_printf(&path, "%s/%s", dir, names[i]);
			unlink(path.ptr);
		}
	}
	rv_str_release(&path);
	rv_names_free(names, len);
}

int rv_file_write(const char *path, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_atomic file = RV_ATOMIC_INIT;
	if (rv_atomic_open(&file, path, err) < 0) {
		return -1;
	}
	if (rv_write_all(file.fd, bytes, len) < 0) {
		rv_fail_errno(err, "cannot write '%s'", path);
		rv_atomic_abort(&file);
		return -1;
	}
	return rv_atomic_commit(&file, err);
}

/* Cuts a file that ends beyond `size`. */
static int cut(int fd, off_t size)
{
	struct stat st;
	return fstat(fd, &st) < 0 || (st.st_size > size && ftruncate(fd, size) < 0) ? -1 : 0;
}

int rv_file_write_unseen(const char *path, const void *bytes, size_t len, struct rv_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot make '%s'", path);
	}
	bool failed = rv_write_all(fd, bytes, len) < 0 || cut(fd, (off_t)len) < 0;
	if (failed) {
		rv_fail_errno(err, "cannot write '%s'", path);
		close(fd);
		return -1;
	}
	return close(fd) < 0 && errno != EINTR ? rv_fail_errno(err, "cannot write '%s'", path) : 0;
}

int rv_file_unnamed(const char *dir, struct rv_err *err)
{
	const char *const tmp = getenv("TMPDIR");
	if (!dir) {
		dir = tmp && tmp[0] ? tmp : "/tmp";
	}
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR)) { /* a file system, or a kernel, that has none */
		struct rv_str path = RV_STR_INIT;
		rv_str_printf(&path, "%s/.rv-XXXXXX", dir);
		fd = mkostemp(path.ptr, O_CLOEXEC);
		if (fd >= 0) {
			unlink(path.ptr);
		}
		rv_str_release(&path);
	}
	return fd < 0 ? rv_fail_errno(err, "cannot make a temporary file in '%s'", dir) : fd;
}

int rv_copy_file(const char *from, const char *to, struct rv_err *err)
{
	struct rv_atomic out = RV_ATOMIC_INIT;
	char *buffer = NULL;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0) {
		return rv_fail_errno(err, "cannot open '%s'", from);
	}
	int result = rv_atomic_open(&out, to, err);
	/* The kernel copies (or shares blocks) as far as it can; the rest goes through a buffer. */
	while (result == 0 && copy_file_range(in, NULL, out.fd, NULL, COPY_STEP_BYTES, 0) > 0) {
	}
	buffer = rv_alloc(READ_STEP_BYTES);
	while (result == 0) {
		ssize_t n = rv_read_all(in, buffer, READ_STEP_BYTES);
		if (n < 0) {
			result = rv_fail_errno(err, "cannot read '%s'", from);
		} else if (n == 0) {
			break;
		} else if (rv_write_all(out.fd, buffer, (size_t)n) < 0) {
			result = rv_fail_errno(err, "cannot write '%s'", to);
		}
	}
	if (result == 0) {
		result = rv_atomic_commit(&out, err);
	} else if (out.path) {
		rv_atomic_abort(&out);
	}
	free(buffer);
	close(in);
	return result;
}

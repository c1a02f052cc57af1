/* SPDX-License-Identifier: MIT */
/* Regular files and memory as sources of bytes. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "beneath.h"
#include "diag.h"
#include "file.h"

/* A FIFO without a writer, or a line without a carrier, is opened at once; a terminal does not become ours. */
#define OPEN_FLAGS (O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
#define COPY_BYTES ((size_t)256 << 10)

/* ---- opening ----------------------------------------------------------------------------------------------------- */

/* Takes `fd`, which may be -1 with errno, over. */
static int take(struct rv_source *source, int fd, const char *name, struct rv_err *err)
{
	struct stat st = { 0 };
	*source = (struct rv_source)RV_SOURCE_INIT;
	if (fd < 0 && errno != ENXIO) { /* which tells of a socket */
		return rv_fail_errno(err, "cannot open '%s'", name);
	}
	if (fd >= 0 && fstat(fd, &st) < 0) {
		rv_fail_errno(err, "cannot look at '%s'", name);
		close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		if (fd >= 0) {
			close(fd);
		}
		return rv_fail(err, RV_E_BAD_FILE, "'%s' is not a regular file", name);
	}
	*source = (struct rv_source) { .name = rv_strdup(name), .fd = fd, .len = (uint64_t)st.st_size };
	return 0;
}

int rv_source_open(struct rv_source *source, const char *path, struct rv_err *err)
{
	return rv_source_open_at(source, AT_FDCWD, path, err);
}

int rv_source_open_at(struct rv_source *source, int dir_fd, const char *path, struct rv_err *err)
{
	return take(source, openat(dir_fd, path, OPEN_FLAGS), path, err);
}

int rv_source_open_beneath(struct rv_source *source, int dir_fd, const char *relative, struct rv_err *err)
{
	*source = (struct rv_source)RV_SOURCE_INIT;
	if (!rv_path_is_inside(relative)) {
		return rv_fail(err, RV_E_BAD_RECORD, "'%s' is not a path below its directory", relative);
	}
	const int fd = rv_open_beneath(dir_fd, relative, OPEN_FLAGS);
	if (fd < 0 && errno == ELOOP) {
		return rv_fail(err, RV_E_BAD_FILE, "'%s' is reached by a symbolic link, which is not followed",
		               relative);
	}
	return take(source, fd, relative, err);
}

int rv_source_load_beneath(int dir_fd, const char *relative, size_t limit, struct rv_str *out, struct rv_err *err)
{
	struct rv_source source;
	rv_str_clear(out);
	if (rv_source_open_beneath(&source, dir_fd, relative, err) < 0) {
		return -1;
	}
	int status = rv_source_load(&source, limit, out, err);
	if (status < 0) {
		rv_fail_prefix(err, "'%s'", relative);
	}
	rv_source_close(&source);
	return status;
}

void rv_source_open_memory(struct rv_source *source, const char *name, const void *bytes, size_t len)
{
	/* Never NULL, which stands for a file. */
	*source = (struct rv_source) {
		.name = rv_strdup(name), .bytes = len > 0 ? bytes : (const void *)"", .fd = -1, .len = len
	};
}

void rv_source_open_window(struct rv_source *source, const char *name, const struct rv_source *whole, uint64_t at,
                           uint64_t len)
{
	if (at > whole->len || len > whole->len - at) {
		rv_bug("a window of %llu bytes from %llu in a source of %llu", (unsigned long long)len,
		       (unsigned long long)at, (unsigned long long)whole->len);
	}
	*source = (struct rv_source) { .name = rv_strdup(name),
		                       .bytes = whole->bytes ? whole->bytes + at : NULL,
		                       .fd = whole->fd,
		                       .is_window = true,
		                       .at = whole->at + at,
		                       .len = len };
}

int rv_source_share(struct rv_source *source, const struct rv_source *of, struct rv_err *err)
{
	const bool is_own = of->fd >= 0 && !of->is_window;
	const int fd = is_own ? fcntl(of->fd, F_DUPFD_CLOEXEC, 0) : of->fd;
	if (is_own && fd < 0) {
		*source = (struct rv_source)RV_SOURCE_INIT;
		return rv_fail_errno(err, "cannot open '%s' once more", of->name);
	}
	*source = *of;
	source->name = rv_strdup(of->name);
	source->fd = fd;
	return 0;
}

void rv_source_close(struct rv_source *source)
{
	if (source->fd >= 0 && !source->is_window) {
		close(source->fd);
	}
	free(source->name);
	*source = (struct rv_source)RV_SOURCE_INIT;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

int rv_source_read(const struct rv_source *source, uint64_t at, void *bytes, size_t len, struct rv_err *err)
{
	if (at > source->len || len > source->len - at) {
		return rv_fail(err, RV_E_BAD_FILE, "ends after %llu bytes", (unsigned long long)source->len);
	}
	if (source->bytes) {
		memcpy(bytes, source->bytes + at, len);
		return 0;
	}
	for (size_t done = 0; done < len;) {
		const ssize_t n = pread(source->fd, (char *)bytes + done, len - done, (off_t)(source->at + at + done));
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return rv_fail_errno(err, "cannot read");
		}
		if (n == 0) {
			return rv_fail(err, RV_E_BAD_FILE, "shrank while it was read");
		}
		done += (size_t)n;
	}
	return 0;
}

int rv_source_load(const struct rv_source *source, size_t limit, struct rv_str *out, struct rv_err *err)
{
	rv_str_clear(out);
	if (source->len > limit) {
		return rv_fail(err, RV_E_LIMIT, "has %llu bytes: at most %zu", (unsigned long long)source->len, limit);
	}
	const size_t len = (size_t)source->len;
	if (!rv_str_try_reserve(out, len)) {
		return rv_fail(err, RV_E_MEMORY, "no memory for its %zu bytes", len);
	}
	if (rv_source_read(source, 0, out->ptr, len, err) < 0) {
		return -1;
	}
	out->len = len;
	out->ptr[len] = '\0';
	return 0;
}

const unsigned char *rv_source_bytes(const struct rv_source *source, size_t limit, struct rv_str *held,
                                     struct rv_err *err)
{
	if (source->bytes && source->len <= limit) {
		return source->bytes;
	}
	return rv_source_load(source, limit, held, err) < 0 ? NULL : (const unsigned char *)held->ptr;
}

int rv_source_copy(const struct rv_source *source, rv_write_fn *write, void *to, struct rv_err *err)
{
	if (source->bytes) {
		return source->len > 0 ? write(to, source->bytes, (size_t)source->len, err) : 0;
	}
	unsigned char *const buffer = rv_alloc((size_t)RV_MIN(COPY_BYTES, source->len));
	int status = 0;
	for (uint64_t at = 0; status == 0 && at < source->len;) {
		const size_t n = (size_t)RV_MIN(COPY_BYTES, source->len - at);
		if (rv_source_read(source, at, buffer, n, err) < 0) {
			status = rv_fail_prefix(err, "'%s'", source->name);
		} else {
			status = write(to, buffer, n, err);
		}
		at += n;
	}
	free(buffer);
	return status;
}

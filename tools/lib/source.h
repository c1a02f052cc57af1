/* SPDX-License-Identifier: MIT */
/*
 * Where bytes come from: a regular file, a part of one, or memory. Decoders read from a source, so one load serves a
 * digest and a decoder alike, and a member of an archive needs no file:
 *
 *	struct rv_source source = RV_SOURCE_INIT;
 *	if (rv_source_open_beneath(&source, dir_fd, "masks/00001.png", err) < 0) return -1;
 *	int status = rv_png_read_from(&source, &image, err);
 *	rv_source_close(&source);
 *
 * Reading moves no position: threads may share a source. Messages of the open functions name the file; those of all
 * others do not, so that whoever decodes puts the name before its own messages and these alike
 * (rv_fail_prefix(err, "'%s'", source->name)).
 */
#ifndef RV_SOURCE_H
#define RV_SOURCE_H

#include "err.h"
#include "str.h"

struct rv_source {
	char *name;                 /* for messages; owned */
	const unsigned char *bytes; /* of memory, borrowed; NULL: a file */
	int fd;                     /* of a file; -1: memory */
	bool is_window;             /* `fd` is borrowed */
	uint64_t at;                /* of the first byte in the file */
	uint64_t len;               /* of a file: when it was opened */
};
#define RV_SOURCE_INIT \
	{ \
		.fd = -1 \
	}

/*
 * Opens a regular file. Anything else (a FIFO, a device, a socket, a directory) is RV_E_BAD_FILE at once: it is never
 * waited for. What is not there is RV_E_MISSING_FILE. After a failure *source is closed.
 */
int rv_source_open(struct rv_source *source, const char *path, struct rv_err *err) RV_MUST_USE;
/* The same for a path that starts at a directory, as openat(2) takes it. */
int rv_source_open_at(struct rv_source *source, int dir_fd, const char *path, struct rv_err *err) RV_MUST_USE;
/*
 * The same for a path relative to a directory, of which nothing outside can be reached: absolute paths and ".." are
 * RV_E_BAD_RECORD, a symbolic link anywhere on the way or at its end is RV_E_BAD_FILE, also one that is put there
 * meanwhile. openat2(2), or a walk by components where the kernel or a sandbox has none.
 */
int rv_source_open_beneath(struct rv_source *source, int dir_fd, const char *relative, struct rv_err *err) RV_MUST_USE;
/* Opens such a file, loads it (below) and closes it. */
int rv_source_load_beneath(int dir_fd, const char *relative, size_t limit, struct rv_str *out,
                           struct rv_err *err) RV_MUST_USE;
/* The bytes are borrowed until the source is closed. */
void rv_source_open_memory(struct rv_source *source, const char *name, const void *bytes, size_t len);
/* `len` bytes of another source, from `at` on, under a name of their own. The other one, which must have them, is
 * borrowed until this one is closed. */
void rv_source_open_window(struct rv_source *source, const char *name, const struct rv_source *whole, uint64_t at,
                           uint64_t len);
/* Another source of the same bytes under the same name, which lives on when that one is closed. */
int rv_source_share(struct rv_source *source, const struct rv_source *of, struct rv_err *err) RV_MUST_USE;
void rv_source_close(struct rv_source *source);

/* Exactly `len` bytes from `at` on. RV_E_BAD_FILE when the file ends before, RV_E_IO when it cannot be read. */
int rv_source_read(const struct rv_source *source, uint64_t at, void *bytes, size_t len,
                   struct rv_err *err) RV_MUST_USE;
/* All of it into *out, which is replaced. RV_E_LIMIT above `limit` bytes, RV_E_MEMORY where there is none for it. */
int rv_source_load(const struct rv_source *source, size_t limit, struct rv_str *out, struct rv_err *err) RV_MUST_USE;
/* All of it, source->len bytes: memory as it is, a file loaded into *held. Borrowed from both. NULL with *err. */
const unsigned char *rv_source_bytes(const struct rv_source *source, size_t limit, struct rv_str *held,
                                     struct rv_err *err);

/* The other end: takes bytes in order; -1 with *err stops whoever calls it, which passes the -1 on. */
typedef int rv_write_fn(void *to, const void *bytes, size_t len, struct rv_err *err);
/* Hands all of it to `write`, in portions. Since `write` has messages of its own, those of reading name the source. */
int rv_source_copy(const struct rv_source *source, rv_write_fn *write, void *to, struct rv_err *err) RV_MUST_USE;

#endif

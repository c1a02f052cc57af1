/* SPDX-License-Identifier: MIT */
/* Lines of records in and out. */
#include "lines.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "sig.h"

#define READ_BYTES ((size_t)256 << 10)
#define WRITE_BYTES ((size_t)128 << 10)

/* The bytes [at, end) are read and not yet given out; the first `clean` of them hold no newline. */
struct rv_reader {
	int fd;
	const char *name;
	char *buffer;
	size_t cap, at, end, clean;
	uint64_t line;
	bool at_end;
	bool too_long; /* the present line; its bytes were dropped */
	rv_reader_wait_fn *wait;
	void *wait_context;
};

struct rv_reader *rv_reader_new(int fd, const char *name)
{
	struct rv_reader *const reader = rv_alloc_zero(1, sizeof(*reader));
	reader->fd = fd;
	reader->name = name;
	reader->cap = READ_BYTES;
	reader->buffer = rv_alloc(reader->cap);
	return reader;
}

void rv_reader_free(struct rv_reader *reader)
{
	if (reader) {
		free(reader->buffer);
		free(reader);
	}
}

void rv_reader_on_wait(struct rv_reader *reader, rv_reader_wait_fn *wait, void *context)
{
	reader->wait = wait;
	reader->wait_context = context;
}

/* 1 input is there (or its end), 0 nothing yet, -1 a signal asks us to stop. */
static int poll_input(const struct rv_reader *reader, int timeout_ms)
{
	struct pollfd fds[2] = { { .fd = reader->fd, .events = POLLIN }, { .fd = rv_sig_fd(), .events = POLLIN } };
	for (;;) {
		const int ready = poll(fds, 2, timeout_ms);
		if (rv_sig_stop()) {
			return -1;
		}
		if (ready >= 0 || errno != EINTR) {
			return ready != 0; /* when poll itself fails, read(2) will say why */
		}
	}
}

/* Room for a useful read behind what is there. */
static void make_room(struct rv_reader *reader)
{
	if (reader->at > 0) {
		memmove(reader->buffer, reader->buffer + reader->at, reader->end - reader->at);
		reader->end -= reader->at;
		reader->at = 0;
	}
	if (reader->cap - reader->end < READ_BYTES / 2) {
		reader->cap *= 2; /* bounded: a line over RV_LINE_MAX is not kept */
		reader->buffer = rv_realloc(reader->buffer, reader->cap, 1);
	}
}

/* One read. 1: more bytes or the end; 0: try again; -1 with errno. */
static int read_some(struct rv_reader *reader)
{
	make_room(reader);
	const ssize_t n = read(reader->fd, reader->buffer + reader->end, reader->cap - reader->end);
	if (n < 0) {
		return errno == EINTR || errno == EAGAIN ? 0 : -1;
	}
	reader->end += (size_t)n;
	reader->at_end = n == 0;
	return 1;
}

/* Waits for more bytes or the end. 0, or -1 with *err. */
static int fill(struct rv_reader *reader, struct rv_err *err)
{
	int ready = poll_input(reader, 0);
	if (ready == 0) {
		if (reader->wait) {
			reader->wait(reader->wait_context, true);
		}
		ready = poll_input(reader, -1);
		if (reader->wait) {
			reader->wait(reader->wait_context, false);
		}
	}
	while (ready > 0) {
		const int got = read_some(reader);
		if (got > 0) {
			return 0;
		}
		if (got < 0) {
			return rv_fail_errno(err, "cannot read %s", reader->name);
		}
		ready = poll_input(reader, -1);
	}
	return rv_fail(err, RV_E_CANCELLED, "stopped by a signal");
}

/* Looks for a line among the bytes that are there and drops what belongs to one that is too long. True when there is a
 * line (up to the end of the input, if need be) or nothing more will come. */
static bool have_line(struct rv_reader *reader)
{
	const size_t len = reader->end - reader->at;
	const char *const start = reader->buffer + reader->at;
	const char *const newline = memchr(start + reader->clean, '\n', len - reader->clean);
	reader->clean = newline ? (size_t)(newline - start) : len;
	reader->too_long = reader->too_long || reader->clean > RV_LINE_MAX;
	if (newline || reader->at_end) {
		return true;
	}
	if (reader->too_long) {
		reader->at = reader->end = reader->clean = 0;
	}
	return false;
}

/* The next line, blank or not. 1, 0 at the end, 2 one that is too long (and skipped), -1. */
static int next_line(struct rv_reader *reader, struct rv_span *line, struct rv_err *err)
{
	while (!have_line(reader)) {
		if (fill(reader, err) < 0) {
			return -1;
		}
	}
	*line = (struct rv_span) { reader->buffer + reader->at, reader->clean };
	const bool too_long = reader->too_long;
	const bool last = reader->at + reader->clean == reader->end;
	if (last && line->len == 0 && !too_long) {
		return 0;
	}
	reader->at += line->len + (last ? 0 : 1);
	reader->clean = 0;
	reader->too_long = false;
	reader->line++;
	return too_long ? 2 : 1;
}

bool rv_reader_would_block(struct rv_reader *reader)
{
	while (!have_line(reader)) {
		if (poll_input(reader, 0) == 0) {
			return true;
		}
		if (rv_sig_stop() || read_some(reader) < 0) {
			break; /* the next call tells */
		}
	}
	return false;
}

static bool is_blank_line(struct rv_span line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] != ' ' && line.ptr[i] != '\t' && line.ptr[i] != '\r') {
			return false;
		}
	}
	return true;
}

int rv_reader_line(struct rv_reader *reader, struct rv_span *line, uint64_t *number, struct rv_err *err)
{
	int got;
	do {
		got = next_line(reader, line, err);
	} while (got == 1 && is_blank_line(*line));
	*number = reader->line;
	return got;
}

int rv_reader_next(struct rv_reader *reader, struct rv_record *record, struct rv_err *err)
{
	struct rv_span line;
	uint64_t number;
	const int got = rv_reader_line(reader, &line, &number, err);
	if (got <= 0) {
		return got;
	}
	if (got == 2) {
		rv_record_clear(record);
		rv_fail(err, RV_E_TOO_LONG, "longer than %zu bytes", RV_LINE_MAX);
	} else if (rv_record_parse(record, line.ptr, line.len, err) == 0) {
		record->line = number;
		return 1;
	}
	record->line = number;
	rv_fail_prefix(err, "line %" PRIu64, number);
	return 2;
}

/* ---- writing ---- */

struct rv_writer {
	int fd;
	struct rv_str buffer;
	bool failed; /* said once; what comes later is dropped */
};

struct rv_writer *rv_writer_new(int fd)
{
	struct rv_writer *const writer = rv_alloc_zero(1, sizeof(*writer));
	writer->fd = fd;
	rv_str_init(&writer->buffer);
	rv_str_reserve(&writer->buffer, 2 * WRITE_BYTES);
	return writer;
}

static int write_failed(struct rv_writer *writer, struct rv_err *err)
{
	writer->failed = true;
	if (errno == EPIPE) {
		return rv_fail(err, RV_E_CANCELLED, "the reader of the output went away");
	}
	return rv_fail_errno(err, "cannot write the output");
}

int rv_writer_flush(struct rv_writer *writer, struct rv_err *err)
{
	if (writer->failed || writer->buffer.len == 0) {
		return 0;
	}
	const int result = rv_write_all(writer->fd, writer->buffer.ptr, writer->buffer.len);
	const int cause = errno;
	rv_str_clear(&writer->buffer);
	errno = cause;
	return result < 0 ? write_failed(writer, err) : 0;
}

int rv_writer_put(struct rv_writer *writer, const char *text, size_t len, struct rv_err *err)
{
	if (writer->failed) {
		return 0;
	}
	rv_str_append(&writer->buffer, text, len);
	rv_str_putc(&writer->buffer, '\n');
	return writer->buffer.len < WRITE_BYTES ? 0 : rv_writer_flush(writer, err);
}

int rv_writer_close(struct rv_writer *writer, struct rv_err *err)
{
	int result = rv_writer_flush(writer, err);
	if (!writer->failed) {
		/* Some file systems report a full disk only here. */
		const int copy = dup(writer->fd);
		if (copy >= 0 && close(copy) < 0 && errno != EINTR) {
			result = write_failed(writer, err);
		}
	}
	rv_str_release(&writer->buffer);
	free(writer);
	return result;
}

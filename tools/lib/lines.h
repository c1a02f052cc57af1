/* SPDX-License-Identifier: MIT */
/*
 * Lines of records: a reader that checks each line, a writer that buffers whole ones.
 *
 * Blank lines are skipped, a missing final newline is forgiven, a line over RV_LINE_MAX is skipped to its end without
 * being stored. Both are used by one thread at a time.
 */
#ifndef RV_LINES_H
#define RV_LINES_H

#include "record.h"

struct rv_reader;
struct rv_reader *rv_reader_new(int fd, const char *name); /* `name` for messages, borrowed: "<stdin>" */
void rv_reader_free(struct rv_reader *reader);
/* 1: a record. 0: end. 2: the line is no record; *err tells why (line number included), *record is empty but for the
 * line number. -1: reading failed (*err), or a signal came (RV_E_CANCELLED). */
int rv_reader_next(struct rv_reader *reader, struct rv_record *record, struct rv_err *err) RV_MUST_USE;
/* The next line that is not blank, whatever it holds, for lists that are no records. 1: *line is borrowed until the
 * next call. 0: end. 2: it was too long, *line is of no use. -1 as above. *number is the line's, from 1. */
int rv_reader_line(struct rv_reader *reader, struct rv_span *line, uint64_t *number, struct rv_err *err) RV_MUST_USE;
/* Takes in what has arrived, without waiting; true when the next call would still have to wait (half a line is not
 * enough). For a program with a poll loop of its own. */
bool rv_reader_would_block(struct rv_reader *reader);
/* `wait` is called with true before the reader waits for input, with false afterwards: the moment to flush output. */
typedef void rv_reader_wait_fn(void *context, bool waiting);
void rv_reader_on_wait(struct rv_reader *reader, rv_reader_wait_fn *wait, void *context);

/* -1 with *err when the descriptor fails; RV_E_CANCELLED when its reader went away. A failure is told once, what is
 * put afterwards is dropped. */
struct rv_writer;
struct rv_writer *rv_writer_new(int fd);
/* The text and a newline. */
int rv_writer_put(struct rv_writer *writer, const char *text, size_t len, struct rv_err *err) RV_MUST_USE;
int rv_writer_flush(struct rv_writer *writer, struct rv_err *err) RV_MUST_USE;
/* Flushes, checks, frees. The descriptor stays open. */
int rv_writer_close(struct rv_writer *writer, struct rv_err *err) RV_MUST_USE;

#endif

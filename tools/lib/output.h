/* SPDX-License-Identifier: MIT */
/*
 * Records on standard output: as JSON Lines, or on a terminal as a line each for people. Counts those with an error and
 * says them on stderr. Every tool that writes records has one; rv_stream (stream.h) does for most.
 *
 * A reader that goes away ends the tool by SIGPIPE, quietly; a signal ends it cleanly, and within --grace seconds in
 * any case (grace.h), with what was put before written out. The functions may be called by several threads.
 */
#ifndef RV_OUTPUT_H
#define RV_OUTPUT_H

#include <pthread.h>

#include "lines.h"
#include "record.h"
#include "told.h"
#include "tool.h"

/* A line for a person in place of a record, when stdout is a terminal, or several with newlines between them. NULL: the
 * id. A record with an error always gets "ID  error: message". */
typedef void rv_describe_fn(const struct rv_record *record, struct rv_str *line);
/* For its parts that come from data: control characters from there on are replaced. (In the whole line newlines alone
 * are left.) */
void rv_output_disarm(struct rv_str *line, size_t from);

struct rv_output {
	struct rv_tool *tool;
	rv_describe_fn *describe;
	bool for_people; /* stdout is a terminal and no --json */
	bool has_rows;   /* then: a line for each record; with --verbose, and in tools whose product these lines are */
	bool broken;     /* nothing more can be written */
	uint64_t n_errors;
	uint64_t n_ok_errors; /* so many raise no status; set before closing */
	/* Private. */
	struct rv_told told;
	uint64_t n_untold; /* errors that were told already */
	struct rv_writer *writer;
	pthread_mutex_t lock;
	bool waiting;     /* the reader of the input waits */
	double flushed_s; /* when output was flushed last */
};

/* Whether what is written goes to a person or a file, not to another tool: the last one of a pipe says what came of it.
 */
bool rv_output_is_last(void);
/* Catches signals (sig.h) and starts the watch over their end. */
void rv_output_open(struct rv_output *output, struct rv_tool *tool);
bool rv_output_is_broken(const struct rv_output *output);
void rv_output_put(struct rv_output *output, const struct rv_record *record);
/* Ready lines with newlines between them, for a tool that makes its records as text; not when it is for people. */
void rv_output_put_lines(struct rv_output *output, const char *text, size_t len);
/* Says the failure of a record on stderr ("ID: message", or "line N: message") and counts it. The same message is said
 * once; how many more there were is said at the end. */
void rv_output_say_failed(struct rv_output *output, const struct rv_record *record, const char *message);
/* The same, and turns the record into an error record. */
void rv_output_fail(struct rv_output *output, struct rv_record *record, const struct rv_err *err);
/* The latter alone: nothing is said, nothing counted. */
void rv_output_mark_failed(struct rv_output *output, struct rv_record *record, const struct rv_err *err);
/* Counts a record that came with an error, or whose failure is not said. */
void rv_output_count_error(struct rv_output *output);
/* Writes out what is buffered. */
void rv_output_flush(struct rv_output *output);
/* An rv_reader_wait_fn: while the input is waited for, every record is written out at once. */
void rv_output_wait(void *output, bool waiting);
/* The output's reader was found to be gone: nothing more is written, and the tool ends by SIGPIPE. */
void rv_output_break(struct rv_output *output);
/* Flushes and frees; raises the tool's status when more records than n_ok_errors carry an error, or writing failed. */
void rv_output_close(struct rv_output *output);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What every tool's main does first and last, and the stream of records that most of them work on.
 *
 *	int main(int argc, char **argv)
 *	{
 *		struct rv_tool tool;
 *		int status = rv_tool_start(&tool, &program, &argc, argv);
 *		if (status >= 0) {
 *			return status;
 *		}
 *		struct rv_stream stream;
 *		if (rv_stream_open(&stream, &tool) < 0) {
 *			return rv_tool_end(&tool);
 *		}
 *		while (rv_stream_next(&stream, &record)) {
 *			if (do_one(&record, &err) < 0) {
 *				rv_stream_fail(&stream, &record, &err);
 *			}
 *			rv_stream_put(&stream, &record);
 *		}
 *		rv_stream_close(&stream);
 *		return rv_tool_end(&tool);
 *	}
 *
 * The exit status is kept in the tool: 0 done, 1 some records carry an error or the answer is no, 2 wrong usage, 3 the
 * environment failed. A reader that went away ends the tool by SIGPIPE, quietly, after it has cleaned up.
 */
#ifndef RV_TOOL_H
#define RV_TOOL_H

#include <pthread.h>

#include "filter.h"
#include "idset.h"
#include "json.h"
#include "lines.h"
#include "options.h"
#include "record.h"

struct rv_tool {
	const struct rv_program *program;
	struct rv_common common;
	int status; /* the highest so far */
	int signal; /* not 0: end by this signal */
};

/* Opens closed standard descriptors on /dev/null (a write to a closed stdout still fails, as it should), ignores
 * SIGPIPE, parses options. -1: go on; >= 0: exit with it at once. Leaves the operands in argv[0..*argc). */
int rv_tool_start(struct rv_tool *tool, const struct rv_program *program, int *argc, char **argv);
/* Raises the status. */
void rv_tool_status(struct rv_tool *tool, int status);
/* Prints *err, raises the status to what it means, returns that status. */
int rv_tool_fail(struct rv_tool *tool, const struct rv_err *err);
/* For a wrong operand: prints, adds the hint to --help, returns 2. */
int rv_tool_usage(struct rv_tool *tool, const char *format, ...) RV_PRINTF(2, 3);
/* What main returns (or the end by a signal). */
int rv_tool_end(struct rv_tool *tool);

/* One line for a person in place of a record, when stdout is a terminal. NULL: the id. A record with an error always
 * gets "ID  error: message". */
typedef void rv_describe_fn(const struct rv_record *record, struct rv_str *line);

struct rv_stream {
	struct rv_tool *tool;
	struct rv_reader *reader;
	struct rv_writer *writer;
	struct rv_filter *where, *set;
	rv_describe_fn *describe;
	bool for_people; /* stdout is a terminal and no --json */
	bool broken;     /* nothing more can be written */
	uint64_t n_in, n_errors;
	/* Set after opening (rv_idset_new) by a tool that needs each id once: then a record that is to be worked on
	 * must have one, and one that came before makes an error record. Freed by close. */
	struct rv_idset *ids;
	/* Private: the writer is used by the thread that reads and by those that finish records. */
	pthread_mutex_t lock;
	bool waiting;     /* the reader waits for input */
	double flushed_s; /* when output was flushed last */
};

/* Standard input to standard output. -1 when --where or --set do not compile (reported, status set). */
int rv_stream_open(struct rv_stream *stream, struct rv_tool *tool) RV_MUST_USE;
/* The next record that is this tool's to work on; false at the end. Bad lines become error records, records that carry
 * an error or that --where leaves out are passed on here, in order; --set is applied first. Flushes the output before
 * it waits for input. */
bool rv_stream_next(struct rv_stream *stream, struct rv_record *record);
/* Turns the record into an error record and says so on stderr. */
void rv_stream_fail(struct rv_stream *stream, struct rv_record *record, const struct rv_err *err);
void rv_stream_put(struct rv_stream *stream, struct rv_record *record);
/* The end of rv_stream_next by hand, for tools with a loop of their own (rv-blend): 1 work, 2 pass on (already final),
 * 0 end. Writes nothing. */
int rv_stream_take(struct rv_stream *stream, struct rv_record *record);
/* Writes out what is buffered: before such a loop waits. */
void rv_stream_flush(struct rv_stream *stream);
/* The output's reader was found to be gone: nothing more is written, and the tool ends by SIGPIPE. */
void rv_stream_break(struct rv_stream *stream);
/* Does `work` on every record with `threads` threads, order kept, at most `bound` records in memory. `work` returns -1
 * with *err to make it an error record; `state` is the thread-safe context. */
typedef int rv_stream_fn(struct rv_record *record, void *state, struct rv_err *err);
void rv_stream_run(struct rv_stream *stream, size_t threads, size_t bound, rv_stream_fn *work, void *state);
/* Flushes and frees; raises the tool's status when records carry errors or writing failed. */
void rv_stream_close(struct rv_stream *stream);

#endif

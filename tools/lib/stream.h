/* SPDX-License-Identifier: MIT */
/*
 * The stream of records that most tools work on, from standard input (or from directories of samples that are named as
 * operands, see input.h) to standard output.
 *
 *	struct rv_stream stream;
 *	if (rv_stream_open(&stream, &tool, argv, argc) < 0) {
 *		return rv_tool_end(&tool);
 *	}
 *	while (rv_stream_next(&stream, &record)) {
 *		if (do_one(&record, &err) < 0) {
 *			rv_output_fail(&stream.output, &record, &err);
 *		}
 *		rv_output_put(&stream.output, &record);
 *	}
 *	rv_stream_close(&stream);
 *	return rv_tool_end(&tool);
 *
 * Or rv_stream_run in place of the loop. Once a signal asks the tool to stop, no further record is taken.
 */
#ifndef RV_STREAM_H
#define RV_STREAM_H

#include "filter.h"
#include "idset.h"
#include "input.h"
#include "output.h"

struct rv_stream {
	struct rv_tool *tool;
	struct rv_output output;
	struct rv_input *input;
	struct rv_filters *filters;
	uint64_t n_in;
	uint64_t of;   /* how many are to come, as `run.of` of the records says: the largest; 0: none says it */
	bool is_short; /* after closing: fewer came than --expect asks for */
	/* Set after opening (rv_idset_new) by a tool that needs each id once: then a record that is to be worked on
	 * must have one, and one that came before makes an error record. Freed by close. */
	struct rv_idset *ids;
	/* Private. */
	bool has_progress;  /* of the first tool of a pipe, which reads directories; else rv-blend shows it */
	bool ended;         /* the input, not the tool */
	bool expects_all;   /* --expect all */
	uint64_t expected;  /* --expect N */
	uint64_t ok_errors; /* --ok-errors N */
	double ok_percent;  /* --ok-errors PCT% */
	struct rv_str run;  /* the last `run` that was looked into */
};

/* Of standard input when there are no directories. -1 when that is a terminal, --where or --set do not compile, or a
 * directory holds no samples (reported, status set). Signals are caught from here on. */
int rv_stream_open(struct rv_stream *stream, struct rv_tool *tool, char *const *dirs, size_t n_dirs) RV_MUST_USE;
/* The next record that is this tool's to work on; false at the end. Bad lines become error records; records that carry
 * an error or that --where leaves out are passed on here, in order, as they came. Flushes the output before it waits
 * for input. */
bool rv_stream_next(struct rv_stream *stream, struct rv_record *record);
/* The end of rv_stream_next by hand, for tools with a loop of their own (rv-blend): 1 work, 2 pass on (already final),
 * 0 end. Writes nothing. */
int rv_stream_take(struct rv_stream *stream, struct rv_record *record);
/* Does `work` on every record with `threads` threads, order kept, at most `bound` records in memory. `work` returns -1
 * with *err to make it an error record; with RV_E_CANCELLED after a signal the record is not written at all. `state` is
 * the thread-safe context. */
typedef int rv_stream_fn(struct rv_record *record, void *state, struct rv_err *err);
void rv_stream_run(struct rv_stream *stream, size_t threads, size_t bound, rv_stream_fn *work, void *state);
/* Closes the output too. When the input has ended with fewer records than `run.of` says, that is told; it changes no
 * status, but a stream that --expect finds short raises it to 3. Records with an error raise it to 1 when there are
 * more than --ok-errors allows. */
void rv_stream_close(struct rv_stream *stream);

#endif

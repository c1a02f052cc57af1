/* SPDX-License-Identifier: MIT */
/* The stream of records: from lines through the filters to the tool, one after the other or in parallel. */
#include "stream.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "parse.h"
#include "progress.h"
#include "sig.h"
#include "taskq.h"

static int read_expect(struct rv_stream *stream, const char *expect, struct rv_err *err)
{
	stream->expects_all = expect && strcmp(expect, "all") == 0;
	if (!expect || stream->expects_all) {
		return 0;
	}
	return rv_parse_u64(expect, "--expect", 0, UINT64_MAX, &stream->expected, err) < 0
	               ? rv_fail(err, RV_E_USAGE, "%s, or 'all'", err->text)
	               : 0;
}

/* "5", or "2.5%" of the records that came. */
static int read_ok_errors(struct rv_stream *stream, const char *text, struct rv_err *err)
{
	const size_t len = text ? strlen(text) : 0;
	if (len == 0 || text[len - 1] != '%') {
		return text ? rv_parse_u64(text, "--ok-errors", 0, UINT64_MAX, &stream->ok_errors, err) : 0;
	}
	char *const number = rv_strndup(text, len - 1);
	const int result = rv_parse_double(number, "--ok-errors", 0, 100, &stream->ok_percent, err);
	free(number);
	return result;
}

/* Nobody types records. */
static bool waits_for_nobody(struct rv_tool *tool, size_t n_dirs)
{
	const bool waits = n_dirs == 0 && isatty(STDIN_FILENO);
	const char *const example = tool->program->examples;
	if (waits) {
		rv_error("standard input is a terminal: records come from a pipe or a file");
		rv_tool_status(tool, 2);
	}
	if (waits && example) {
		rv_hint("for example: %.*s", (int)strcspn(example, "\n"), example);
	}
	return waits;
}

int rv_stream_open(struct rv_stream *stream, struct rv_tool *tool, char *const *dirs, size_t n_dirs)
{
	struct rv_err err = RV_ERR_INIT;
	*stream = (struct rv_stream) { .tool = tool, .run = RV_STR_INIT };
	if (waits_for_nobody(tool, n_dirs)) {
		return -1;
	}
	if (read_expect(stream, tool->common.expect, &err) == 0 &&
	    read_ok_errors(stream, tool->common.ok_errors, &err) == 0) {
		stream->filters = rv_filters_new(tool->common.set, tool->common.where, &err);
	}
	stream->input = stream->filters ? rv_input_open(dirs, n_dirs, &err) : NULL;
	if (!stream->input) {
		rv_filters_free(stream->filters);
		if (!rv_sig_stop()) {
			rv_tool_fail(tool, &err);
		}
		return -1;
	}
	rv_output_open(&stream->output, tool);
	rv_input_on_wait(stream->input, rv_output_wait, &stream->output);
	stream->has_progress = n_dirs > 0 && isatty(STDERR_FILENO);
	if (stream->has_progress) {
		rv_progress_start(RV_PROGRESS_AUTO);
	}
	return 0;
}

static void show_progress(const struct rv_stream *stream, bool is_end)
{
	if (stream->has_progress) {
		const struct rv_progress_counts counts = { .done = stream->n_in,
			                                   .failed = stream->output.n_errors,
			                                   .of = rv_input_count(stream->input) };
		(is_end ? rv_progress_end : rv_progress_update)(&counts);
	}
}

/* ---- one record ---- */

/* A line that is no record becomes one that tells which line it was, a sample that cannot be read one with its `dir`.
 */
static void take_bad(struct rv_stream *stream, struct rv_record *record, const struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	rv_report(err);
	rv_record_set_error(record, err, 0);
	if (record->line > 0) {
		rv_str_put_u64(&line, record->line);
		rv_record_set(record, "line", line.ptr, line.len);
	}
	rv_str_release(&line);
	rv_output_count_error(&stream->output);
}

/* Most often `run` is in one record what it was in the last. */
static void note_of(struct rv_stream *stream, const struct rv_record *record)
{
	struct rv_json run = RV_JSON_INIT;
	struct rv_span text;
	uint64_t of;
	if (!rv_record_get(record, "run", &text) ||
	    (text.len == stream->run.len && memcmp(text.ptr, stream->run.ptr, text.len) == 0)) {
		return;
	}
	rv_str_clear(&stream->run);
	rv_str_append(&stream->run, text.ptr, text.len);
	if (rv_json_parse(text.ptr, text.len, &run, NULL) == 0 &&
	    rv_json_u64(rv_json_get(run, "of"), 1, RV_SEED_MAX, &of)) {
		stream->of = RV_MAX(stream->of, of);
	}
	rv_json_release(&run);
}

static int check_id(struct rv_stream *stream, const struct rv_record *record, struct rv_err *err)
{
	struct rv_str id = RV_STR_INIT;
	int result = rv_record_id(record, &id, err);
	if (result == 0 && !rv_idset_add(stream->ids, id.ptr, id.len)) {
		result = rv_fail(err, RV_E_DUPLICATE_ID, "id '%s' came before in this stream", id.ptr);
	}
	rv_str_release(&id);
	return result;
}

/* A record without an error: 1 when it is taken, 0 when it is left out. */
static int choose(struct rv_stream *stream, struct rv_record *record, struct rv_err *err)
{
	const int taken = rv_filters_apply(stream->filters, record, err);
	if (taken > 0 && stream->ids && check_id(stream, record, err) < 0) {
		return -1;
	}
	return taken;
}

/* The end of the input: a signal, or reading failed. */
static int end(struct rv_stream *stream, const struct rv_err *err)
{
	if (rv_sig_stop()) {
		stream->tool->signal = rv_sig_stop();
	} else if (err->code != RV_E_NONE) {
		rv_tool_fail(stream->tool, err);
	}
	return 0;
}

int rv_stream_take(struct rv_stream *stream, struct rv_record *record)
{
	struct rv_err err = RV_ERR_INIT;
	const int got = rv_sig_stop() ? -1 : rv_input_next(stream->input, record, &err);
	if (got <= 0) {
		stream->ended = got == 0;
		return end(stream, &err);
	}
	stream->n_in++;
	show_progress(stream, false);
	if (got == 2) {
		take_bad(stream, record, &err);
		return 2;
	}
	note_of(stream, record);
	if (rv_record_has_error(record)) {
		rv_output_count_error(&stream->output);
		return 2;
	}
	const int chosen = choose(stream, record, &err);
	if (chosen < 0 && err.code == RV_E_CANCELLED) {
		return end(stream, &err);
	}
	if (chosen < 0) {
		rv_output_fail(&stream->output, record, &err);
	}
	return chosen > 0 ? 1 : 2;
}

bool rv_stream_next(struct rv_stream *stream, struct rv_record *record)
{
	while (!rv_output_is_broken(&stream->output)) {
		const int taken = rv_stream_take(stream, record);
		if (taken != 2) {
			return taken == 1;
		}
		rv_output_put(&stream->output, record);
	}
	return false;
}

/* ---- in parallel ---- */

struct item {
	struct rv_record record;
	char *failure;  /* the message, said when the record's turn comes */
	bool cancelled; /* not worked on, or not to the end */
};

struct run {
	struct rv_stream *stream;
	rv_stream_fn *work;
	void *state;
};

static void run_work(void *data, void *context)
{
	struct item *const item = data;
	const struct run *const run = context;
	struct rv_err err = RV_ERR_INIT;
	if (rv_sig_stop() || rv_output_is_broken(&run->stream->output)) {
		item->cancelled = true;
	} else if (run->work(&item->record, run->state, &err) < 0) {
		item->cancelled = rv_sig_stop() && err.code == RV_E_CANCELLED;
		item->failure = rv_strdup(err.text);
		rv_tool_status(run->stream->tool, rv_err_is_passing(err.code) ? rv_err_exit_status(err.code) : 0);
		rv_record_set_error(&item->record, &err, 0);
	}
}

static void run_emit(void *data, void *context)
{
	struct item *const item = data;
	struct rv_output *const output = &((const struct run *)context)->stream->output;
	if (!item->cancelled) {
		if (item->failure) {
			rv_output_say_failed(output, &item->record, item->failure);
		}
		rv_output_put(output, &item->record);
	}
	rv_record_release(&item->record);
	free(item->failure);
	free(item);
}

static void run_parallel(struct run *run, size_t threads, size_t bound)
{
	struct rv_taskq *const queue = rv_taskq_new(threads, bound, run_work, run_emit, run);
	struct rv_record record = RV_RECORD_INIT;
	int taken;
	while (!rv_output_is_broken(&run->stream->output) && (taken = rv_stream_take(run->stream, &record)) > 0) {
		struct item *const item = rv_alloc_zero(1, sizeof(*item));
		item->record = record;
		record = (struct rv_record)RV_RECORD_INIT;
		(taken == 1 ? rv_taskq_push : rv_taskq_push_done)(queue, item);
	}
	rv_taskq_finish(queue);
	rv_record_release(&record);
}

static void run_alone(const struct run *run)
{
	struct rv_output *const output = &run->stream->output;
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	while (rv_stream_next(run->stream, &record)) {
		err.code = RV_E_NONE;
		if (run->work(&record, run->state, &err) < 0) {
			if (rv_sig_stop() && err.code == RV_E_CANCELLED) {
				continue;
			}
			rv_output_fail(output, &record, &err);
		}
		rv_output_put(output, &record);
	}
	rv_record_release(&record);
}

void rv_stream_run(struct rv_stream *stream, size_t threads, size_t bound, rv_stream_fn *work, void *state)
{
	struct run run = { .stream = stream, .work = work, .state = state };
	if (threads > 1) {
		run_parallel(&run, threads, bound);
	} else {
		run_alone(&run);
	}
}

/* ---- the end ---- */

/* Did as many come as were to come? The last tool of a pipe tells people; what is between two others says it with -v.
 */
static void count(struct rv_stream *stream)
{
	const uint64_t expected = stream->expects_all ? stream->of : stream->expected;
	struct rv_tool *const tool = stream->tool;
	if (!stream->ended || tool->signal || stream->output.broken) {
		return;
	}
	if (stream->expects_all && stream->of == 0 && stream->n_in > 0) {
		rv_error("--expect all: no record says how many are to come (run.of, which rv-seed gives)");
		rv_tool_status(tool, 2);
		return;
	}
	stream->is_short = stream->n_in < expected || (stream->expects_all && stream->n_in == 0);
	if (stream->is_short && expected == 0) {
		rv_error("no sample came (--expect all)");
	} else if (stream->is_short) {
		rv_error("%" PRIu64 " of %" PRIu64 " sample%s came (--expect)", stream->n_in, expected,
		         RV_PLURAL(expected));
	} else if (stream->n_in < stream->of && !tool->common.expect) {
		(rv_output_is_last() ? rv_warn : rv_info)("%" PRIu64 " of %" PRIu64 " sample%s came", stream->n_in,
		                                          stream->of, RV_PLURAL(stream->of));
	}
	rv_tool_status(tool, stream->is_short ? 3 : 0);
}

void rv_stream_close(struct rv_stream *stream)
{
	show_progress(stream, true);
	count(stream);
	if (stream->output.n_errors > 0) {
		(stream->output.for_people ? rv_note : rv_info)("%" PRIu64 " of %" PRIu64 " record%s with an error",
		                                                stream->output.n_errors, stream->n_in,
		                                                RV_PLURAL(stream->n_in));
	}
	stream->output.n_ok_errors =
	        RV_MAX(stream->ok_errors, (uint64_t)(stream->ok_percent / 100 * (double)stream->n_in));
	rv_output_close(&stream->output);
	rv_input_close(stream->input);
	rv_filters_free(stream->filters);
	rv_idset_free(stream->ids);
	rv_str_release(&stream->run);
	stream->input = NULL;
	stream->filters = NULL;
	stream->ids = NULL;
}

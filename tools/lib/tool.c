/* SPDX-License-Identifier: MIT */
/* The frame of a tool's main, and the stream of records that most tools work on. */
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "diag.h"
#include "sig.h"
#include "taskq.h"

#define FLUSH_INTERVAL_S 0.05 /* a finished record is not held back longer while others are worked on */

/* ---- start and end ---- */

/* A closed standard descriptor would be given to the next file that is opened. The null device takes its place the
 * wrong way round, so that reading from stdin and writing to stdout still fail. */
static void open_closed_descriptors(void)
{
	static const int flags[] = { O_WRONLY, O_RDONLY, O_WRONLY };
	for (int fd = 0; fd < 3; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF && open("/dev/null", flags[fd]) != fd) {
			_exit(3);
		}
	}
}

int rv_tool_start(struct rv_tool *tool, const struct rv_program *program, int *argc, char **argv)
{
	struct rv_err err = RV_ERR_INIT;
	bool done;
	*tool = (struct rv_tool) { .program = program };
	open_closed_descriptors();
	signal(SIGPIPE, SIG_IGN);
	rv_diag_init(program->name);
	if (rv_options_parse(program, argc, argv, &tool->common, &done, &err) < 0) {
		rv_report(&err);
		if (err.code == RV_E_USAGE) {
			rv_hint("see '%s --help'", program->name);
		}
		return rv_err_exit_status(err.code);
	}
	rv_diag_set_level(tool->common.quiet ? 0 : 1 + tool->common.verbose);
	return done ? 0 : -1;
}

void rv_tool_status(struct rv_tool *tool, int status)
{
	int now = __atomic_load_n(&tool->status, __ATOMIC_RELAXED);
	while (now < status &&
	       !__atomic_compare_exchange_n(&tool->status, &now, status, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
	}
}

int rv_tool_fail(struct rv_tool *tool, const struct rv_err *err)
{
	const int status = rv_err_exit_status(err->code);
	rv_report(err);
	rv_tool_status(tool, status);
	return status;
}

int rv_tool_usage(struct rv_tool *tool, const char *format, ...)
{
	struct rv_str text = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&text, format, args);
	va_end(args);
	rv_error("%s", text.ptr);
	rv_hint("see '%s --help'", tool->program->name);
	rv_str_release(&text);
	rv_tool_status(tool, 2);
	return 2;
}

int rv_tool_end(struct rv_tool *tool)
{
	/* One that came after the last record was read counts as well: work was cut short. */
	const int signal_number = tool->signal ? tool->signal : rv_sig_stop();
	if (signal_number) {
		rv_sig_die(signal_number);
	}
	return tool->status;
}

/* ---- the stream ---- */

/* Records are taken and put by different threads. */
static void count_error(struct rv_stream *stream)
{
	__atomic_add_fetch(&stream->n_errors, 1, __ATOMIC_RELAXED);
}

/* Writing failed for good, or the reader of the output went away. Called with the lock held. */
static void output_failed(struct rv_stream *stream, const struct rv_err *err)
{
	__atomic_store_n(&stream->broken, true, __ATOMIC_RELAXED);
	if (err->code == RV_E_CANCELLED) {
		stream->tool->signal = SIGPIPE;
	} else {
		rv_tool_fail(stream->tool, err);
	}
}

/* Called with the lock held. */
static void flush(struct rv_stream *stream)
{
	struct rv_err err = RV_ERR_INIT;
	stream->flushed_s = rv_clock_s();
	if (rv_writer_flush(stream->writer, &err) < 0) {
		output_failed(stream, &err);
	}
}

/* The reader is about to wait, or has waited: what is finished goes out meanwhile. */
static void on_wait(void *context, bool waiting)
{
	struct rv_stream *const stream = context;
	pthread_mutex_lock(&stream->lock);
	stream->waiting = waiting;
	if (waiting) {
		flush(stream);
	}
	pthread_mutex_unlock(&stream->lock);
}

static struct rv_filter *compile(struct rv_tool *tool, const char *option, const char *program)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_filter *const filter = rv_filter_new(program, &err);
	if (!filter) {
		rv_fail_prefix(&err, "%s", option);
		rv_tool_fail(tool, &err);
	}
	return filter;
}

int rv_stream_open(struct rv_stream *stream, struct rv_tool *tool)
{
	*stream = (struct rv_stream) { .tool = tool };
	if ((tool->common.where && !(stream->where = compile(tool, "--where", tool->common.where))) ||
	    (tool->common.set && !(stream->set = compile(tool, "--set", tool->common.set)))) {
		rv_filter_free(stream->where);
		return -1;
	}
	pthread_mutex_init(&stream->lock, NULL);
	stream->for_people = isatty(STDOUT_FILENO) && !tool->common.json;
	stream->reader = rv_reader_new(STDIN_FILENO, "the input");
	stream->writer = rv_writer_new(STDOUT_FILENO);
	stream->flushed_s = rv_clock_s();
	rv_reader_on_wait(stream->reader, on_wait, stream);
	return 0;
}

/* Makes an error record and says so; returns what rv_stream_take returns for it. */
static int take_failed(struct rv_stream *stream, struct rv_record *record, struct rv_err *err)
{
	rv_stream_fail(stream, record, err);
	return 2;
}

/* A line that is no record becomes one that tells which line it was. */
static int take_bad_line(struct rv_stream *stream, struct rv_record *record, const struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	rv_report(err);
	rv_record_set_error(record, err, 0);
	rv_str_put_u64(&line, record->line);
	rv_record_set(record, "line", line.ptr, line.len);
	rv_str_release(&line);
	count_error(stream);
	return 2;
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

int rv_stream_take(struct rv_stream *stream, struct rv_record *record)
{
	struct rv_err err = RV_ERR_INIT;
	const int got = rv_reader_next(stream->reader, record, &err);
	if (got < 0) {
		if (err.code == RV_E_CANCELLED) {
			stream->tool->signal = rv_sig_stop();
		} else {
			rv_tool_fail(stream->tool, &err);
		}
		return 0;
	}
	if (got == 0) {
		return 0;
	}
	stream->n_in++;
	if (got == 2) {
		return take_bad_line(stream, record, &err);
	}
	if (rv_record_has_error(record)) {
		count_error(stream);
		return 2;
	}
	if (stream->set && rv_filter_edit(stream->set, record, &err) < 0) {
		rv_fail_prefix(&err, "--set");
		return take_failed(stream, record, &err);
	}
	if (stream->where) {
		bool truth;
		if (rv_filter_truth(stream->where, record, &truth, &err) < 0) {
			rv_fail_prefix(&err, "--where");
			return take_failed(stream, record, &err);
		}
		if (!truth) {
			return 2;
		}
	}
	if (stream->ids && check_id(stream, record, &err) < 0) {
		return take_failed(stream, record, &err);
	}
	return 1;
}

bool rv_stream_next(struct rv_stream *stream, struct rv_record *record)
{
	while (!__atomic_load_n(&stream->broken, __ATOMIC_RELAXED)) {
		const int taken = rv_stream_take(stream, record);
		if (taken != 2) {
			return taken == 1;
		}
		rv_stream_put(stream, record);
	}
	return false;
}

/* "id: message", or "line n: message" for a record without one. */
static void say_failed(const struct rv_record *record, const char *message)
{
	struct rv_str id = RV_STR_INIT;
	if (rv_record_id(record, &id, NULL) == 0) {
		rv_error("%s: %s", id.ptr, message);
	} else if (record->line > 0) {
		rv_error("line %" PRIu64 ": %s", record->line, message);
	} else {
		rv_error("%s", message);
	}
	rv_str_release(&id);
}

void rv_stream_fail(struct rv_stream *stream, struct rv_record *record, const struct rv_err *err)
{
	say_failed(record, err->text);
	rv_record_set_error(record, err, 0);
	count_error(stream);
}

static void describe(const struct rv_record *record, struct rv_str *line)
{
	struct rv_record error = RV_RECORD_INIT;
	struct rv_str message = RV_STR_INIT;
	struct rv_span value;
	if (rv_record_id(record, line, NULL) < 0) {
		rv_str_puts(line, "-");
	}
	if (rv_record_has_error(record) && rv_record_get(record, "error", &value)) {
		rv_str_puts(line, "  error: ");
		if (rv_record_parse(&error, value.ptr, value.len, NULL) == 0 &&
		    rv_record_string(&error, "message", &message, NULL) == 0) {
			rv_str_puts(line, message.ptr);
		} else {
			rv_str_append(line, value.ptr, value.len);
		}
	}
	rv_str_release(&message);
	rv_record_release(&error);
}

/* A terminal obeys control characters; a record must not. */
static void disarm(struct rv_str *line)
{
	for (size_t i = 0; i < line->len; i++) {
		const unsigned char c = (unsigned char)line->ptr[i];
		if (c < 0x20 || c == 0x7f) {
			line->ptr[i] = c == '\n' ? ' ' : '?';
		}
	}
}

void rv_stream_put(struct rv_stream *stream, struct rv_record *record)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str line = RV_STR_INIT;
	const char *text = record->text.ptr;
	size_t len = record->text.len;
	if (__atomic_load_n(&stream->broken, __ATOMIC_RELAXED)) {
		return;
	}
	if (stream->for_people) {
		const bool own = stream->describe && !rv_record_has_error(record);
		(own ? stream->describe : describe)(record, &line);
		disarm(&line);
		text = line.ptr;
		len = line.len;
	}
	pthread_mutex_lock(&stream->lock);
	if (rv_writer_put(stream->writer, text, len, &err) < 0) {
		output_failed(stream, &err);
	} else if (stream->waiting || stream->for_people || rv_clock_s() - stream->flushed_s > FLUSH_INTERVAL_S) {
		flush(stream);
	}
	pthread_mutex_unlock(&stream->lock);
	rv_str_release(&line);
}

void rv_stream_flush(struct rv_stream *stream)
{
	pthread_mutex_lock(&stream->lock);
	if (!stream->broken) {
		flush(stream);
	}
	pthread_mutex_unlock(&stream->lock);
}

void rv_stream_break(struct rv_stream *stream)
{
	const struct rv_err gone = { .code = RV_E_CANCELLED };
	pthread_mutex_lock(&stream->lock);
	if (!stream->broken) {
		output_failed(stream, &gone);
	}
	pthread_mutex_unlock(&stream->lock);
}

/* ---- in parallel ---- */

struct item {
	struct rv_record record;
	char *failure; /* the message, said when the record's turn comes */
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
	if (!__atomic_load_n(&run->stream->broken, __ATOMIC_RELAXED) &&
	    run->work(&item->record, run->state, &err) < 0) {
		item->failure = rv_strdup(err.text);
		rv_record_set_error(&item->record, &err, 0);
	}
}

static void run_emit(void *data, void *context)
{
	struct item *const item = data;
	struct rv_stream *const stream = ((const struct run *)context)->stream;
	if (item->failure) {
		say_failed(&item->record, item->failure);
		count_error(stream);
	}
	rv_stream_put(stream, &item->record);
	rv_record_release(&item->record);
	free(item->failure);
	free(item);
}

static void run_parallel(struct run *run, size_t threads, size_t bound)
{
	struct rv_taskq *const queue = rv_taskq_new(threads, bound, run_work, run_emit, run);
	struct rv_record record = RV_RECORD_INIT;
	int taken;
	while (!__atomic_load_n(&run->stream->broken, __ATOMIC_RELAXED) &&
	       (taken = rv_stream_take(run->stream, &record)) > 0) {
		struct item *const item = rv_alloc_zero(1, sizeof(*item));
		item->record = record;
		record = (struct rv_record)RV_RECORD_INIT;
		(taken == 1 ? rv_taskq_push : rv_taskq_push_done)(queue, item);
	}
	rv_taskq_finish(queue);
	rv_record_release(&record);
}

void rv_stream_run(struct rv_stream *stream, size_t threads, size_t bound, rv_stream_fn *work, void *state)
{
	if (threads > 1) {
		run_parallel(&(struct run) { stream, work, state }, threads, bound);
		return;
	}
	struct rv_record record = RV_RECORD_INIT;
	struct rv_err err = RV_ERR_INIT;
	while (rv_stream_next(stream, &record)) {
		err.code = RV_E_NONE;
		if (work(&record, state, &err) < 0) {
			rv_stream_fail(stream, &record, &err);
		}
		rv_stream_put(stream, &record);
	}
	rv_record_release(&record);
}

void rv_stream_close(struct rv_stream *stream)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_writer_close(stream->writer, &err) < 0) {
		output_failed(stream, &err);
	}
	if (stream->n_errors > 0) {
		rv_info("%" PRIu64 " of %" PRIu64 " records carry an error", stream->n_errors, stream->n_in);
		rv_tool_status(stream->tool, 1);
	}
	rv_reader_free(stream->reader);
	rv_filter_free(stream->where);
	rv_filter_free(stream->set);
	rv_idset_free(stream->ids);
	pthread_mutex_destroy(&stream->lock);
	stream->reader = NULL;
	stream->writer = NULL;
	stream->where = stream->set = NULL;
	stream->ids = NULL;
}

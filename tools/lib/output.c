/* SPDX-License-Identifier: MIT */
/* Records on standard output, for programs or for people. */
#include "output.h"

#include <inttypes.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "diag.h"
#include "grace.h"
#include "sig.h"

#define FLUSH_INTERVAL_S 0.05 /* a finished record is not held back longer while others are worked on */

/* Writing failed for good, or the reader of the output went away. Called with the lock held. */
static void output_failed(struct rv_output *output, const struct rv_err *err)
{
	__atomic_store_n(&output->broken, true, __ATOMIC_RELAXED);
	if (err->code == RV_E_CANCELLED) {
		output->tool->signal = SIGPIPE;
	} else {
		rv_tool_fail(output->tool, err);
	}
}

/* Called with the lock held. */
static void flush(struct rv_output *output)
{
	struct rv_err err = RV_ERR_INIT;
	output->flushed_s = rv_clock_s();
	if (rv_writer_flush(output->writer, &err) < 0) {
		output_failed(output, &err);
	}
}

/* The tool did not end in time after a signal. Whoever holds the lock now cannot write either. */
static void last_words(void *context)
{
	struct rv_output *const output = context;
	if (pthread_mutex_trylock(&output->lock) == 0) {
		flush(output);
	}
}

void rv_output_open(struct rv_output *output, struct rv_tool *tool)
{
	*output = (struct rv_output) {
		.tool = tool,
		.for_people = isatty(STDOUT_FILENO) && !tool->common.json,
		.has_rows = tool->common.verbose > 0,
		.writer = rv_writer_new(STDOUT_FILENO),
		.flushed_s = rv_clock_s(),
	};
	pthread_mutex_init(&output->lock, NULL);
	rv_sig_catch();
	rv_grace_start(tool->common.grace_s, last_words, output);
}

bool rv_output_is_last(void)
{
	struct stat st;
	return fstat(STDOUT_FILENO, &st) < 0 || !S_ISFIFO(st.st_mode);
}

bool rv_output_is_broken(const struct rv_output *output)
{
	return __atomic_load_n(&output->broken, __ATOMIC_RELAXED);
}

/* ---- for people ---- */

/* A terminal obeys control characters; a record must not. */
static void disarm(struct rv_str *line, size_t from, bool newlines_too)
{
	for (size_t i = from; i < line->len; i++) {
		const unsigned char c = (unsigned char)line->ptr[i];
		if (c == '\n') {
			line->ptr[i] = newlines_too ? ' ' : '\n';
		} else if (c < 0x20 || c == 0x7f) {
			line->ptr[i] = '?';
		}
	}
}

void rv_output_disarm(struct rv_str *line, size_t from)
{
	disarm(line, from, true);
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
		rv_output_disarm(line, 0);
	}
	rv_str_release(&message);
	rv_record_release(&error);
}

/* ---- records ---- */

void rv_output_put_lines(struct rv_output *output, const char *text, size_t len)
{
	struct rv_err err = RV_ERR_INIT;
	if (rv_output_is_broken(output)) {
		return;
	}
	pthread_mutex_lock(&output->lock);
	if (rv_writer_put(output->writer, text, len, &err) < 0) {
		output_failed(output, &err);
	} else if (output->waiting || output->for_people || rv_clock_s() - output->flushed_s > FLUSH_INTERVAL_S) {
		flush(output);
	}
	pthread_mutex_unlock(&output->lock);
}

/* A record that grew over what a line may hold is left out; one with its id and an error takes its place. */
static void put_too_large(struct rv_output *output, const struct rv_record *record)
{
	struct rv_record small = RV_RECORD_INIT;
	struct rv_err err;
	struct rv_span id;
	rv_record_clear(&small);
	if (rv_record_get(record, "id", &id) && id.len <= 2 * RV_ID_MAX) {
		rv_record_set(&small, "id", id.ptr, id.len);
	}
	rv_fail(&err, RV_E_LIMIT, "the record became %zu bytes with %zu members, allowed are %zu and %d",
	        record->text.len, record->members.len, RV_LINE_MAX, RV_RECORD_MEMBERS_MAX);
	rv_output_fail(output, &small, &err);
	rv_output_put(output, &small);
	rv_record_release(&small);
}

void rv_output_put(struct rv_output *output, const struct rv_record *record)
{
	struct rv_str line = RV_STR_INIT;
	const size_t erase_len = rv_diag_shares_terminal() ? sizeof(RV_DIAG_ERASE) - 1 : 0;
	if (record->text.len > RV_LINE_MAX || record->members.len > RV_RECORD_MEMBERS_MAX) {
		put_too_large(output, record);
		return;
	}
	if (!output->for_people) {
		rv_output_put_lines(output, record->text.ptr, record->text.len);
		return;
	}
	if (!output->has_rows) {
		return;
	}
	const bool own = output->describe && !rv_record_has_error(record);
	(own ? output->describe : describe)(record, &line);
	disarm(&line, 0, false);
	rv_str_splice(&line, 0, 0, RV_DIAG_ERASE, erase_len);
	rv_output_put_lines(output, line.ptr, line.len);
	rv_str_release(&line);
}

void rv_output_count_error(struct rv_output *output)
{
	__atomic_add_fetch(&output->n_errors, 1, __ATOMIC_RELAXED);
}

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

void rv_output_say_failed(struct rv_output *output, const struct rv_record *record, const char *message)
{
	pthread_mutex_lock(&output->lock);
	const bool is_new = rv_told_error(&output->told, message);
	output->n_untold += !is_new;
	pthread_mutex_unlock(&output->lock);
	if (is_new) {
		say_failed(record, message);
	}
	rv_output_count_error(output);
}

void rv_output_fail(struct rv_output *output, struct rv_record *record, const struct rv_err *err)
{
	rv_output_say_failed(output, record, err->text);
	rv_output_mark_failed(output, record, err);
}

void rv_output_mark_failed(struct rv_output *output, struct rv_record *record, const struct rv_err *err)
{
	rv_tool_status(output->tool, rv_err_is_passing(err->code) ? rv_err_exit_status(err->code) : 0);
	rv_record_set_error(record, err, 0);
}

void rv_output_flush(struct rv_output *output)
{
	pthread_mutex_lock(&output->lock);
	if (!output->broken) {
		flush(output);
	}
	pthread_mutex_unlock(&output->lock);
}

void rv_output_wait(void *context, bool waiting)
{
	struct rv_output *const output = context;
	pthread_mutex_lock(&output->lock);
	output->waiting = waiting;
	if (waiting) {
		flush(output);
	}
	pthread_mutex_unlock(&output->lock);
}

void rv_output_break(struct rv_output *output)
{
	const struct rv_err gone = { .code = RV_E_CANCELLED };
	pthread_mutex_lock(&output->lock);
	if (!output->broken) {
		output_failed(output, &gone);
	}
	pthread_mutex_unlock(&output->lock);
}

void rv_output_close(struct rv_output *output)
{
	struct rv_err err = RV_ERR_INIT;
	rv_grace_forget();
	if (rv_writer_close(output->writer, &err) < 0) {
		output_failed(output, &err);
	}
	if (output->n_untold > 0) {
		rv_note("%" PRIu64 " more failed for reasons that are told above", output->n_untold);
	}
	if (output->n_errors > output->n_ok_errors) {
		rv_tool_status(output->tool, 1);
	}
	pthread_mutex_destroy(&output->lock);
	output->writer = NULL;
}

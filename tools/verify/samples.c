/* SPDX-License-Identifier: MIT */
/* Samples, one after the other: see samples.h. */
#include "verify/samples.h"

#include <inttypes.h>

#include "diag.h"
#include "sig.h"
#include "stream.h"
#include "verify/directory.h"
#include "verify/drop.h"
#include "verify/mixture.h"
#include "verify/quality.h"
#include "verify/replay.h"
#include "verify/tell.h"

#define ITEMS_PER_JOB 4

/* What the samples of a stream or of a directory came to. Written by several threads. */
struct tally {
	const struct verify_samples_rules *rules;
	struct verify_suite *suite;
	const struct rv_stream *stream;
	struct verify_mixture *mixture;
	uint64_t n_checked, n_ok, n_errors, n_dropped;
};

static struct rv_progress_counts count(struct tally *tally)
{
	const uint64_t n_checked = __atomic_load_n(&tally->n_checked, __ATOMIC_RELAXED);
	return (struct rv_progress_counts) { .done = n_checked,
		                             .failed = n_checked - __atomic_load_n(&tally->n_ok, __ATOMIC_RELAXED),
		                             .of = tally->stream->of };
}

/* What cannot be dropped is told, and stays not ok. */
static void drop(struct tally *tally, const char *dir, const char *id)
{
	struct rv_err err = RV_ERR_INIT;
	if (verify_drop(dir, id, &err) < 0) {
		rv_warn("%s: %s", id, err.text);
	} else {
		__atomic_add_fetch(&tally->n_dropped, 1, __ATOMIC_RELAXED);
	}
}

/* An rv_stream_fn. */
static int check_sample(struct rv_record *record, void *tally_, struct rv_err *err)
{
	struct tally *const tally = tally_;
	struct verify_report report = VERIFY_REPORT_INIT;
	const int status = verify_directory_check(record, &tally->rules->sample, &report, err);
	if (status == 0) {
		struct rv_str id = RV_STR_INIT;
		verify_report_put(&report, record);
		verify_mixture_take(tally->mixture, record);
		const bool has_id = rv_record_id(record, &id, NULL) == 0;
		verify_suite_take(tally->suite, has_id ? id.ptr : "", &report.problems);
		__atomic_add_fetch(&tally->n_ok, verify_report_is_ok(&report), __ATOMIC_RELAXED);
		if (has_id && tally->rules->drops && !verify_report_is_ok(&report)) {
			struct rv_str dir = RV_STR_INIT;
			if (rv_record_string(record, "dir", &dir, NULL) == 0) { /* it was opened */
				drop(tally, dir.ptr, id.ptr);
			}
			rv_str_release(&dir);
		}
		rv_str_release(&id);
	} else {
		__atomic_add_fetch(&tally->n_errors, 1, __ATOMIC_RELAXED);
	}
	__atomic_add_fetch(&tally->n_checked, 1, __ATOMIC_RELAXED);
	verify_report_release(&report);
	const struct rv_progress_counts counts = count(tally);
	rv_progress_update(&counts);
	return status;
}

/* A verify_replay_bad_fn. */
static void drop_changed(void *tally_, const char *dir, const char *id)
{
	struct tally *const tally = tally_;
	if (tally->rules->drops) {
		drop(tally, dir, id);
	}
}

/* What is known of the samples when all have passed: of no record that is still here, and so told beside them. */
static void tell_end(struct rv_tool *tool, struct tally *tally)
{
	struct verify_problems problems = VERIFY_PROBLEMS_INIT;
	struct rv_err err = RV_ERR_INIT;
	const struct verify_rules *const rules = &tally->rules->sample;
	if ((rules->quality && verify_quality_end(rules->quality, &problems, &err) < 0) ||
	    (rules->replay && verify_replay_end(rules->replay, drop_changed, tally, &problems, &err) < 0)) {
		tool->signal = rv_sig_stop();
		if (!tool->signal) {
			rv_tool_fail(tool, &err);
		}
	}
	for (size_t i = 0; i < problems.len; i++) {
		struct rv_str line = RV_STR_INIT;
		verify_problem_describe(&problems.items[i], &line);
		rv_note("%s", line.ptr);
		rv_str_release(&line);
	}
	verify_suite_take(tally->suite, "", &problems);
	tally->suite->n_bad += problems.n_bad;
	verify_problems_release(&problems);
}

/* The last word, which leaves records with an error to the stream. A run that was cut short has none: it did not see
 * everything. */
static bool conclude(struct rv_tool *tool, struct tally *tally)
{
	if (tool->signal || tool->status > 2) {
		return false;
	}
	const uint64_t n_bad = tally->n_checked - tally->n_ok - tally->n_errors;
	tally->suite->n_units = tally->n_checked;
	tally->suite->n_bad = n_bad;
	verify_mixture_tell(tally->mixture);
	tell_end(tool, tally);
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "%" PRIu64 " record%s, %" PRIu64 " ok", tally->n_checked, RV_PLURAL(tally->n_checked),
	              tally->n_ok);
	if (n_bad > 0) {
		rv_str_printf(&line, ", %" PRIu64 " not ok", n_bad);
	}
	if (tally->rules->drops) {
		rv_str_printf(&line, ", %" PRIu64 " to be made again", tally->n_dropped);
	}
	if (tally->n_errors > 0) {
		rv_str_printf(&line, ", %" PRIu64 " with an error", tally->n_errors);
	}
	rv_note("%s", line.ptr);
	rv_str_release(&line);
	return true;
}

bool verify_samples_check(struct rv_tool *tool, char *const *dirs, size_t n_dirs,
                          const struct verify_samples_rules *rules, struct verify_suite *suite)
{
	struct rv_stream stream;
	struct tally tally = { .rules = rules, .suite = suite, .stream = &stream };
	if (rv_stream_open(&stream, tool, dirs, n_dirs) < 0) {
		return false;
	}
	tally.mixture = verify_mixture_new();
	rv_progress_start(rules->progress == RV_PROGRESS_AUTO && stream.output.for_people ? RV_PROGRESS_NONE
	                                                                                  : rules->progress);
	stream.output.describe = verify_tell_record;
	stream.output.has_rows = true;
	stream.ids = rv_idset_new();
	rv_stream_run(&stream, rules->n_jobs, rules->n_jobs * ITEMS_PER_JOB, check_sample, &tally);
	const struct rv_progress_counts counts = count(&tally);
	rv_progress_end(&counts);
	rv_stream_close(&stream);
	tally.n_checked += stream.output.n_errors - tally.n_errors; /* those that came with an error */
	tally.n_errors = stream.output.n_errors;
	const bool is_whole = conclude(tool, &tally);
	verify_mixture_free(tally.mixture);
	return is_whole;
}

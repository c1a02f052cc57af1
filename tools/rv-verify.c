/* SPDX-License-Identifier: MIT */
/* rv-verify: checks every file and label of the samples of a stream, of a directory of samples, or of a dataset. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "machine.h"
#include "parse.h"
#include "stream.h"
#include "verify/dataset.h"
#include "verify/meta.h"
#include "verify/sample.h"
#include "video.h"
#include "vocabulary.h"
#include "zst.h"

#define ITEMS_PER_JOB 4

static struct {
	size_t jobs; /* 0: auto */
	bool deep;
	uint64_t min_area_px;
} options = { .min_area_px = 1 };

static const struct rv_option option_table[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "deep",
	  .value = &options.deep,
	  .help = "decode what is in a dataset's files, and compare formats" },
	{ .kind = RV_OPT_U64,
	  .name = "min-area",
	  .value = &options.min_area_px,
	  .argument = "N",
	  .help = "let objects with fewer than N pixels go without annotation",
	  .min = 1,
	  .max = 4294836225.0 },
	{ .kind = RV_OPT_JOBS,
	  .letter = 'j',
	  .name = "jobs",
	  .value = &options.jobs,
	  .argument = "N|auto",
	  .help = "check N samples or files at a time; auto: one per processor" },
	{ .kind = RV_OPT_END },
};

static const struct rv_program program = {
	.name = "rv-verify",
	.usage = "[OPTION]... <RECORDS >RECORDS\n[OPTION]... DIR...",
	.purpose = "Check every file and label of a stream of samples, a directory of samples, or a dataset.",
	.options = option_table,
	.examples = "rv-seed seq 20 | rv-blend scene.py | rv-mask | rv-verify | rv-mux\n"
	            "rv-verify out\n"
	            "rv-verify --deep dataset",
};

/* What the samples of a stream or of a directory came to. Written by several threads. */
struct tally {
	struct verify_sample_rules rules;
	uint64_t n_checked, n_ok, n_errors;
};

/* ---- samples ------------------------------------------------------------------------------------------------------
 */

static int check_sample(struct rv_record *record, struct tally *tally, struct rv_err *err)
{
	struct verify_sample_report report = VERIFY_SAMPLE_REPORT_INIT;
	int result = verify_sample_check(record, &tally->rules, &report, err);
	__atomic_add_fetch(&tally->n_checked, 1, __ATOMIC_RELAXED);
	if (result == 0) {
		verify_sample_report_put(&report, record);
		__atomic_add_fetch(&tally->n_ok, report.problems.n_found == 0, __ATOMIC_RELAXED);
	} else {
		__atomic_add_fetch(&tally->n_errors, 1, __ATOMIC_RELAXED);
	}
	verify_sample_report_release(&report);
	return result;
}

/* "00000003  ok  9 files, 4 annotations", or what is wrong, one line each. */
static void describe(const struct rv_record *record, struct rv_str *line)
{
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(record->text.ptr, record->text.len, &json, NULL) < 0) {
		return;
	}
	struct rv_json verify = rv_json_get(json, "verify"), error = rv_json_get(json, "error");
	struct rv_json problems = rv_json_get(verify, "problems");
	const char *id = rv_json_string(rv_json_get(json, "id"), NULL);
	const char *message = rv_json_string(rv_json_get(error, "message"), NULL);
	rv_str_printf(line, "%s  ", id ? id : "?");
	if (message) {
		rv_str_printf(line, "error: %s", message);
	} else if (rv_json_true(rv_json_get(verify, "ok"))) {
		struct rv_json checks = rv_json_get(verify, "checks");
		rv_str_printf(line, "ok  %.0f files, %.0f annotations", rv_json_number(rv_json_get(checks, "files"), 0),
		              rv_json_number(rv_json_get(checks, "annotations"), 0));
	} else {
		rv_str_printf(line, "NOT OK  %.0f problems", rv_json_number(rv_json_get(verify, "n_problems"), 0));
	}
	for (size_t i = 0; i < rv_json_len(problems); i++) {
		struct rv_json problem = rv_json_at(problems, i);
		const char *path = rv_json_string(rv_json_get(problem, "path"), NULL);
		const char *text = rv_json_string(rv_json_get(problem, "message"), NULL);
		rv_str_puts(line, "\n    ");
		const size_t from = line->len;
		rv_str_printf(line, "%s: %s", path ? path : "?", text ? text : "?");
		rv_output_disarm(line, from);
	}
	rv_json_release(&json);
}

/* The last word, and the status that goes with it. A run that was cut short has none: it did not see everything. */
static void conclude(struct rv_tool *tool, const struct tally *tally)
{
	if (tool->signal || tool->status > 2) {
		return;
	}
	uint64_t n_bad = tally->n_checked - tally->n_ok - tally->n_errors;
	struct rv_str line = RV_STR_INIT;
	rv_str_printf(&line, "%" PRIu64 " records, %" PRIu64 " ok", tally->n_checked, tally->n_ok);
	if (n_bad > 0) {
		rv_str_printf(&line, ", %" PRIu64 " not ok", n_bad);
	}
	if (tally->n_errors > 0) {
		rv_str_printf(&line, ", %" PRIu64 " with an error", tally->n_errors);
	}
	rv_note("%s", line.ptr);
	rv_str_release(&line);
	if (tally->n_ok < tally->n_checked) {
		rv_tool_status(tool, 1);
	}
}

static int work_on_record(struct rv_record *record, void *tally, struct rv_err *err)
{
	return check_sample(record, tally, err);
}

/* Of standard input, or of directories of samples. */
static void check_stream(struct rv_tool *tool, char *const *dirs, size_t n_dirs, size_t n_jobs)
{
	struct tally tally = { .rules.min_area_px = options.min_area_px };
	struct rv_stream stream;
	if (rv_stream_open(&stream, tool, dirs, n_dirs) < 0) {
		return;
	}
	stream.output.describe = describe;
	stream.ids = rv_idset_new();
	rv_stream_run(&stream, n_jobs, n_jobs * ITEMS_PER_JOB, work_on_record, &tally);
	rv_stream_close(&stream);
	tally.n_checked += stream.output.n_errors - tally.n_errors; /* those that came with an error */
	tally.n_errors = stream.output.n_errors;
	conclude(tool, &tally);
}

/* ---- a dataset ----------------------------------------------------------------------------------------------------
 */

struct verdict {
	struct rv_tool *tool;
	bool for_people;
	struct rv_str text; /* a line that is being made */
};

static void write_line(struct verdict *verdict)
{
	rv_str_putc(&verdict->text, '\n');
	if (rv_write_all(STDOUT_FILENO, verdict->text.ptr, verdict->text.len) < 0) {
		struct rv_err err = RV_ERR_INIT;
		rv_fail_errno(&err, "cannot write to standard output");
		rv_tool_fail(verdict->tool, &err);
	}
	rv_str_clear(&verdict->text);
}

static void tell(const struct verify_problem *problem, void *verdict_)
{
	struct verdict *verdict = verdict_;
	if (verdict->for_people) {
		rv_str_printf(&verdict->text, "%s: %s", problem->subject, problem->message);
	} else {
		struct rv_json_out out;
		rv_json_out_init(&out, &verdict->text);
		rv_json_open(&out, NULL, '{');
		rv_json_open(&out, "problem", '{');
		verify_problem_put(problem, &out);
		rv_json_close(&out, '}');
		rv_json_close(&out, '}');
	}
	write_line(verdict);
}

static void check_dataset(struct rv_tool *tool, const char *dir, size_t n_jobs)
{
	struct verify_dataset_rules rules = { options.deep, n_jobs, options.min_area_px };
	struct verify_dataset_report report;
	struct verdict verdict = { tool, isatty(STDOUT_FILENO) && !tool->common.json, RV_STR_INIT };
	struct rv_json_out out;

	verify_dataset_check(dir, &rules, tell, &verdict, &report);
	bool ok = report.n_problems == 0;
	if (verdict.for_people) {
		rv_str_printf(&verdict.text, "%s: %s  %" PRIu64 " samples, %" PRIu64 " files, %" PRIu64 " bytes", dir,
		              ok ? "ok" : "NOT OK", report.n_samples, report.n_files, report.n_bytes);
	} else {
		rv_json_out_init(&out, &verdict.text);
		rv_json_open(&out, NULL, '{');
		rv_json_open(&out, "verify", '{');
		rv_json_put_bool(&out, "ok", ok);
		rv_json_put_string(&out, "dataset", dir);
		rv_json_put_u64(&out, "files", report.n_files);
		rv_json_put_u64(&out, "bytes", report.n_bytes);
		rv_json_put_u64(&out, "samples", report.n_samples);
		if (!ok) {
			rv_json_put_u64(&out, "problems", report.n_problems);
		}
		rv_json_close(&out, '}');
		rv_json_close(&out, '}');
	}
	write_line(&verdict);
	rv_str_release(&verdict.text);
	rv_tool_status(tool, ok ? 0 : 1);
}

/* Moves what is no dataset to the front; returns how many those are. */
static size_t samples_first(char **dirs, size_t n)
{
	size_t n_samples = 0;
	for (size_t i = 0; i < n; i++) {
		char *const dir = dirs[i];
		if (!verify_dataset_is(dir)) {
			memmove(&dirs[n_samples + 1], &dirs[n_samples], (i - n_samples) * sizeof(*dirs));
			dirs[n_samples++] = dir;
		}
	}
	return n_samples;
}

/* The operands, or standard input. */
static void check(struct rv_tool *tool, size_t n_dirs, char **dirs)
{
	const size_t n_samples = samples_first(dirs, n_dirs);
	const size_t n_jobs = rv_machine_jobs(options.jobs);
	if (n_dirs == 0 && options.deep) {
		rv_tool_usage(tool, "--deep is for a dataset: samples are always looked at in depth");
		return;
	}
	if (n_samples < n_dirs && (tool->common.where || tool->common.set)) {
		rv_tool_usage(tool, "--where and --set are for samples, '%s' is a dataset", dirs[n_samples]);
		return;
	}
	if (n_dirs == 0 || n_samples > 0) {
		check_stream(tool, dirs, n_samples, n_jobs);
	}
	for (size_t i = n_samples; i < n_dirs && tool->status < 2; i++) {
		check_dataset(tool, dirs[i], n_jobs);
	}
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	struct rv_program versioned = program;
	struct rv_str libraries = RV_STR_INIT;
	rv_str_printf(&libraries, "%s, %s", rv_video_library(), rv_zst_library());
	versioned.libraries = libraries.ptr;
	int status = rv_tool_start(&tool, &versioned, &argc, argv);
	if (status < 0) {
		check(&tool, (size_t)argc, argv);
		status = rv_tool_end(&tool);
	}
	rv_str_release(&libraries);
	return status;
}

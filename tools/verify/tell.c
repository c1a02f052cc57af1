/* SPDX-License-Identifier: MIT */
/* How what was found is told: see tell.h. */
#include "verify/tell.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "file.h"
#include "progress.h"
#include "verify/limits.h"

void verify_tell_record(const struct rv_record *record, struct rv_str *text)
{
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(record->text.ptr, record->text.len, &json, NULL) < 0) {
		return;
	}
	const struct rv_json verify = rv_json_get(json, "verify"), error = rv_json_get(json, "error");
	const struct rv_json problems = rv_json_get(verify, "problems");
	const char *const id = rv_json_string(rv_json_get(json, "id"), NULL);
	const char *const message = rv_json_string(rv_json_get(error, "message"), NULL);
	rv_str_printf(text, "%s  ", id ? id : "?");
	if (message) {
		rv_str_printf(text, "error: %s", message);
	} else if (rv_json_true(rv_json_get(verify, "ok"))) {
		const struct rv_json checks = rv_json_get(verify, "checks");
		rv_str_printf(text, "ok  %.0f files, %.0f annotations", rv_json_number(rv_json_get(checks, "files"), 0),
		              rv_json_number(rv_json_get(checks, "annotations"), 0));
	} else {
		rv_str_printf(text, "NOT OK  %.0f problems", rv_json_number(rv_json_get(verify, "n_problems"), 0));
	}
	for (size_t i = 0; i < rv_json_len(problems); i++) {
		const struct rv_json problem = rv_json_at(problems, i);
		static const char *const members[] = { "path", "severity", "check", "message" };
		rv_str_puts(text, "\n    ");
		for (size_t k = 0; k < RV_COUNTOF(members); k++) {
			const char *const value = rv_json_string(rv_json_get(problem, members[k]), NULL);
			rv_str_printf(text, "%s%s", k > 0 ? ": " : "", value ? value : "?");
		}
	}
	rv_json_release(&json);
}

/* ---- a dataset ---- */

static void write_text(struct verify_teller *teller, struct rv_str *text)
{
	rv_progress_hide();
	if (teller->status == 0 && rv_write_all(STDOUT_FILENO, text->ptr, text->len) < 0) {
		teller->status = errno == EPIPE
		                         ? rv_fail(&teller->err, RV_E_CANCELLED, "the reader of the output is gone")
		                         : rv_fail_errno(&teller->err, "cannot write to standard output");
	}
	rv_progress_show();
	rv_str_release(text);
}

void verify_tell_problem(const struct verify_problem *problem, void *teller_)
{
	struct verify_teller *const teller = teller_;
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	if (teller->suite) {
		verify_suite_example(teller->suite, "", problem);
	}
	if (teller->for_people) {
		verify_problem_describe(problem, &text);
	} else {
		rv_json_out_init(&out, &text);
		rv_json_open(&out, NULL, '{');
		rv_json_open(&out, "problem", '{');
		verify_problem_put(problem, &out);
		rv_json_close(&out, '}');
		rv_json_close(&out, '}');
	}
	rv_str_putc(&text, '\n');
	write_text(teller, &text);
}

/* How many of each: "     12 yolo.row  a row is ..." */
static void put_counts(const struct verify_dataset_report *report, struct rv_str *text)
{
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		if (report->n_of[i] > 0) {
			rv_str_printf(text, "%8" PRIu64 " %-22s %-6s %s\n", report->n_of[i], verify_checks[i].id,
			              verify_severity_name(verify_check_severity((enum verify_check)i)),
			              verify_checks[i].text);
		}
	}
}

static void put_counts_json(const struct verify_dataset_report *report, struct rv_json_out *out)
{
	rv_json_open(out, "checks", '{');
	for (size_t i = 0; i < VERIFY_CHECKS; i++) {
		if (report->n_of[i] > 0) {
			rv_json_put_u64(out, verify_checks[i].id, report->n_of[i]);
		}
	}
	rv_json_close(out, '}');
}

void verify_tell_verdict(struct verify_teller *teller, const char *dir, const struct verify_dataset_report *report)
{
	const bool is_ok = report->n_bad == 0;
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	if (teller->for_people && report->format) {
		put_counts(report, &text);
		rv_str_printf(&text, "%s: %s  as %s, %" PRIu64 " file%s, %" PRIu64 " byte%s", dir,
		              is_ok ? "ok" : "NOT OK", report->format, report->n_files, RV_PLURAL(report->n_files),
		              report->n_bytes, RV_PLURAL(report->n_bytes));
	} else if (teller->for_people) {
		rv_str_printf(&text, "%s: %s  %" PRIu64 " sample%s, %" PRIu64 " file%s, %" PRIu64 " byte%s", dir,
		              is_ok ? "ok" : "NOT OK", report->n_samples, RV_PLURAL(report->n_samples), report->n_files,
		              RV_PLURAL(report->n_files), report->n_bytes, RV_PLURAL(report->n_bytes));
	} else {
		rv_json_out_init(&out, &text);
		rv_json_open(&out, NULL, '{');
		rv_json_open(&out, "verify", '{');
		rv_json_put_bool(&out, "ok", is_ok);
		rv_json_put_string(&out, "dataset", dir);
		if (report->format) {
			rv_json_put_string(&out, "as", report->format);
		}
		rv_json_put_u64(&out, "files", report->n_files);
		rv_json_put_u64(&out, "bytes", report->n_bytes);
		if (!report->format) {
			rv_json_put_u64(&out, "samples", report->n_samples);
		}
		if (report->n_problems > 0) {
			rv_json_put_u64(&out, "problems", report->n_problems);
		}
		if (report->format) {
			put_counts_json(report, &out);
		}
		rv_json_close(&out, '}');
		rv_json_close(&out, '}');
	}
	rv_str_putc(&text, '\n');
	write_text(teller, &text);
}

void verify_tell_checks(struct verify_teller *teller)
{
	struct rv_str text = RV_STR_INIT;
	(teller->for_people ? verify_checks_list : verify_checks_list_json)(&text);
	write_text(teller, &text);
}

void verify_tell_limits(struct verify_teller *teller)
{
	struct rv_str text = RV_STR_INIT;
	verify_limits_list(&text);
	write_text(teller, &text);
}

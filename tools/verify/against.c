/* SPDX-License-Identifier: MIT */
/* A set against another: see against.h. */
#include "verify/against.h"

#include <string.h>

#include "diag.h"
#include "file.h"
#include "input.h"
#include "verify/dataset.h"
#include "verify/directory.h"
#include "verify/drift.h"
#include "verify/foreign.h"

/* A verify_dataset_tell_fn. */
static void tell_nothing(const struct verify_problem *problem RV_UNUSED, void *context RV_UNUSED)
{
}

/* What is no record, and samples that cannot be looked at, count for nothing. */
static int look_at_samples(const char *dir, const struct verify_rules *rules, struct rv_err *err)
{
	char *const dirs[] = { (char *)(uintptr_t)dir };
	struct rv_input *const input = rv_input_open(dirs, 1, err);
	struct rv_record record = RV_RECORD_INIT;
	int got = input ? 1 : -1;
	while (got > 0 && (got = rv_input_next(input, &record, err)) > 0) {
		struct verify_report report = VERIFY_REPORT_INIT;
		struct rv_err wrong = RV_ERR_INIT;
		if (got == 1 && verify_directory_check(&record, rules, &report, &wrong) < 0) {
			rv_detail("%s", wrong.text);
		}
		verify_report_release(&report);
	}
	rv_record_release(&record);
	if (input) {
		rv_input_close(input);
	}
	return got;
}

static int look_at(const char *dir, const char *as, struct rv_portrait *portrait, size_t n_threads, struct rv_err *err)
{
	const struct verify_dataset_rules rules = { .is_deep = true,
		                                    .n_threads = n_threads,
		                                    .sample = { .min_area_px = 1, .portrait = portrait } };
	struct verify_dataset_report report;
	if (as) {
		const enum format_id format = verify_foreign_find(as, err);
		return format == FORMAT_IDS
		               ? rv_fail_prefix(err, "--against-as")
		               : verify_foreign_check(dir, format, &rules, tell_nothing, NULL, &report, err);
	}
	return verify_dataset_is(dir) ? verify_dataset_check(dir, &rules, tell_nothing, NULL, &report, err)
	                              : look_at_samples(dir, &rules.sample, err);
}

static bool ends_in(const char *path, const char *ending)
{
	const size_t len = strlen(path), ending_len = strlen(ending);
	return len > ending_len && strcmp(path + len - ending_len, ending) == 0;
}

static int write_one(const struct verify_drift_report *report, const char *path, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	(ends_in(path, ".html") ? verify_drift_put_html : verify_drift_put_json)(report, &text);
	const int status = rv_file_write(path, text.ptr, text.len, err);
	rv_str_release(&text);
	return status;
}

static void tell(const struct verify_drift_report *report)
{
	struct rv_str text = RV_STR_INIT;
	verify_drift_put_lines(report, &text);
	for (const char *line = text.ptr; *line;) {
		const size_t len = strcspn(line, "\n");
		rv_note("%.*s", (int)len, line);
		line += len + (line[len] ? 1 : 0);
	}
	rv_str_release(&text);
}

int verify_against(const struct rv_portrait *set, const char *name, const char *reference, const char *as,
                   const struct rv_option_list *files, size_t n_threads, struct rv_err *err)
{
	for (size_t i = 0; i < files->len; i++) {
		if (!ends_in(files->items[i], ".html") && !ends_in(files->items[i], ".json")) {
			return rv_fail(err, RV_E_USAGE, "--drift: '%s' ends neither in .html nor in .json",
			               files->items[i]);
		}
	}
	struct rv_portrait *const other = rv_portrait_new();
	const struct verify_drift_report report = {
		.set_name = name, .reference_name = reference, .set = set, .reference = other
	};
	int status = look_at(reference, as, other, n_threads, err);
	for (size_t i = 0; i < files->len && status == 0; i++) {
		status = write_one(&report, files->items[i], err);
	}
	if (status == 0 && files->len == 0) {
		tell(&report);
	}
	rv_portrait_free(other);
	return status;
}

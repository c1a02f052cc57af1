/* SPDX-License-Identifier: MIT */
/* A sample against its files: see inspect.h. */
#include "verify/inspect.h"

#include "portrait.h"
#include "verify/quality.h"
#include "verify/replay.h"

/* ---- the record -------------------------------------------------------------------------------------------------- */

static const enum verify_check flaw_checks[] = {
	[RV_FLAW_FILES] = VERIFY_RECORD_FILES,     [RV_FLAW_FRAMES] = VERIFY_RECORD_FRAMES,
	[RV_FLAW_VIEWS] = VERIFY_RECORD_VIEWS,     [RV_FLAW_OBJECTS] = VERIFY_RECORD_OBJECTS,
	[RV_FLAW_MEMBERS] = VERIFY_RECORD_MEMBERS,
};

/* Flaws of annotations are told with the picture that they are of (picture/labels.c). */
static void check_record(const struct rv_sample *sample, const struct verify_files *files,
                         struct verify_problems *problems)
{
	for (size_t i = 0; i < sample->n_flaws; i++) {
		const struct rv_flaw *const flaw = &sample->flaws[i];
		if (flaw->kind != RV_FLAW_ANNOTATIONS) {
			verify_problems_add(problems, flaw_checks[flaw->kind],
			                    files->record ? files->record : flaw->field, "%s", flaw->text);
		}
	}
	if (sample->is_sequence && rv_json_type(rv_json_get(sample->json, "annotations")) != RV_JSON_NONE) {
		verify_problems_add(problems, VERIFY_RECORD_ANNOTATIONS, files->record ? files->record : "annotations",
		                    "a sequence has annotations in its frames only");
	}
	if (rv_json_len(rv_json_get(sample->json, "files")) == 0 && sample->n_pictures == 1 &&
	    sample->pictures[0].n_files == 0) {
		verify_problems_add(problems, VERIFY_RECORD_FILES, files->record ? files->record : "files",
		                    "the record names no file");
	}
}

/* The size of what is looked at next; where it is not declared, it is that of what was looked at before. */
static void declare(struct verify_picture *picture, uint32_t width, uint32_t height)
{
	if (width > 0) {
		picture->width = width;
		picture->height = height;
	}
}

/* That files are there, and which they are. */
static void touch(struct verify_files *files, const struct rv_file *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < list[i].n_paths && files->has(files, &list[i]); k++) {
			struct rv_source source = RV_SOURCE_INIT;
			if (files->open(files, &list[i], k, &source, NULL) == 0) {
				rv_source_close(&source);
			}
		}
	}
}

static void touch_all(const struct rv_sample *sample, struct verify_files *files)
{
	for (size_t i = 0; i < sample->n_pictures; i++) {
		touch(files, sample->pictures[i].files, sample->pictures[i].n_files);
	}
	touch(files, sample->files, sample->n_files);
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

void verify_inspect(const struct rv_sample *sample, struct verify_files *files, const struct verify_rules *rules,
                    struct verify_counts *counts, struct verify_problems *problems)
{
	struct verify_picture picture;
	if (rules->is_known) {
		touch_all(sample, files);
		return;
	}
	verify_picture_init(&picture, files, rules, problems);
	check_record(sample, files, problems);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		declare(&picture, sample->pictures[i].width, sample->pictures[i].height);
		verify_picture_check(&picture, &sample->pictures[i]);
	}
	declare(&picture, sample->width, sample->height);
	for (size_t i = 0; i < sample->n_files; i++) {
		verify_picture_check_file(&picture, &sample->files[i]);
	}
	counts->n_files += picture.n_files;
	counts->n_annotations += picture.n_annotations;
	verify_picture_release(&picture);
	if (rules->quality) {
		verify_quality_sample(rules->quality, sample);
	}
	if (rules->portrait) {
		rv_portrait_sample(rules->portrait, sample);
	}
	verify_replay_sample(rules->replay, sample, files);
}

/* ---- the report -------------------------------------------------------------------------------------------------- */

void verify_report_release(struct verify_report *report)
{
	verify_problems_release(&report->problems);
	*report = (struct verify_report)VERIFY_REPORT_INIT;
}

bool verify_report_is_ok(const struct verify_report *report)
{
	return report->problems.n_bad == 0;
}

void verify_report_put(const struct verify_report *report, struct rv_record *record)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	const struct verify_problems *const problems = &report->problems;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_bool(&out, "ok", verify_report_is_ok(report));
	rv_json_open(&out, "checks", '{');
	rv_json_put_u64(&out, "files", report->counts.n_files);
	rv_json_put_u64(&out, "annotations", report->counts.n_annotations);
	rv_json_close(&out, '}');
	if (problems->n_found > 0) {
		rv_json_put_u64(&out, "n_problems", problems->n_found);
		rv_json_open(&out, "problems", '[');
		for (size_t i = 0; i < problems->len; i++) {
			rv_json_open(&out, NULL, '{');
			verify_problem_put(&problems->items[i], &out);
			rv_json_close(&out, '}');
		}
		rv_json_close(&out, ']');
	}
	rv_json_close(&out, '}');
	rv_record_set(record, "verify", text.ptr, text.len);
	rv_str_release(&text);
}

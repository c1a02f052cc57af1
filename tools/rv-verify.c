/* SPDX-License-Identifier: MIT */
/* rv-verify: checks every file and label of the samples of a stream, of a directory of samples, or of a dataset. */
#include <math.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "filter.h"
#include "machine.h"
#include "progress.h"
#include "sig.h"
#include "verify/against.h"
#include "verify/asked.h"
#include "verify/dataset.h"
#include "verify/foreign.h"
#include "verify/limits.h"
#include "verify/quality.h"
#include "verify/replay.h"
#include "verify/resume.h"
#include "verify/results.h"
#include "verify/samples.h"
#include "verify/score/command.h"
#include "verify/tell.h"
#include "video.h"
#include "zst.h"

static const struct rv_option_group groups[] = { { "Rendering again", verify_replay_options },
	                                         { "Scoring videos", verify_score_options },
	                                         { NULL, NULL } };

static void put_libraries(struct rv_str *out)
{
	rv_str_printf(out, "%s, %s", rv_video_library(), rv_zst_library());
}

static const struct rv_program program = {
	.name = "rv-verify",
	.usage = "[OPTION]... <RECORDS >RECORDS\n[OPTION]... DIR...\n[OPTION]... --candidates DIR --truth DIR",
	.purpose = "Check every file and label of a stream of samples, a directory of samples, or a dataset.",
	.options = verify_option_rows,
	.operands = "/",
	.groups = groups,
	.examples = "rv-seed seq 20 | rv-blend scene.py | rv-mask | rv-verify | rv-mux\n"
	            "rv-verify out\n"
	            "rv-verify --deep dataset\n"
	            "rv-verify --as yolo my-images\n"
	            "rv-verify --candidates answers --truth dataset --scores scores.html\n"
	            "rv-verify --deep --junit report.xml --min-score 0.99 dataset >problems.jsonl",
	.libraries = put_libraries,
};

static struct verify_results results = VERIFY_RESULTS_INIT;
static struct rv_expression *group_by; /* of --group-by */
static struct rv_portrait *portrait;   /* of --against: what the operands are like */

/* Only a person who waits wants to know, unless it is asked for: the last word says how much there was. */
static enum rv_progress_mode progress_mode(void)
{
	const enum rv_progress_mode mode = (enum rv_progress_mode)verify_options.progress;
	return mode == RV_PROGRESS_AUTO && !isatty(STDERR_FILENO) ? RV_PROGRESS_NONE : mode;
}

/* Of records and files all are to be ok, unless the user is content with less. */
static double min_score(void)
{
	return isnan(verify_options.min_score) ? 1 : verify_options.min_score;
}

/* Of standard input, or of directories of samples. */
static void check_samples(struct rv_tool *tool, char *const *dirs, size_t n_dirs, size_t n_jobs)
{
	struct verify_suite *const suite = verify_results_add(&results, "records", "records");
	const struct verify_samples_rules rules = { .sample.min_area_px = verify_options.min_area_px,
		                                    .sample.presence = &suite->objects,
		                                    .drops = verify_options.drop,
		                                    .n_jobs = n_jobs,
		                                    .progress = progress_mode(),
		                                    .sample.portrait = portrait,
		                                    .sample.quality = verify_options.quality
		                                                              ? verify_quality_new(group_by)
		                                                              : NULL,
		                                    .sample.replay = verify_replay_new() };
	if (verify_samples_check(tool, dirs, n_dirs, &rules, suite)) {
		rv_tool_status(tool, verify_suite_score(suite) < min_score() ? 1 : 0);
	}
	verify_quality_free(rules.sample.quality);
	verify_replay_free(rules.sample.replay);
}

/* ---- a dataset ---- */

static void end_teller(struct rv_tool *tool, const struct verify_teller *teller)
{
	if (teller->status < 0 && teller->err.code == RV_E_CANCELLED) {
		tool->signal = SIGPIPE;
	} else if (teller->status < 0) {
		rv_tool_fail(tool, &teller->err);
	}
}

/* `as` FORMAT_IDS: one of rv, with a manifest. */
static void check_dataset(struct rv_tool *tool, const char *dir, enum format_id as, size_t n_jobs)
{
	struct verify_quality *const quality = verify_options.quality ? verify_quality_new(group_by) : NULL;
	struct verify_replay *const replay = verify_replay_new();
	struct verify_suite *const suite = verify_results_add(&results, dir, "files");
	const struct verify_dataset_rules rules = { .is_deep = verify_options.deep || quality || portrait || replay,
		                                    .n_threads = n_jobs,
		                                    .resume = verify_options.resume,
		                                    .sample.min_area_px = verify_options.min_area_px,
		                                    .sample.portrait = portrait,
		                                    .sample.quality = quality,
		                                    .sample.replay = replay };
	struct verify_dataset_report report;
	struct verify_teller teller = { .for_people = isatty(STDOUT_FILENO) && !tool->common.json, .suite = suite };
	struct rv_err err = RV_ERR_INIT;
	rv_progress_start(progress_mode());
	const int status = as == FORMAT_IDS
	                           ? verify_dataset_check(dir, &rules, verify_tell_problem, &teller, &report, &err)
	                           : verify_foreign_check(dir, as, &rules, verify_tell_problem, &teller, &report, &err);
	rv_progress_end(&(const struct rv_progress_counts) {
	        .done = report.n_files, .of = report.n_files, .failed = report.n_bad_files });
	verify_quality_free(quality);
	verify_replay_free(replay);
	if (status < 0) {
		tool->signal = rv_sig_stop();
		if (!tool->signal) {
			rv_tool_fail(tool, &err);
		}
	} else {
		verify_tell_verdict(&teller, dir, &report);
		suite->n_units = report.n_files;
		suite->n_bad = report.n_bad_files;
		suite->objects = report.objects;
		memcpy(suite->n_of, report.n_of, sizeof(report.n_of));
		rv_tool_status(tool, verify_suite_score(suite) < min_score() ? 1 : 0);
		end_teller(tool, &teller);
		if (teller.status == 0 && verify_resume_end(report.resume, &err) < 0) {
			rv_tool_fail(tool, &err);
		}
	}
	verify_resume_free(report.resume);
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
	const size_t n_jobs = rv_machine_jobs(verify_options.jobs);
	if (n_samples < n_dirs && verify_options.drop) {
		rv_tool_usage(tool, "--drop is for samples, '%s' is a dataset", dirs[n_samples]);
		return;
	}
	struct rv_err err = RV_ERR_INIT;
	if (verify_replay_must_fit(n_samples < n_dirs, &err) < 0) {
		rv_tool_usage(tool, "%s", err.text);
		return;
	}
	if (verify_options.resume && (n_samples > 0 || n_dirs != 1)) {
		rv_tool_usage(tool, "--resume is for one dataset");
		return;
	}
	if (n_dirs == 0 && verify_options.deep) {
		rv_tool_usage(tool, "--deep is for a dataset: samples are always looked at in depth");
		return;
	}
	if (n_samples < n_dirs && (tool->common.where || tool->common.set)) {
		rv_tool_usage(tool, "--where and --set are for samples, '%s' is a dataset", dirs[n_samples]);
		return;
	}
	if (n_dirs == 0 || n_samples > 0) {
		check_samples(tool, dirs, n_samples, n_jobs);
	}
	for (size_t i = n_samples; i < n_dirs && tool->status < 2; i++) {
		check_dataset(tool, dirs[i], FORMAT_IDS, n_jobs);
	}
}

/* The operands, as trees of --as. */
static void check_foreign(struct rv_tool *tool, size_t n_dirs, char **dirs)
{
	struct rv_err err = RV_ERR_INIT;
	const enum format_id as = verify_foreign_find(verify_options.as, &err);
	if (as == FORMAT_IDS) {
		rv_tool_usage(tool, "--as: %s", err.text);
	} else if (n_dirs == 0) {
		rv_tool_usage(tool, "--as is for a directory, which is not given");
	} else if (verify_replay_is_asked()) {
		rv_tool_usage(tool, "--replay is for what rv rendered, --as is for what anybody made");
	} else if (verify_options.resume) {
		rv_tool_usage(tool, "--resume is for a dataset with a manifest, --as is for what has none");
	} else if (tool->common.where || tool->common.set) {
		rv_tool_usage(tool, "--where and --set are for samples, --as is for what has none");
	}
	for (size_t i = 0; i < n_dirs && tool->status < 2; i++) {
		check_dataset(tool, dirs[i], as, rv_machine_jobs(verify_options.jobs));
	}
}

/* Of a run that saw everything. */
static void compare_sets(struct rv_tool *tool, const char *name)
{
	struct rv_err err = RV_ERR_INIT;
	if (!tool->signal && tool->status <= 1 &&
	    verify_against(portrait, name, verify_options.against, verify_options.against_as, &verify_options.drift,
	                   rv_machine_jobs(verify_options.jobs), &err) < 0) {
		rv_tool_fail(tool, &err);
	}
}

/* Of a run that saw everything. */
static void write_reports(struct rv_tool *tool)
{
	struct rv_err err = RV_ERR_INIT;
	if (tool->signal || tool->status > 1) {
		return;
	}
	if ((verify_options.summary &&
	     verify_results_write(&results, verify_options.summary, verify_results_put_json, &err) < 0) ||
	    (verify_options.junit &&
	     verify_results_write(&results, verify_options.junit, verify_results_put_junit, &err) < 0)) {
		rv_tool_fail(tool, &err);
	}
}

/* Of --candidates. */
static void score(struct rv_tool *tool, size_t n_dirs)
{
	if (n_dirs > 0) {
		rv_tool_usage(tool, "--candidates takes no operand, the tasks are those of --truth");
		return;
	}
	verify_score_command(tool, rv_machine_jobs(verify_options.jobs),
	                     isnan(verify_options.min_score) ? 0 : verify_options.min_score, progress_mode());
}

/* For people unless --json: a list of checks is no record, whoever reads it. */
static void list(struct rv_tool *tool)
{
	struct verify_teller teller = { .for_people = !tool->common.json };
	(verify_options.list_checks ? verify_tell_checks : verify_tell_limits)(&teller);
	end_teller(tool, &teller);
}

int main(int argc, char **argv)
{
	struct rv_tool tool;
	int status = rv_tool_start(&tool, &program, &argc, argv);
	if (status < 0) {
		struct rv_err err = RV_ERR_INIT;
		int chosen = verify_checks_choose(&verify_options.only, &verify_options.skip,
		                                  &verify_options.severities, &err);
		if (chosen == 0 && verify_options.group_by) {
			group_by = rv_expression_new("--group-by", verify_options.group_by, &err);
			chosen = group_by ? 0 : -1;
		}
		if (chosen == 0) {
			chosen = verify_limits_choose(&verify_options.limits, &err);
		}
		if (verify_options.as) {
			verify_checks_foreign();
		}
		portrait = verify_options.against ? rv_portrait_new() : NULL;
		if (chosen < 0) {
			rv_tool_usage(&tool, "%s", err.text);
		} else if (verify_options.list_checks || verify_options.list_limits) {
			list(&tool);
		} else if (verify_score_is_wanted()) {
			score(&tool, (size_t)argc);
		} else if (verify_options.as) {
			check_foreign(&tool, (size_t)argc, argv);
		} else {
			check(&tool, (size_t)argc, argv);
		}
		if (portrait) {
			compare_sets(&tool, argc > 0 ? argv[0] : "the stream");
		}
		write_reports(&tool);
		status = rv_tool_end(&tool);
	}
	verify_results_release(&results);
	rv_portrait_free(portrait);
	rv_expression_free(group_by);
	verify_score_options_release();
	verify_options_release();
	return status;
}

/* SPDX-License-Identifier: MIT */
/* --candidates: see command.h. */
#include "verify/score/command.h"

#include <string.h>

#include "alloc.h"
#include "diag.h"
#include "path.h"
#include "verify/score/floor.h"
#include "verify/score/flow.h"
#include "verify/score/report.h"
#include "verify/score/run.h"
#include "verify/score/vbvr.h"

static struct {
	const char *candidates, *truth;
	const char *floor, *measure_floor; /* files; NULL: the dataset's own, or the default ones; not measured */
	struct rv_option_list scores;
	int profile;
	double pass;
	const char *judge; /* NULL: none */
	double judge_weight, judge_timeout_s;
} options = { .pass = 0.8, .judge_weight = 0.5, .judge_timeout_s = 300 };

static const struct verify_score_profile *const profiles[] = { &verify_score_profile_rv, &verify_score_profile_vbvr };
static const char *const profile_names[] = { "rv", "vbvr", NULL };

const struct rv_option verify_score_options[] = {
	{ .kind = RV_OPT_STRING,
	  .name = "candidates",
	  .value = &options.candidates,
	  .argument = "DIR",
	  .help = "score the videos below DIR, ID.mp4, against the truths of --truth" },
	{ .kind = RV_OPT_STRING,
	  .name = "truth",
	  .value = &options.truth,
	  .argument = "DATASET",
	  .help = "the tasks: folders with a ground_truth.mp4, as rv-mux --format vbvr makes them" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "profile",
	  .value = &options.profile,
	  .argument = "rv|vbvr",
	  .help = "how clips are scored: relative to the truth, or by VBVR's formulas, which need OpenCV",
	  .choices = profile_names },
	{ .kind = RV_OPT_STRING,
	  .name = "measure-floor",
	  .value = &options.measure_floor,
	  .argument = "FILE",
	  .help = "take the candidates for the truths, rendered again with another noise, and write noise floors",
	  .unset = "scores are told" },
	{ .kind = RV_OPT_STRING,
	  .name = "floor",
	  .value = &options.floor,
	  .argument = "FILE",
	  .help = "noise floors to score with",
	  .unset = "those of the dataset, or stated ones" },
	{ .kind = RV_OPT_LIST,
	  .name = "scores",
	  .value = &options.scores,
	  .argument = "FILE",
	  .help = "write what they come to, as FILE.json, FILE.md, or FILE.html with the videos side by side" },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "pass",
	  .value = &options.pass,
	  .argument = "SCORE",
	  .help = "for pass@k: a candidate with this score is right",
	  .min = 0,
	  .max = 1 },
	{ .kind = RV_OPT_STRING,
	  .name = "judge",
	  .value = &options.judge,
	  .argument = "PROGRAM",
	  .help = "have a program judge each candidate, too, in the way of rv-gen: JSON in, {\"result\": 0.7} out",
	  .unset = "none" },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "judge-weight",
	  .value = &options.judge_weight,
	  .argument = "SHARE",
	  .help = "what the judge's score weighs in the whole",
	  .min = 0,
	  .max = 1 },
	{ .kind = RV_OPT_SECONDS,
	  .name = "judge-timeout",
	  .value = &options.judge_timeout_s,
	  .argument = "SECONDS",
	  .help = "end a judge that takes longer" },
	{ .kind = RV_OPT_END },
};

bool verify_score_is_wanted(void)
{
	return options.candidates || options.truth || options.measure_floor || options.scores.len > 0;
}

void verify_score_options_release(void)
{
	rv_option_list_release(&options.scores);
}

static int check_options(const struct rv_tool *tool, struct rv_err *err)
{
	if (!options.candidates || !options.truth) {
		return rv_fail(err, RV_E_USAGE, "--candidates DIR and --truth DATASET go together");
	}
	if (tool->common.where || tool->common.set) {
		return rv_fail(err, RV_E_USAGE, "--where and --set are for samples, --candidates is for videos");
	}
	return verify_score_report_check(&options.scores, err);
}

/* The last word. */
static void conclude(struct rv_tool *tool, const struct verify_score_summary *summary, double min_score)
{
	const struct verify_score_group *const all = &summary->groups[VERIFY_SCORE_BY_ALL].items[0];
	struct rv_err err = RV_ERR_INIT;
	rv_note("%zu sample%s, %zu candidate%s, %zu missing: score %.3f (%.3f to %.3f)", all->n_samples,
	        RV_PLURAL(all->n_samples), all->n_candidates, RV_PLURAL(all->n_candidates), all->n_missing, all->mean,
	        all->low, all->high);
	if (all->n_candidates == 0) {
		rv_warn("'%s' has no candidate for any of the tasks, whose folders' names their files are to have",
		        options.candidates);
	}
	rv_tool_status(tool, all->mean < min_score || all->n_candidates == 0 ? 1 : 0);
	if (verify_score_report_write(summary, &options.scores, &err) < 0) {
		rv_tool_fail(tool, &err);
	}
}

static void warn_without_rules(const struct verify_score_result *results, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len; i++) {
		n += !results[i].has_rule;
	}
	if (n > 0 && profiles[options.profile] != &verify_score_profile_vbvr) {
		rv_warn("%zu of %zu tasks have no rule in their metadata: a wrong answer gets points there by its "
		        "looks",
		        n, len);
	}
}

/* Answers to one task in several folders may be those of several models. */
static void tell_of_folders(const struct verify_score_tasks *tasks)
{
	for (size_t i = 0; i < tasks->len; i++) {
		const struct verify_score_task *const task = &tasks->items[i];
		for (size_t k = 1; k < task->n_candidates; k++) {
			const char *const a = task->candidates[0], *const b = task->candidates[k];
			const int len_a = (int)(rv_path_base(a) - a), len_b = (int)(rv_path_base(b) - b);
			if (len_a != len_b || strncmp(a, b, (size_t)len_a) != 0) {
				rv_note("'%s' has candidates in '%.*s' and '%.*s': all are taken for answers of one "
				        "model, and their mean is told",
				        task->id, len_a, a, len_b, b);
				return;
			}
		}
	}
}

static void score_all(struct rv_tool *tool, const struct verify_score_run *run, const struct verify_score_tasks *tasks,
                      double min_score)
{
	struct verify_score_result *const results = rv_alloc_zero(tasks->len, sizeof(*results));
	struct verify_score_summary summary;
	if (verify_score_run(tool, run, tasks, results)) {
		verify_score_summarize(&summary, run->profile, results, tasks->len, options.pass);
		summary.floors = run->setup.floors;
		warn_without_rules(results, tasks->len);
		conclude(tool, &summary, min_score);
		verify_score_summary_release(&summary);
	}
	for (size_t i = 0; i < tasks->len; i++) {
		verify_score_result_release(&results[i]);
	}
	free(results);
}

/* What the profile needs; *floors has room for it. */
static int set_up(struct verify_score_setup *setup, double *floors, struct rv_err *err)
{
	if (profiles[options.profile] == &verify_score_profile_vbvr) {
		setup->flow = verify_score_flow_new(err);
		return setup->flow ? 0 : -1;
	}
	const int measured = verify_score_floor_read(options.floor, options.truth, floors, err);
	if (measured == 0) {
		rv_info("no noise floors were measured for '%s': the default ones hold", options.truth);
	}
	setup->floors = floors;
	return measured < 0 ? -1 : 0;
}

/* The tasks with their candidates are there. */
static void score(struct rv_tool *tool, const struct verify_score_tasks *tasks, size_t n_threads, double min_score,
                  enum rv_progress_mode progress)
{
	struct rv_err err = RV_ERR_INIT;
	double floors[VERIFY_SCORE_DIMENSIONS];
	struct verify_score_run run = { .profile = profiles[options.profile],
		                        .judge_weight = options.judge_weight,
		                        .n_threads = n_threads,
		                        .progress = progress };
	if (set_up(&run.setup, floors, &err) < 0) {
		rv_tool_fail(tool, &err);
		return;
	}
	run.judge = options.judge ? verify_score_judge_new(options.judge, options.judge_timeout_s) : NULL;
	score_all(tool, &run, tasks, min_score);
	verify_score_judge_free(run.judge);
	verify_score_flow_free(run.setup.flow);
}

void verify_score_command(struct rv_tool *tool, size_t n_threads, double min_score, enum rv_progress_mode progress)
{
	struct verify_score_tasks tasks = VERIFY_SCORE_TASKS_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (check_options(tool, &err) < 0) {
		rv_tool_usage(tool, "%s", err.text);
		return;
	}
	if (verify_score_tasks_find(&tasks, options.truth, options.candidates, &err) < 0) {
		rv_tool_fail(tool, &err);
		return;
	}
	if (tasks.n_strangers > 0) {
		rv_warn("%zu videos are of no task of '%s', such as '%s'", tasks.n_strangers, options.truth,
		        tasks.stranger);
	}
	tell_of_folders(&tasks);
	if (!options.measure_floor) {
		score(tool, &tasks, n_threads, min_score, progress);
	} else if (verify_score_floor_measure(&tasks, options.measure_floor, &err) < 0) {
		rv_tool_fail(tool, &err);
	}
	verify_score_tasks_release(&tasks);
}

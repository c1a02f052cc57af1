/* SPDX-License-Identifier: MIT */
/* Runs: see run.h. */
#include "verify/score/run.h"

#include "alloc.h"
#include "diag.h"
#include "output.h"
#include "path.h"
#include "sig.h"
#include "taskq.h"

#define ITEMS_PER_THREAD 2

struct running {
	const struct verify_score_run *run;
	struct rv_output output;
	uint64_t n_done, n_failed, of;
};

struct item {
	const struct verify_score_task *task;
	struct verify_score_result *result;
	struct rv_record record;
	struct rv_err err; /* of the truth, or of the judge */
};

/* ---- one task ---- */

static void put_parts(const struct verify_score_profile *profile, const struct verify_score_attempt *attempt,
                      struct rv_json_out *out)
{
	rv_json_open(out, "dimensions", '{');
	for (size_t i = 0; profile->parts[i]; i++) {
		rv_json_put_double(out, profile->parts[i], attempt->of[i]);
	}
	rv_json_close(out, '}');
}

/* Asks the judge about a candidate that was scored, and adds what it says. */
static int judge(const struct verify_score_run *run, const struct verify_score_result *result,
                 const struct verify_score_meta *meta, struct verify_score_attempt *attempt, struct rv_json_out *out,
                 struct rv_err *err)
{
	const struct verify_score_case asked = {
		.profile = run->profile, .result = result, .meta = meta, .attempt = attempt
	};
	struct rv_str answer = RV_STR_INIT;
	double score;
	const int status = verify_score_judge_ask(run->judge, &asked, &score, &answer, err);
	if (status == 0) {
		rv_json_put_raw(out, "judge", answer.ptr, answer.len);
		attempt->total = (1 - run->judge_weight) * attempt->total + run->judge_weight * score;
	}
	rv_str_release(&answer);
	return status;
}

/* Fails when the judge does: what cannot be read scores 0. */
static int put_attempt(const struct verify_score_run *run, void *truth, const struct verify_score_result *result,
                       const struct verify_score_meta *meta, struct verify_score_attempt *attempt,
                       struct rv_json_out *out, struct rv_err *err)
{
	struct rv_str more = RV_STR_INIT;
	struct rv_json_out members;
	int status = 0;
	rv_json_out_init(&members, &more);
	if (attempt->path && run->profile->score(truth, attempt, &members, err) < 0) {
		attempt->problem = rv_strdup(err->text);
		rv_warn("%s: %s: it scores 0", attempt->path, err->text);
	} else if (attempt->path && run->judge) {
		status = judge(run, result, meta, attempt, &members, err);
	}
	rv_json_open(out, NULL, '{');
	if (attempt->path) {
		rv_json_put_string(out, "path", attempt->path);
	}
	rv_json_put_double(out, "score", attempt->total);
	if (!attempt->path) {
		rv_json_put_bool(out, "missing", true);
	} else if (attempt->problem) {
		rv_json_put_string(out, "problem", attempt->problem);
	} else {
		put_parts(run->profile, attempt, out);
		if (more.len > 0) {
			rv_str_putc(out->text, ',');
			rv_str_append(out->text, more.ptr, more.len);
			attempt->details = rv_strndup(more.ptr, more.len);
		}
	}
	rv_json_close(out, '}');
	rv_str_release(&more);
	return status;
}

static int put_eval(const struct verify_score_run *run, void *truth, const struct verify_score_meta *meta,
                    struct verify_score_result *result, struct rv_str *text, struct rv_err *err)
{
	struct rv_str attempts = RV_STR_INIT;
	struct rv_json_out out;
	int status = 0;
	rv_json_out_init(&out, &attempts);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < result->n_attempts && status == 0; i++) {
		status = put_attempt(run, truth, result, meta, &result->attempts[i], &out, err);
	}
	rv_json_close(&out, ']');
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "profile", run->profile->name);
	rv_json_put_double(&out, "score", verify_score_result_mean(result));
	rv_json_put_raw(&out, "candidates", attempts.ptr, attempts.len);
	rv_json_close(&out, '}');
	rv_str_release(&attempts);
	return status;
}

static void begin_record(const struct verify_score_result *result, struct rv_record *record)
{
	const struct verify_score_task *const task = result->task;
	struct rv_str id = RV_STR_INIT;
	rv_record_clear(record);
	rv_str_printf(&id, "%s%s%s", task->domain[0] ? task->name : "", task->domain[0] ? "-" : "", task->id);
	rv_record_set_string(record, "id", id.ptr);
	rv_record_set_string(record, "task", task->name);
	rv_record_set_string(record, "domain", result->domain);
	rv_record_set_string(record, "difficulty", result->difficulty);
	rv_str_release(&id);
}

/* An rv_taskq_fn. */
static void work(void *item_, void *running_)
{
	struct item *const item = item_;
	const struct running *const running = running_;
	const struct verify_score_profile *const profile = running->run->profile;
	struct verify_score_result *const result = item->result;
	struct verify_score_meta meta;
	struct rv_str text = RV_STR_INIT;
	void *truth = NULL;
	int status = verify_score_meta_read(&meta, item->task->folder, &item->err);
	const char *const domain = verify_score_meta_text(&meta, "domain");
	result->domain = rv_strdup(domain[0] ? domain : item->task->domain);
	result->has_rule = rv_json_len(rv_json_get(meta.parameters, "rule")) > 0;
	result->difficulty = rv_strdup(verify_score_meta_text(&meta, "difficulty"));
	if (status == 0) {
		status = profile->open(&running->run->setup, item->task, &meta, &truth, &item->err);
	}
	begin_record(result, &item->record);
	if (status == 0) {
		status = put_eval(running->run, truth, &meta, result, &text, &item->err);
	}
	if (status == 0) {
		rv_record_set(&item->record, "eval", text.ptr, text.len);
	} else {
		result->problem = rv_strdup(item->err.text);
	}
	profile->close(truth);
	verify_score_meta_release(&meta);
	rv_str_release(&text);
}

/* ---- all of them ---- */

/* An rv_taskq_fn. */
static void emit(void *item_, void *running_)
{
	struct item *const item = item_;
	struct running *const running = running_;
	if (item->result->problem) {
		rv_output_fail(&running->output, &item->record, &item->err);
		running->n_failed++;
	}
	rv_output_put(&running->output, &item->record);
	running->n_done++;
	const struct rv_progress_counts counts = { .done = running->n_done,
		                                   .failed = running->n_failed,
		                                   .of = running->of };
	rv_progress_update(&counts);
	rv_record_release(&item->record);
	free(item);
}

/* An rv_describe_fn: "ball_00000000  0.413". */
static void describe(const struct rv_record *record, struct rv_str *line)
{
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(record->text.ptr, record->text.len, &json, NULL) < 0) {
		return;
	}
	const char *const id = rv_json_string(rv_json_get(json, "id"), NULL);
	rv_str_printf(line, "%s  %.3f", id ? id : "?",
	              rv_json_number(rv_json_get(rv_json_get(json, "eval"), "score"), 0));
	rv_json_release(&json);
}

static void push(struct rv_taskq *queue, const struct verify_score_task *task, size_t n_attempts,
                 struct verify_score_result *result)
{
	struct item *const item = rv_alloc_zero(1, sizeof(*item));
	*result = (struct verify_score_result) {
		.task = task,
		.attempts = rv_alloc_zero(n_attempts, sizeof(*result->attempts)),
		.n_attempts = n_attempts,
	};
	for (size_t i = 0; i < task->n_candidates; i++) {
		result->attempts[i].path = task->candidates[i];
	}
	*item = (struct item) { .task = task, .result = result, .record = RV_RECORD_INIT, .err = RV_ERR_INIT };
	rv_taskq_push(queue, item);
}

bool verify_score_run(struct rv_tool *tool, const struct verify_score_run *run, const struct verify_score_tasks *tasks,
                      struct verify_score_result *results)
{
	struct running running = { .run = run, .of = tasks->len };
	size_t n_attempts = 1, i = 0;
	for (size_t k = 0; k < tasks->len; k++) {
		n_attempts = RV_MAX(n_attempts, tasks->items[k].n_candidates);
	}
	rv_output_open(&running.output, tool);
	running.output.describe = describe;
	running.output.has_rows = true;
	rv_progress_start(run->progress == RV_PROGRESS_AUTO && running.output.for_people ? RV_PROGRESS_NONE
	                                                                                 : run->progress);
	struct rv_taskq *const queue =
	        rv_taskq_new(run->n_threads, run->n_threads * ITEMS_PER_THREAD, work, emit, &running);
	for (; i < tasks->len && !rv_sig_stop() && !rv_output_is_broken(&running.output); i++) {
		push(queue, &tasks->items[i], n_attempts, &results[i]);
	}
	rv_taskq_finish(queue);
	const struct rv_progress_counts counts = { .done = running.n_done,
		                                   .failed = running.n_failed,
		                                   .of = running.of };
	rv_progress_end(&counts);
	rv_output_close(&running.output);
	tool->signal = tool->signal ? tool->signal : rv_sig_stop();
	return i == tasks->len && tool->signal == 0;
}

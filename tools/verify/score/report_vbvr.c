/* SPDX-License-Identifier: MIT */
/* Reports as VBVR's tools write them: see report.h. */
#include <string.h>

#include "verify/score/report.h"

struct mean {
	double sum;
	size_t n;
};

/* Of the videos that are there; with `domain` or `task` only those of it. */
static struct mean mean_of(const struct verify_score_summary *summary, const char *domain, const char *task)
{
	struct mean mean = { .n = 0 };
	for (size_t i = 0; i < summary->n_results; i++) {
		const struct verify_score_result *const result = &summary->results[i];
		if (result->problem || (domain && strcmp(result->domain, domain) != 0) ||
		    (task && strcmp(result->task->name, task) != 0)) {
			continue;
		}
		for (size_t k = 0; k < result->n_attempts; k++) {
			mean.sum += result->attempts[k].path ? result->attempts[k].total : 0;
			mean.n += result->attempts[k].path != NULL;
		}
	}
	return mean;
}

static void put_mean(struct rv_json_out *out, const char *key, struct mean mean)
{
	rv_json_put_double(out, key, mean.n > 0 ? mean.sum / (double)mean.n : 0);
}

static void put_video(const struct verify_score_summary *summary, const struct verify_score_result *result,
                      const struct verify_score_attempt *attempt, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "video_path", attempt->path);
	rv_json_put_string(out, "gt_dir", result->task->folder);
	rv_json_put_string(out, "task_name", result->task->name);
	rv_json_put_double(out, "score", attempt->total);
	rv_json_open(out, "dimensions", '{');
	for (size_t i = 0; summary->profile->parts[i]; i++) {
		rv_json_put_double(out, summary->profile->parts[i], attempt->of[i]);
	}
	rv_json_close(out, '}');
	if (attempt->problem) {
		rv_json_put_string(out, "error", attempt->problem);
	}
	rv_json_close(out, '}');
}

void verify_score_report_put_vbvr(const struct verify_score_summary *summary, struct rv_str *text)
{
	static const struct {
		const char *key, *domain;
	} splits[] = { { "In_Domain", "In-Domain_50" }, { "Out_of_Domain", "Out-of-Domain_50" } };
	const struct verify_score_groups *const tasks = &summary->groups[VERIFY_SCORE_BY_TASK];
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	put_mean(&out, "overall", mean_of(summary, NULL, NULL));
	for (size_t i = 0; i < RV_COUNTOF(splits); i++) {
		put_mean(&out, splits[i].key, mean_of(summary, splits[i].domain, NULL));
	}
	rv_json_open(&out, "by_task", '{');
	for (size_t i = 0; i < tasks->len; i++) {
		put_mean(&out, tasks->items[i].name, mean_of(summary, NULL, tasks->items[i].name));
	}
	rv_json_close(&out, '}');
	rv_json_open(&out, "detailed", '[');
	for (size_t i = 0; i < summary->n_results; i++) {
		const struct verify_score_result *const result = &summary->results[i];
		for (size_t k = 0; k < result->n_attempts && !result->problem; k++) {
			if (result->attempts[k].path) {
				put_video(summary, result, &result->attempts[k], &out);
			}
		}
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

/* SPDX-License-Identifier: MIT */
/* Reports as JSON and Markdown, and writing them: see report.h. */
#include "verify/score/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "json.h"

static bool ends_in(const char *path, const char *ending)
{
	const size_t len = strlen(path), ending_len = strlen(ending);
	return len > ending_len && strcmp(path + len - ending_len, ending) == 0;
}

int verify_score_report_check(const struct rv_option_list *files, struct rv_err *err)
{
	for (size_t i = 0; i < files->len; i++) {
		const char *const path = files->items[i];
		if (!ends_in(path, ".json") && !ends_in(path, ".md") && !ends_in(path, ".html")) {
			return rv_fail(err, RV_E_USAGE, "--scores: '%s' ends neither in .json, .md nor .html", path);
		}
	}
	return 0;
}

typedef void put_fn(const struct verify_score_summary *summary, struct rv_str *text);

static put_fn *put_of(const char *path)
{
	return ends_in(path, "_eval_results.json") ? verify_score_report_put_vbvr
	       : ends_in(path, ".json")            ? verify_score_report_put_json
	                                           : verify_score_report_put_markdown;
}

int verify_score_report_write(const struct verify_score_summary *summary, const struct rv_option_list *files,
                              struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < files->len && status == 0; i++) {
		const char *const path = files->items[i];
		struct rv_str text = RV_STR_INIT;
		if (ends_in(path, ".html")) {
			verify_score_report_put_html(summary, path, &text);
		} else {
			put_of(path)(summary, &text);
		}
		status = rv_file_write(path, text.ptr, text.len, err);
		rv_str_release(&text);
	}
	return status;
}

/* ---- JSON ---- */

static void put_parts(const struct verify_score_profile *profile, const double *of, struct rv_json_out *out)
{
	rv_json_open(out, "dimensions", '{');
	for (size_t i = 0; profile->parts[i]; i++) {
		rv_json_put_double(out, profile->parts[i], of[i]);
	}
	rv_json_close(out, '}');
}

static void put_group(const struct verify_score_summary *summary, const char *key,
                      const struct verify_score_group *group, struct rv_json_out *out)
{
	rv_json_open(out, key, '{');
	rv_json_put_u64(out, "samples", group->n_samples);
	rv_json_put_u64(out, "candidates", group->n_candidates);
	rv_json_put_u64(out, "missing", group->n_missing);
	rv_json_put_u64(out, "unread", group->n_unread);
	rv_json_put_double(out, "score", group->mean);
	rv_json_put_double(out, "low", group->low);
	rv_json_put_double(out, "high", group->high);
	put_parts(summary->profile, group->of, out);
	rv_json_open(out, "pass", '{');
	for (size_t i = 0; i < summary->n_ks; i++) {
		char k[24];
		snprintf(k, sizeof(k), "%zu", summary->ks[i]);
		rv_json_put_double(out, k, group->pass[i]);
	}
	rv_json_close(out, '}');
	rv_json_close(out, '}');
}

static void put_sample(const struct verify_score_summary *summary, const struct verify_score_result *result,
                       struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "key", result->task->key);
	rv_json_put_string(out, "task", result->task->name);
	rv_json_put_string(out, "domain", result->domain);
	rv_json_put_string(out, "difficulty", result->difficulty);
	if (result->problem) {
		rv_json_put_string(out, "problem", result->problem);
	} else {
		rv_json_put_double(out, "score", verify_score_result_mean(result));
	}
	rv_json_open(out, "candidates", '[');
	for (size_t i = 0; i < result->n_attempts; i++) {
		const struct verify_score_attempt *const attempt = &result->attempts[i];
		rv_json_open(out, NULL, '{');
		if (attempt->path) {
			rv_json_put_string(out, "path", attempt->path);
		}
		if (attempt->problem) {
			rv_json_put_string(out, "problem", attempt->problem);
		}
		rv_json_put_double(out, "score", attempt->total);
		put_parts(summary->profile, attempt->of, out);
		rv_json_close(out, '}');
	}
	rv_json_close(out, ']');
	rv_json_close(out, '}');
}

void verify_score_report_put_json(const struct verify_score_summary *summary, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "profile", summary->profile->name);
	rv_json_put_double(&out, "pass", summary->pass);
	for (size_t by = 0; by < VERIFY_SCORE_BY; by++) {
		const struct verify_score_groups *const groups = &summary->groups[by];
		if (by == VERIFY_SCORE_BY_ALL) {
			put_group(summary, groups->by, &groups->items[0], &out);
			continue;
		}
		rv_json_open(&out, groups->by, '{');
		for (size_t i = 0; i < groups->len; i++) {
			put_group(summary, groups->items[i].name, &groups->items[i], &out);
		}
		rv_json_close(&out, '}');
	}
	rv_json_open(&out, "samples", '[');
	for (size_t i = 0; i < summary->n_results; i++) {
		put_sample(summary, &summary->results[i], &out);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

/* ---- Markdown ---- */

static void put_head(const struct verify_score_summary *summary, const char *by, struct rv_str *text)
{
	size_t n = 3 + summary->n_ks;
	rv_str_printf(text, "\n| %s | samples | score | 95 %% |", by);
	for (size_t i = 0; i < summary->n_ks; i++) {
		rv_str_printf(text, " pass@%zu |", summary->ks[i]);
	}
	for (size_t i = 0; summary->profile->parts[i]; i++, n++) {
		rv_str_printf(text, " %s |", summary->profile->parts[i]);
	}
	rv_str_puts(text, "\n|---|");
	for (size_t i = 0; i < n; i++) {
		rv_str_puts(text, "---:|");
	}
	rv_str_putc(text, '\n');
}

static void put_row(const struct verify_score_summary *summary, const struct verify_score_group *group,
                    struct rv_str *text)
{
	rv_str_printf(text, "| %s | %zu | %.3f | %.3f to %.3f |", group->name[0] ? group->name : "all",
	              group->n_samples, group->mean, group->low, group->high);
	for (size_t i = 0; i < summary->n_ks; i++) {
		rv_str_printf(text, " %.3f |", group->pass[i]);
	}
	for (size_t i = 0; summary->profile->parts[i]; i++) {
		rv_str_printf(text, " %.3f |", group->of[i]);
	}
	rv_str_putc(text, '\n');
}

void verify_score_report_put_markdown(const struct verify_score_summary *summary, struct rv_str *text)
{
	const struct verify_score_group *const all = &summary->groups[VERIFY_SCORE_BY_ALL].items[0];
	rv_str_printf(
	        text,
	        "# Scores\n\nProfile `%s`; %zu sample%s, %zu candidate%s, %zu missing, %zu that could not be read; "
	        "a candidate passes with a score of %g.\n",
	        summary->profile->name, all->n_samples, RV_PLURAL(all->n_samples), all->n_candidates,
	        RV_PLURAL(all->n_candidates), all->n_missing, all->n_unread, summary->pass);
	for (size_t by = 0; by < VERIFY_SCORE_BY; by++) {
		const struct verify_score_groups *const groups = &summary->groups[by];
		if (by != VERIFY_SCORE_BY_ALL && groups->len == 1 && !groups->items[0].name[0]) {
			continue; /* nobody says it */
		}
		put_head(summary, groups->by, text);
		for (size_t i = 0; i < groups->len; i++) {
			put_row(summary, &groups->items[i], text);
		}
	}
}

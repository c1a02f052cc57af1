/* SPDX-License-Identifier: MIT */
/* What a run came to, as files. */
#ifndef RV_VERIFY_SCORE_REPORT_H
#define RV_VERIFY_SCORE_REPORT_H

#include "options.h"
#include "verify/score/summary.h"

/* Whether all of these end in .json, .md or .html. RV_E_USAGE. */
int verify_score_report_check(const struct rv_option_list *files, struct rv_err *err) RV_MUST_USE;
/*
 * Writes each of these. JSON: {"profile","pass","parts":[NAME],"all":GROUP,"task":{NAME:GROUP},"domain":{...},
 * "difficulty":{...},"samples":[{"id","task","domain","difficulty","score","candidates":[{"path","score",...}]}]},
 * where GROUP is
 * {"samples","candidates","missing","unread","score","low","high","dimensions":{PART:...},"pass":{"1":...}}. Markdown:
 * the groups as tables. HTML: these, the dimensions with their floors and weights, and for each task its prompt, and
 * the truth with its candidates beside it, as videos that are found where they were, by paths from the page; below each
 * what the clauses of the rule came to and what the judge said.
 */
int verify_score_report_write(const struct verify_score_summary *summary, const struct rv_option_list *files,
                              struct rv_err *err) RV_MUST_USE;

void verify_score_report_put_json(const struct verify_score_summary *summary, struct rv_str *text);
void verify_score_report_put_markdown(const struct verify_score_summary *summary, struct rv_str *text);
void verify_score_report_put_vbvr(const struct verify_score_summary *summary, struct rv_str *text);
/* `path` is where the page will be. */
void verify_score_report_put_html(const struct verify_score_summary *summary, const char *path, struct rv_str *text);

#endif

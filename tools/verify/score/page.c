/* SPDX-License-Identifier: MIT */
/* Reports as a page: see report.h. */
#include <string.h>

#include "alloc.h"
#include "path.h"
#include "markup.h"
#include "verify/score/dimensions.h"
#include "verify/score/meta.h"
#include "verify/score/report.h"

static const char head[] =
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Scores</title>\n<style>\n"
        "body { font: 15px/1.4 sans-serif; max-width: 1200px; margin: 2em auto; padding: 0 1em; color: #222 }\n"
        "table { border-collapse: collapse; margin: 1em 0 } figure table { margin: .3em 0; font-size: .85em }\n"
        "th, td { padding: .2em .6em; text-align: right }\n"
        "th { border-bottom: 1px solid #999; font-weight: 600 } td:first-child, th:first-child { text-align: left }\n"
        "section { display: grid; grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 1em }\n"
        "figure { margin: 0 } video { width: 100%; background: #eee } .truth video { outline: 3px solid #2a7d2a }\n"
        "h2 { font-size: 1em; margin: 1.6em 0 .4em; border-top: 1px solid #ccc; padding-top: .6em }\n"
        "small { color: #666 } .bad { color: #a00 }\n</style>\n</head>\n<body>\n";

/* ---- paths ---- */

/* Without "." and empty parts, and what ".." takes away. Caller frees. */
static char *plain_path(const char *path)
{
	char *const absolute = rv_path_absolute(path);
	struct rv_str plain = RV_STR_INIT;
	for (const char *part = absolute; *part;) {
		const size_t len = strcspn(part, "/");
		if (len == 2 && strncmp(part, "..", 2) == 0) {
			const char *const slash = strrchr(plain.ptr, '/');
			rv_str_truncate(&plain, slash ? (size_t)(slash - plain.ptr) : 0);
		} else if (len > 1 || (len == 1 && *part != '.')) {
			rv_str_putc(&plain, '/');
			rv_str_append(&plain, part, len);
		}
		part += len + (part[len] == '/');
	}
	free(absolute);
	return rv_str_detach(&plain);
}

/* The address of a file from a page's: what is not plain in a URL is escaped. */
static void put_address(const char *page, const char *file, struct rv_str *html)
{
	char *const from = plain_path(page), *const to = plain_path(file);
	size_t common = 0;
	for (size_t i = 0; from[i] && from[i] == to[i]; i++) {
		common = from[i] == '/' ? i + 1 : common;
	}
	for (const char *slash = strchr(from + common, '/'); slash; slash = strchr(slash + 1, '/')) {
		rv_str_puts(html, "../");
	}
	for (const char *byte = to + common; *byte; byte++) {
		const unsigned char c = (unsigned char)*byte;
		const bool is_plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		                      strchr("/._-~", c);
		rv_str_printf(html, is_plain ? "%c" : "%%%02X", c);
	}
	free(from);
	free(to);
}

/* ---- tables ---- */

static void put_number(double value, struct rv_str *html)
{
	rv_str_printf(html, "<td>%.3f</td>", value);
}

static void put_groups(const struct verify_score_summary *summary, const struct verify_score_groups *groups,
                       struct rv_str *html)
{
	rv_str_printf(html, "<table>\n<tr><th>%s</th><th>samples</th><th>missing</th><th>score</th><th>95 %%</th>",
	              groups->by);
	for (size_t i = 0; i < summary->n_ks; i++) {
		rv_str_printf(html, "<th>pass@%zu</th>", summary->ks[i]);
	}
	for (size_t i = 0; summary->profile->parts[i]; i++) {
		rv_str_printf(html, "<th>%s</th>", summary->profile->parts[i]);
	}
	rv_str_puts(html, "</tr>\n");
	for (size_t i = 0; i < groups->len; i++) {
		const struct verify_score_group *const group = &groups->items[i];
		rv_str_puts(html, "<tr><td>");
		rv_markup_put(group->name, html);
		rv_str_printf(html, "</td><td>%zu</td><td>%zu</td><td><b>%.3f</b></td><td>%.3f to %.3f</td>",
		              group->n_samples, group->n_missing, group->mean, group->low, group->high);
		for (size_t k = 0; k < summary->n_ks; k++) {
			put_number(group->pass[k], html);
		}
		for (size_t k = 0; summary->profile->parts[k]; k++) {
			put_number(group->of[k], html);
		}
		rv_str_puts(html, "</tr>\n");
	}
	rv_str_puts(html, "</table>\n");
}

static void put_dimensions(const double *floors, struct rv_str *html)
{
	rv_str_puts(html, "<table>\n<tr><th>dimension</th><th>noise floor</th><th>weight where one answer is right</th>"
	                  "<th>where several are</th><th>what is right</th></tr>\n");
	for (size_t i = 0; i < VERIFY_SCORE_DIMENSIONS; i++) {
		const struct verify_score_dimension_row *const row = &verify_score_dimensions[i];
		rv_str_printf(html, "<tr><td>%s</td><td>%.3f</td><td>%g</td><td>%g</td><td>%s</td></tr>\n", row->name,
		              floors[i], row->weight, row->weight_several, row->text);
	}
	rv_str_puts(html, "</table>\n");
}

/* ---- samples ---- */

static void put_video(const char *page, const char *file, struct rv_str *html)
{
	rv_str_puts(html, "<video controls loop muted preload=\"metadata\" src=\"");
	put_address(page, file, html);
	rv_str_puts(html, "\"></video>");
}

/* What the clauses of the rule came to, and what the judge said. */
static void put_details(const char *details, struct rv_str *html)
{
	struct rv_json json = RV_JSON_INIT;
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "{%s}", details);
	if (rv_json_parse(text.ptr, text.len, &json, NULL) < 0) {
		rv_str_release(&text);
		return;
	}
	const struct rv_json clauses = rv_json_get(json, "clauses"), judge = rv_json_get(json, "judge");
	rv_str_puts(html, "<table>");
	for (size_t i = 0; i < rv_json_len(clauses); i++) {
		const struct rv_json clause = rv_json_at(clauses, i);
		rv_str_puts(html, "<tr><td>");
		rv_markup_put(rv_json_string(rv_json_get(clause, "says"), NULL), html);
		rv_str_printf(html, "</td><td>%.2f</td></tr>", rv_json_number(rv_json_get(clause, "score"), 0));
	}
	if (rv_json_type(judge) != RV_JSON_NONE) {
		rv_str_clear(&text);
		rv_str_json_value(&text, judge);
		rv_str_puts(html, "<tr><td colspan=\"2\">judge: ");
		rv_markup_put(text.ptr, html);
		rv_str_puts(html, "</td></tr>");
	}
	rv_str_puts(html, "</table>");
	rv_json_release(&json);
	rv_str_release(&text);
}

static void put_prompt(const char *folder, struct rv_str *html)
{
	struct rv_str prompt = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	if (verify_score_meta_prompt(folder, &prompt, &err) == 0 && prompt.len > 0) {
		rv_str_puts(html, "<p>");
		rv_markup_put(prompt.ptr, html);
		rv_str_puts(html, "</p>\n");
	}
	rv_str_release(&prompt);
}

static void put_attempt(const struct verify_score_summary *summary, const struct verify_score_attempt *attempt,
                        const char *page, struct rv_str *html)
{
	rv_str_puts(html, "<figure>");
	if (attempt->path) {
		put_video(page, attempt->path, html);
	}
	rv_str_printf(html, "<figcaption><b>%.3f</b> ", attempt->total);
	if (!attempt->path || attempt->problem) {
		rv_str_puts(html, "<span class=\"bad\">");
		rv_markup_put(attempt->path ? attempt->problem : "missing", html);
		rv_str_puts(html, "</span>");
	} else {
		rv_str_puts(html, "<small>");
		for (size_t i = 0; summary->profile->parts[i]; i++) {
			rv_str_printf(html, "%s%s %.2f", i > 0 ? ", " : "", summary->profile->parts[i], attempt->of[i]);
		}
		rv_str_puts(html, "</small>");
		if (attempt->details) {
			put_details(attempt->details, html);
		}
	}
	rv_str_puts(html, "</figcaption></figure>\n");
}

static void put_result(const struct verify_score_summary *summary, const struct verify_score_result *result,
                       const char *page, struct rv_str *html)
{
	rv_str_puts(html, "<h2>");
	rv_markup_put(result->task->key, html);
	rv_str_puts(html, " <small>");
	rv_markup_put(result->difficulty, html);
	rv_str_puts(html, "</small></h2>\n");
	put_prompt(result->task->folder, html);
	rv_str_puts(html, "<section>\n<figure class=\"truth\">");
	put_video(page, result->task->video, html);
	rv_str_puts(html, "<figcaption>truth");
	if (result->problem) {
		rv_str_puts(html, " <span class=\"bad\">");
		rv_markup_put(result->problem, html);
		rv_str_puts(html, "</span>");
	}
	rv_str_puts(html, "</figcaption></figure>\n");
	for (size_t i = 0; i < result->n_attempts; i++) {
		put_attempt(summary, &result->attempts[i], page, html);
	}
	rv_str_puts(html, "</section>\n");
}

void verify_score_report_put_html(const struct verify_score_summary *summary, const char *path, struct rv_str *text)
{
	rv_str_puts(text, head);
	rv_str_printf(text, "<h1>Scores</h1>\n<p>Profile %s. A candidate passes with a score of %g.</p>\n",
	              summary->profile->name, summary->pass);
	for (size_t by = 0; by < VERIFY_SCORE_BY; by++) {
		put_groups(summary, &summary->groups[by], text);
	}
	if (summary->floors) {
		put_dimensions(summary->floors, text);
	}
	for (size_t i = 0; i < summary->n_results; i++) {
		put_result(summary, &summary->results[i], path, text);
	}
	rv_str_puts(text, "</body>\n</html>\n");
}

/* SPDX-License-Identifier: MIT */
/* The list of findings, and how it is told. */
#include "porcelain/findings.h"

#include <string.h>
#include <unistd.h>

#include "alloc.h"

static const char *const level_names[] = { "ok", "note", "bad" };

void porcelain_findings_add(struct porcelain_findings *findings, enum porcelain_finding_level level, const char *topic,
                            const char *advice, const char *format, ...)
{
	struct rv_str text = RV_STR_INIT;
	va_list args;
	va_start(args, format);
	rv_str_vprintf(&text, format, args);
	va_end(args);
	RV_GROW(findings->items, findings->len, findings->cap);
	findings->items[findings->len++] = (struct porcelain_finding) {
		.level = level, .topic = topic, .text = rv_strdup(text.ptr), .advice = advice ? rv_strdup(advice) : NULL
	};
	rv_str_release(&text);
}

void porcelain_findings_fix(struct porcelain_findings *findings, const char *command)
{
	struct porcelain_finding *const last = &findings->items[findings->len - 1];
	free(last->fix);
	last->fix = rv_strdup(command);
}

void porcelain_findings_fix_as_root(struct porcelain_findings *findings, const char *command)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%s%s", geteuid() == 0 ? "" : "sudo ", command);
	porcelain_findings_fix(findings, text.ptr);
	rv_str_release(&text);
}

void porcelain_findings_fact(struct porcelain_findings *findings, const char *key, const char *json, size_t len)
{
	struct rv_json_out out;
	rv_json_out_init(&out, &findings->facts);
	out.needs_comma = findings->facts.len > 0;
	rv_json_put_raw(&out, key, json, len);
}

void porcelain_findings_fact_string(struct porcelain_findings *findings, const char *key, const char *text)
{
	struct rv_str json = RV_STR_INIT;
	rv_str_json(&json, text, strlen(text));
	porcelain_findings_fact(findings, key, json.ptr, json.len);
	rv_str_release(&json);
}

bool porcelain_findings_any_bad(const struct porcelain_findings *findings)
{
	bool any = false;
	for (size_t i = 0; i < findings->len; i++) {
		any = any || findings->items[i].level == PORCELAIN_FINDING_BAD;
	}
	return any;
}

static void put_json(const struct porcelain_findings *findings, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_bool(&out, "ok", !porcelain_findings_any_bad(findings));
	rv_json_put_string(&out, "rv", RV_VERSION);
	if (findings->facts.len > 0) {
		rv_str_printf(text, ",%s", findings->facts.ptr);
	}
	rv_json_open(&out, "findings", '[');
	for (size_t i = 0; i < findings->len; i++) {
		const struct porcelain_finding *const finding = &findings->items[i];
		rv_json_open(&out, NULL, '{');
		rv_json_put_string(&out, "topic", finding->topic);
		rv_json_put_string(&out, "level", level_names[finding->level]);
		rv_json_put_string(&out, "text", finding->text);
		if (finding->advice) {
			rv_json_put_string(&out, "advice", finding->advice);
		}
		if (finding->fix) {
			rv_json_put_string(&out, "fix", finding->fix);
		}
		rv_json_close(&out, '}');
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

void porcelain_findings_put(const struct porcelain_findings *findings, bool json, struct rv_str *out)
{
	if (json) {
		put_json(findings, out);
		return;
	}
	for (size_t i = 0; i < findings->len; i++) {
		const struct porcelain_finding *const finding = &findings->items[i];
		rv_str_printf(out, "%-4s  %-9s  %s\n", level_names[finding->level], finding->topic, finding->text);
		if (finding->advice) {
			rv_str_printf(out, "%17s%s\n", "", finding->advice);
		}
	}
	rv_str_printf(out, "rv %s %s\n", RV_VERSION,
	              porcelain_findings_any_bad(findings) ? "cannot render here" : "can render here");
}

void porcelain_findings_put_fixes(const struct porcelain_findings *findings, struct rv_str *out)
{
	for (size_t i = 0; i < findings->len; i++) {
		const char *const fix = findings->items[i].fix;
		bool is_new = fix;
		for (size_t j = 0; j < i && is_new; j++) {
			is_new = !findings->items[j].fix || strcmp(findings->items[j].fix, fix) != 0;
		}
		if (is_new) {
			rv_str_printf(out, "%s\n", fix);
		}
	}
}

void porcelain_findings_release(struct porcelain_findings *findings)
{
	for (size_t i = 0; i < findings->len; i++) {
		free(findings->items[i].text);
		free(findings->items[i].advice);
		free(findings->items[i].fix);
	}
	free(findings->items);
	rv_str_release(&findings->facts);
}

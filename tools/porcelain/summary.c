/* SPDX-License-Identifier: MIT */
/* The summary of a run. */
#include "porcelain/summary.h"

#include <string.h>

#include "diag.h"
#include "file.h"
#include "json.h"
#include "vocabulary.h"

#define SUMMARY_INDENT 4

static void part(struct rv_str *list)
{
	if (list->len > 0) {
		rv_str_putc(list, ',');
	}
}

/* One line of what went wrong; the rest are a log's last lines and a traceback. */
static bool add_failed(struct porcelain_summary *summary, const struct rv_record *record, const char *id)
{
	struct rv_json error = RV_JSON_INIT;
	struct rv_span span;
	struct rv_json_out out;
	if (!rv_record_get(record, "error", &span) || rv_json_parse(span.ptr, span.len, &error, NULL) < 0) {
		error = (struct rv_json)RV_JSON_INIT;
	}
	const char *const code = rv_json_string(rv_json_get(error, "code"), NULL);
	const char *const message = rv_json_string(rv_json_get(error, "message"), NULL);
	summary->n_failed++;
	part(&summary->failed);
	rv_json_out_init(&out, &summary->failed);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "id", id);
	rv_json_put_string(&out, "code", code ? code : "");
	rv_json_put_bytes(&out, "message", message ? message : "", message ? strcspn(message, "\n") : 0);
	rv_json_close(&out, '}');
	const bool is_again = code && strcmp(code, rv_err_code_text(RV_E_PASSES_GONE)) == 0;
	summary->n_again += is_again;
	rv_json_release(&error);
	return is_again;
}

static void remember_first(struct porcelain_summary *summary, const struct rv_record *record)
{
	struct rv_json render = RV_JSON_INIT;
	struct rv_span span;
	if (rv_record_string(record, "dir", &summary->first, NULL) == 0 && rv_record_get(record, "render", &span) &&
	    rv_json_parse(span.ptr, span.len, &render, NULL) == 0) {
		const char *const version = rv_json_string(rv_json_get(render, "blender"), NULL);
		rv_str_puts(&summary->blender, version ? version : "");
	}
	rv_json_release(&render);
}

bool porcelain_summary_add(struct porcelain_summary *summary, const struct rv_record *record)
{
	struct rv_str id = RV_STR_INIT;
	bool is_again = false;
	if (rv_record_id(record, &id, NULL) < 0) {
		rv_str_clear(&id);
	}
	if (rv_record_has_error(record)) {
		is_again = add_failed(summary, record, id.ptr);
	} else {
		if (summary->n_samples++ == 0) {
			remember_first(summary, record);
		}
		part(&summary->samples);
		rv_str_json(&summary->samples, id.ptr, id.len);
	}
	rv_str_release(&id);
	return is_again;
}

/* Names of the first sample's files, without the hidden markers. */
static int put_sample_files(const struct porcelain_summary *summary, struct rv_json_out *out, struct rv_err *err)
{
	char **names = NULL;
	size_t len = 0;
	if (summary->first.len > 0 && rv_tree_files(summary->first.ptr, &names, &len, err) < 0) {
		return -1;
	}
	rv_json_open(out, "sample_files", '[');
	for (size_t i = 0; i < len; i++) {
		if (names[i][0] != '.') {
			rv_json_put_string(out, NULL, names[i]);
		}
	}
	rv_json_close(out, ']');
	rv_names_free(names, len);
	return 0;
}

static void put_list(struct rv_json_out *out, const char *key, const struct rv_str *list)
{
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "[%s]", list->ptr);
	rv_json_put_raw(out, key, text.ptr, text.len);
	rv_str_release(&text);
}

int porcelain_summary_write(const struct porcelain_summary *summary, const char *dir, const struct rv_str *members,
                            struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT, indented = RV_STR_INIT, path = RV_STR_INIT;
	struct rv_json_out out;
	int result = -1;
	rv_str_printf(&text, "{%s", members->ptr);
	rv_json_out_init(&out, &text);
	out.needs_comma = members->len > 0;
	if (put_sample_files(summary, &out, err) == 0) {
		rv_json_put_string(&out, "rv", RV_VERSION);
		if (summary->blender.len > 0) {
			rv_json_put_string(&out, "blender", summary->blender.ptr);
		}
		put_list(&out, "samples", &summary->samples);
		put_list(&out, "failed", &summary->failed);
		rv_str_putc(&text, '}');
		rv_scan_indent(text.ptr, text.len, SUMMARY_INDENT, &indented);
		rv_str_putc(&indented, '\n');
		rv_str_printf(&path, "%s/%s", dir, RV_META_NAME);
		result = rv_file_write(path.ptr, indented.ptr, indented.len, err);
	}
	rv_str_release(&text);
	rv_str_release(&indented);
	rv_str_release(&path);
	return result;
}

void porcelain_summary_release(struct porcelain_summary *summary)
{
	rv_str_release(&summary->samples);
	rv_str_release(&summary->failed);
	rv_str_release(&summary->first);
	rv_str_release(&summary->blender);
}

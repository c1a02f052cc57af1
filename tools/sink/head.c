/* SPDX-License-Identifier: MIT */
/* The first line of a manifest, written and read. */
#include "sink/head.h"

#include <stdlib.h>

#include "alloc.h"
#include "json.h"

/* Counts of the dataset's formats; nothing where all are 0. */
static void put_counts(const struct sink_head *head, const char *name, const uint64_t counts[FORMAT_IDS],
                       struct rv_json_out *out)
{
	bool is_open = false;
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (!head->specs[i] || counts[i] == 0) {
			continue;
		}
		if (!is_open) {
			rv_json_open(out, name, '{');
		}
		is_open = true;
		rv_json_put_u64(out, format_all[i]->name, counts[i]);
	}
	if (is_open) {
		rv_json_close(out, '}');
	}
}

void sink_head_put(const struct sink_head *head, struct rv_str *line)
{
	struct rv_json_out out;
	rv_json_out_init(&out, line);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "rv_manifest", 1);
	rv_json_put_string(&out, "rv", head->version);
	rv_json_open(&out, "formats", '[');
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		if (head->specs[i]) {
			rv_json_put_string(&out, NULL, head->specs[i]);
		}
	}
	rv_json_close(&out, ']');
	rv_json_put_u64(&out, "samples", head->n_samples);
	rv_json_put_u64(&out, "errors", head->n_errors);
	put_counts(head, "left_out", head->left_out, &out);
	put_counts(head, "lost", head->lost, &out);
	rv_json_close(&out, '}');
	rv_str_putc(line, '\n');
}

static int read_formats(struct rv_json json, struct sink_head *head, struct rv_err *err)
{
	const struct rv_json formats = rv_json_get(json, "formats"), left_out = rv_json_get(json, "left_out"),
	                     lost = rv_json_get(json, "lost");
	for (size_t i = 0; i < rv_json_len(formats); i++) {
		const char *const spec = rv_json_string(rv_json_at(formats, i), NULL);
		size_t format = SIZE_MAX;
		if (!spec || format_read_spec(spec, &format, NULL) < 0 || format == SIZE_MAX) {
			return rv_fail(err, RV_E_BAD_FILE, "this rv does not know its format '%s'", spec ? spec : "");
		}
		free(head->specs[format]);
		head->specs[format] = rv_strdup(spec);
		(void)rv_json_u64(rv_json_get(left_out, format_all[format]->name), 0, UINT64_MAX,
		                  &head->left_out[format]);
		(void)rv_json_u64(rv_json_get(lost, format_all[format]->name), 0, UINT64_MAX, &head->lost[format]);
	}
	return 0;
}

int sink_head_read(const char *line, size_t len, struct sink_head *head, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	*head = (struct sink_head) { .version = NULL };
	if (rv_json_parse(line, len, &json, err) < 0) {
		return -1;
	}
	const char *const version = rv_json_string(rv_json_get(json, "rv"), NULL);
	head->version = rv_strdup(version ? version : "");
	const int status = version && rv_json_u64(rv_json_get(json, "samples"), 0, UINT64_MAX, &head->n_samples) &&
	                                   rv_json_u64(rv_json_get(json, "errors"), 0, UINT64_MAX, &head->n_errors)
	                           ? read_formats(json, head, err)
	                           : rv_fail(err, RV_E_BAD_FILE, "its first line does not say what the dataset has");
	rv_json_release(&json);
	return status;
}

void sink_head_release(struct sink_head *head)
{
	free(head->version);
	for (size_t i = 0; i < FORMAT_IDS; i++) {
		free(head->specs[i]);
	}
}

/* SPDX-License-Identifier: MIT */
/* Metadata of a task: see meta.h. */
#include "verify/score/meta.h"

#include "file.h"
#include "format/vbvr.h"

#define BYTES_MAX ((size_t)64 << 20)
#define PROMPT_BYTES_MAX ((size_t)1 << 20)

/* 0: it is not there. */
static int read_file(struct verify_score_meta *meta, const char *folder, const char *name, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	int status = 0;
	rv_str_printf(&path, "%s/%s.json", folder, name);
	if (rv_file_exists(path.ptr)) {
		status = rv_file_read(path.ptr, BYTES_MAX, &text, err) < 0 ||
		                         rv_json_parse(text.ptr, text.len, &meta->document, err) < 0
		                 ? rv_fail_prefix(err, "%s", path.ptr)
		                 : 1;
	}
	rv_str_release(&path);
	rv_str_release(&text);
	return status;
}

int verify_score_meta_read(struct verify_score_meta *meta, const char *folder, struct rv_err *err)
{
	*meta = (struct verify_score_meta)VERIFY_SCORE_META_INIT;
	int got = read_file(meta, folder, FORMAT_VBVR_METADATA, err);
	if (got > 0) {
		meta->parameters = rv_json_get(meta->document, "parameters");
	}
	if (got == 0) {
		got = read_file(meta, folder, FORMAT_VBVR_QUESTION, err);
		meta->parameters = meta->document;
	}
	return got < 0 ? -1 : 0;
}

int verify_score_meta_prompt(const char *folder, struct rv_str *prompt, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_clear(prompt);
	rv_str_printf(&path, "%s/" FORMAT_VBVR_PROMPT ".txt", folder);
	const int status = rv_file_exists(path.ptr) ? rv_file_read(path.ptr, PROMPT_BYTES_MAX, prompt, err) : 0;
	rv_str_release(&path);
	return status < 0 ? -1 : 0;
}

void verify_score_meta_release(struct verify_score_meta *meta)
{
	rv_json_release(&meta->document);
	*meta = (struct verify_score_meta)VERIFY_SCORE_META_INIT;
}

const char *verify_score_meta_text(const struct verify_score_meta *meta, const char *key)
{
	const char *const text = rv_json_string(rv_json_get(meta->parameters, key), NULL);
	return text ? text : "";
}

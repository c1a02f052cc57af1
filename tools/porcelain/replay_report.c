/* SPDX-License-Identifier: MIT */
/* Old against new: see replay_report.h. */
#include "porcelain/replay_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "porcelain/compare.h"
#include "porcelain/drawn.h"
#include "porcelain/words.h"
#include "vocabulary.h"

#define META_MAX ((size_t)256 << 20)

static const char *const words[] = { "same", "different", "missing", "new", "picture", "near", "unsure" };

int porcelain_replay_read(const char *dir, const char *name, struct rv_record *record, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	int result = rv_file_read(path.ptr, META_MAX, &text, err);
	while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
		rv_str_truncate(&text, text.len - 1);
	}
	if (result == 0 && (result = rv_record_parse(record, text.ptr, text.len, err)) < 0) {
		rv_fail_prefix(err, "'%s'", path.ptr);
	}
	rv_str_release(&text);
	rv_str_release(&path);
	return result;
}

/* ---- causes ------------------------------------------------------------------------------------------------------ */

/* A member of a marker, parsed; RV_JSON_NONE where it has none. */
static struct rv_json member(const struct rv_record *marker, const char *key)
{
	struct rv_span span;
	struct rv_json json = RV_JSON_INIT;
	if (rv_record_get(marker, key, &span) && rv_json_parse(span.ptr, span.len, &json, NULL) < 0) {
		json = (struct rv_json)RV_JSON_INIT;
	}
	return json;
}

static void add_machine(const struct rv_record *old, const struct rv_record *new, struct porcelain_words *causes)
{
	static const struct {
		const char *key, *what;
	} parts[] = { { "build", "the build of Blender" }, { "cpu", "the level of the processor" } };
	struct rv_json was = member(old, "made_by"), is = member(new, "made_by");
	for (size_t i = 0; i < RV_COUNTOF(parts); i++) {
		const char *const before = rv_json_string(rv_json_get(was, parts[i].key), NULL);
		const char *const now = rv_json_string(rv_json_get(is, parts[i].key), NULL);
		if (before && now && strcmp(before, now) != 0) {
			porcelain_words_add(causes, "%s was '%s' and is '%s': the last digits may differ",
			                    parts[i].what, before, now);
		}
	}
	rv_json_release(&was);
	rv_json_release(&is);
}

/* Which of the files that it was made from are not as they were, and that the Blender is another one. */
static void add_sources(const struct rv_record *old, const struct rv_record *new, struct porcelain_words *causes)
{
	struct rv_json was = member(old, "deps"), is = member(new, "deps"), old_key = member(old, "key"),
	               new_key = member(new, "key");
	for (size_t i = 0; i < rv_json_len(was); i++) {
		const struct rv_json pair = rv_json_at(was, i);
		const char *const path = rv_json_string(rv_json_at(pair, 0), NULL);
		bool same = false;
		for (size_t k = 0; k < rv_json_len(is); k++) {
			same = same || rv_json_equal(pair, rv_json_at(is, k));
		}
		if (!same) {
			porcelain_words_add(causes, "'%s' is not as it was", path ? path : "");
		}
	}
	if (!rv_json_equal(old_key, new_key)) {
		porcelain_words_add(causes, "rv, Blender or the script's name are not as they were");
	}
	rv_json_release(&was);
	rv_json_release(&is);
	rv_json_release(&old_key);
	rv_json_release(&new_key);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* What differs, and may. */
static void allow(struct porcelain_comparison *file, struct rv_json record, bool is_same_machine)
{
	if (file->result != PORCELAIN_DIFFERENT) {
		return;
	}
	if (porcelain_is_drawn(record, file->name)) {
		file->result = PORCELAIN_MAY_DIFFER;
	} else if (!is_same_machine && !file->is_picture) {
		file->result = PORCELAIN_UNSURE;
	} else if (!is_same_machine && file->far_share <= PORCELAIN_FAR_SHARE_MAX) {
		file->result = PORCELAIN_NEAR;
	}
}

static bool is_fine(const struct porcelain_comparison *file)
{
	return file->result == PORCELAIN_SAME || file->result >= PORCELAIN_MAY_DIFFER;
}

static void put_json(const struct porcelain_comparison *file, struct rv_json_out *out)
{
	rv_json_open(out, NULL, '{');
	rv_json_put_string(out, "path", file->name);
	rv_json_put_string(out, "result", words[file->result]);
	if (isfinite(file->max_difference)) {
		rv_json_put_double(out, "max_difference", file->max_difference);
	}
	if (isfinite(file->far_share)) {
		rv_json_put_double(out, "far_share", file->far_share);
	}
	rv_json_close(out, '}');
}

static void put_line(const struct porcelain_comparison *file, struct rv_str *text)
{
	rv_str_printf(text, "%-9s %s", words[file->result], file->name);
	if (!isnan(file->max_difference)) {
		rv_str_puts(text, "  by at most ");
		rv_str_printf(text, "%g", file->max_difference);
	}
	rv_str_putc(text, '\n');
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static void put_all(const struct porcelain_replayed *sample, const struct porcelain_comparison *files, size_t len,
                    const struct porcelain_words *causes, bool is_same, bool is_same_machine, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "id", sample->id);
	rv_json_put_string(&out, "dir", sample->dir);
	rv_json_put_bool(&out, "same", is_same);
	rv_json_put_bool(&out, "same_machine", is_same_machine);
	rv_json_open(&out, "causes", '[');
	for (size_t i = 0; i < causes->len; i++) {
		rv_json_put_string(&out, NULL, causes->items[i]);
	}
	rv_json_close(&out, ']');
	rv_json_open(&out, "files", '[');
	for (size_t i = 0; i < len; i++) {
		put_json(&files[i], &out);
	}
	rv_json_close(&out, ']');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

int porcelain_replay_report(const struct porcelain_replayed *sample, bool is_json, bool *is_same, struct rv_err *err)
{
	struct porcelain_comparison *files = NULL;
	size_t len = 0;
	struct rv_record again = RV_RECORD_INIT;
	struct rv_json record = RV_JSON_INIT;
	struct porcelain_words causes = PORCELAIN_WORDS_INIT;
	struct rv_str text = RV_STR_INIT;
	int result = -1;
	if (porcelain_replay_read(sample->again, RV_BLEND_MARKER, &again, err) < 0 ||
	    rv_json_parse(sample->meta->text.ptr, sample->meta->text.len, &record, err) < 0 ||
	    porcelain_compare_trees(sample->copy ? sample->copy : sample->dir, sample->again, sample->copy != NULL,
	                            &files, &len, err) < 0) {
		goto out;
	}
	add_machine(sample->marker, &again, &causes);
	const bool is_same_machine = causes.len == 0;
	*is_same = true;
	for (size_t i = 0; i < len; i++) {
		allow(&files[i], record, is_same_machine);
		*is_same = *is_same && is_fine(&files[i]);
	}
	if (!*is_same) {
		add_sources(sample->marker, &again, &causes);
	}
	for (size_t i = 0; i < causes.len; i++) {
		rv_note("%s", causes.items[i]);
	}
	if (is_json) {
		put_all(sample, files, len, &causes, *is_same, is_same_machine, &text);
	}
	for (size_t i = 0; i < len && !is_json; i++) {
		put_line(&files[i], &text);
	}
	result =
	        rv_write_all(STDOUT_FILENO, text.ptr, text.len) < 0 ? rv_fail_errno(err, "cannot write the output") : 0;
out:
	porcelain_comparisons_free(files, len);
	porcelain_words_release(&causes);
	rv_record_release(&again);
	rv_json_release(&record);
	rv_str_release(&text);
	return result;
}

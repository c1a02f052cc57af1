/* SPDX-License-Identifier: MIT */
/* Markers, resuming and committing. */
#include "mask/sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "mask/role.h"
#include "vocabulary.h"

#define MARKER_VERSION "1"

/* "DIR/NAME", replacing what `path` held. */
static const char *join(struct rv_str *path, const char *dir, const char *name)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dir, name);
	return path->ptr;
}

static int unlink_if_there(const char *path, struct rv_err *err)
{
	if (unlink(path) < 0 && errno != ENOENT) {
		return rv_fail_errno(err, "cannot remove '%s'", path);
	}
	return 0;
}

void mask_added_release(struct mask_added *added)
{
	rv_str_release(&added->files);
	rv_str_release(&added->annotations);
	rv_str_release(&added->sizes);
}

/* ---- markers --------------------------------------------------------------------------------------------------- */

int mask_read_marker(const char *dir, const char *name, struct rv_record *marker, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_err why = RV_ERR_INIT;
	int status = 1;
	if (rv_file_read(join(&path, dir, name), RV_LINE_MAX, &text, &why) < 0) {
		status = why.code == RV_E_MISSING_FILE ? 0 : rv_fail(err, why.code, "%s", why.text);
	} else if (rv_record_parse(marker, text.ptr, text.len, err) < 0) {
		status = rv_fail_prefix(err, "'%s'", path.ptr);
	}
	rv_str_release(&path);
	rv_str_release(&text);
	return status;
}

/* Every [path, bytes] of the list is a file of that size. */
static bool files_are_there(const char *dir, struct rv_span list)
{
	struct rv_json files = RV_JSON_INIT;
	struct rv_str path = RV_STR_INIT;
	bool there = rv_json_parse(list.ptr, list.len, &files, NULL) == 0;
	const size_t n = there ? rv_json_len(files) : 0;
	for (size_t i = 0; there && i < n; i++) {
		const struct rv_json entry = rv_json_at(files, i);
		const char *const name = rv_json_string(rv_json_at(entry, 0), NULL);
		uint64_t size;
		struct stat stat;
		there = name && rv_path_is_inside(name) && rv_json_u64(rv_json_at(entry, 1), 0, INT64_MAX, &size) &&
		        lstat(join(&path, dir, name), &stat) == 0 && S_ISREG(stat.st_mode) &&
		        (uint64_t)stat.st_size == size;
	}
	rv_str_release(&path);
	rv_json_release(&files);
	return there;
}

static bool has_text(const struct rv_record *record, const char *key, const char *text)
{
	struct rv_span value;
	return rv_record_get(record, key, &value) && value.len == strlen(text) &&
	       memcmp(value.ptr, text, value.len) == 0;
}

static bool has_passes(const struct mask_request *request)
{
	bool found = false;
	for (size_t i = 0; !found && i < request->n_frames; i++) {
		found = rv_file_exists(request->frames[i].passes);
	}
	return found;
}

bool mask_is_done(const struct mask_request *request, struct mask_added *added)
{
	struct rv_record marker = RV_RECORD_INIT, add = RV_RECORD_INIT;
	struct rv_str key = RV_STR_INIT;
	struct rv_span files, annotations, list, value;
	struct rv_err err = RV_ERR_INIT;
	rv_str_printf(&key, "\"%s\"", request->key);
	const bool done = mask_read_marker(request->dir.ptr, RV_MASK_MARKER, &marker, &err) > 0 &&
	                  has_text(&marker, "version", MARKER_VERSION) && has_text(&marker, "key", key.ptr) &&
	                  /* without rv-blend's key nothing tells passes that are there from those the labels are of */
	                  (request->is_blend_known || !has_passes(request)) && rv_record_get(&marker, "files", &list) &&
	                  files_are_there(request->dir.ptr, list) && rv_record_get(&marker, "add", &value) &&
	                  rv_record_parse(&add, value.ptr, value.len, &err) == 0 &&
	                  rv_record_get(&add, "files", &files) && rv_record_get(&add, "annotations", &annotations);
	if (done) {
		rv_str_append(&added->files, files.ptr, files.len);
		rv_str_append(&added->annotations, annotations.ptr, annotations.len);
	}
	rv_str_release(&key);
	rv_record_release(&add);
	rv_record_release(&marker);
	return done;
}

const struct mask_frame *mask_missing_passes(const struct mask_request *request)
{
	for (size_t i = 0; i < request->n_frames; i++) {
		if (!rv_file_exists(request->frames[i].passes)) {
			return &request->frames[i];
		}
	}
	return NULL;
}

int mask_passes_gone(const struct mask_request *request, struct rv_err *err)
{
	const struct mask_frame *const missing = mask_missing_passes(request);
	const char *const passes = missing ? missing->passes : request->frames[0].passes;
	struct rv_str path = RV_STR_INIT;
	int status = -1;
	if (!rv_file_exists(join(&path, request->dir.ptr, RV_MASK_MARKER))) {
		rv_fail(err, RV_E_MISSING_FILE, "'%s' is not there", passes);
	} else if (unlink_if_there(join(&path, request->dir.ptr, RV_BLEND_MARKER), err) == 0) {
		rv_fail(err, RV_E_PASSES_GONE,
		        "'%s' is gone, and the labels that are there are not these (other settings, or "
		        "files that changed): run the pipeline again, rv-blend will render this sample anew",
		        passes);
	}
	rv_str_release(&path);
	return status;
}

/* ---- clearing -------------------------------------------------------------------------------------------------- */

/* Names that only rv-mask writes, and that this run may not write. */
static bool is_ours(const struct mask_request *request, const char *name)
{
	struct rv_str file = RV_STR_INIT;
	bool ours = strcmp(name, RV_MASK_MARKER) == 0 || mask_role_is_ours(name);
	for (size_t i = 0; !ours && i < request->n_passes; i++) {
		rv_str_clear(&file);
		mask_role_file(request->passes[i].role, &file);
		ours = strcmp(name, request->passes[i].role) == 0 || strcmp(name, file.ptr) == 0;
	}
	rv_str_release(&file);
	return ours;
}

int mask_clear(const struct mask_request *request, struct rv_err *err)
{
	const char *const dir = request->dir.ptr;
	struct rv_str path = RV_STR_INIT;
	char **names = NULL;
	size_t n = 0;
	int status = -1;
	if (unlink_if_there(join(&path, dir, RV_MASK_MARKER), err) < 0 || rv_dir_names(dir, &names, &n, err) < 0) {
		goto out;
	}
	rv_atomic_sweep(dir);
	for (size_t i = 0; i < n; i++) {
		if (is_ours(request, names[i]) && rv_remove_tree(join(&path, dir, names[i]), err) < 0) {
			goto out;
		}
	}
	status = 0;
out:
	rv_names_free(names, n);
	rv_str_release(&path);
	return status;
}

/* ---- the record ------------------------------------------------------------------------------------------------ */

/* `files` with what was added to it. */
static void apply_files(const struct mask_request *request, const struct mask_added *added, struct rv_record *record)
{
	struct rv_record files = RV_RECORD_INIT, own = RV_RECORD_INIT;
	struct rv_span value;
	struct rv_str role = RV_STR_INIT;
	if (rv_record_get(record, "files", &value) && rv_record_parse(&files, value.ptr, value.len, NULL) < 0) {
		rv_record_clear(&files); /* was checked already */
	}
	if (rv_record_parse(&own, added->files.ptr, added->files.len, NULL) < 0) {
		rv_bug("files to add are no object: %s", added->files.ptr);
	}
	if (!request->settings->keep_passes) {
		rv_record_unset(&files, "passes");
		rv_record_unset(record, "channels");
	}
	for (size_t i = 0; i < own.members.len; i++) {
		const struct rv_member *const member = &own.members.items[i];
		rv_str_clear(&role);
		const struct rv_span token = { .ptr = own.text.ptr + member->key_at - 1, .len = member->key_len + 2 };
		rv_scan_string(token, &role);
		rv_record_set(&files, role.ptr, own.text.ptr + member->value_at, member->value_len);
	}
	rv_record_set(record, "files", files.text.ptr, files.text.len);
	rv_str_release(&role);
	rv_record_release(&own);
	rv_record_release(&files);
}

/* `frames` with each one's annotations; everything else in it stays as it is, to the last digit. */
static int apply_frames(const struct rv_str *annotations, struct rv_record *record, struct rv_err *err)
{
	struct rv_record frame = RV_RECORD_INIT;
	struct rv_str out = RV_STR_INIT;
	struct rv_span frames = { .ptr = "", .len = 0 }, element, added;
	size_t at = 0, added_at = 0;
	int status = 0;
	(void)rv_record_get(record, "frames", &frames); /* was checked already */
	while (status == 0 && rv_scan_next_element(frames.ptr, frames.len, &at, &element) &&
	       rv_scan_next_element(annotations->ptr, annotations->len, &added_at, &added)) {
		status = rv_record_parse(&frame, element.ptr, element.len, err);
		rv_record_set(&frame, "annotations", added.ptr, added.len);
		rv_str_putc(&out, out.len ? ',' : '[');
		rv_str_append(&out, frame.text.ptr, frame.text.len);
	}
	rv_str_putc(&out, ']');
	rv_record_set(record, "frames", out.ptr, out.len);
	rv_str_release(&out);
	rv_record_release(&frame);
	return status < 0 ? rv_fail_prefix(err, "field 'frames'") : 0;
}

int mask_apply(const struct mask_request *request, const struct mask_added *added, struct rv_record *record,
               struct rv_err *err)
{
	apply_files(request, added, record);
	if (request->is_sequence) {
		return apply_frames(&added->annotations, record, err);
	}
	rv_record_set(record, "annotations", added->annotations.ptr, added->annotations.len);
	return 0;
}

/* ---- committing ------------------------------------------------------------------------------------------------ */

/* Writes a file unless it holds these bytes already. */
static int write_changed(const char *path, const struct rv_str *text, struct rv_err *err)
{
	struct rv_str old = RV_STR_INIT;
	struct rv_err none = RV_ERR_INIT;
	const bool same = rv_file_read(path, RV_LINE_MAX + 1, &old, &none) == 0 && old.len == text->len &&
	                  memcmp(old.ptr, text->ptr, old.len) == 0;
	rv_str_release(&old);
	return same ? 0 : rv_file_write(path, text->ptr, text->len, err);
}

static void make_marker(const struct mask_request *request, const struct mask_added *added, struct rv_str *text)
{
	struct rv_json_out out;
	rv_json_out_init(&out, text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_raw(&out, "version", MARKER_VERSION, strlen(MARKER_VERSION));
	rv_json_put_string(&out, "key", request->key);
	rv_json_put_raw(&out, "files", added->sizes.ptr, added->sizes.len);
	mask_put_settings(request->settings, &out);
	rv_json_open(&out, "add", '{');
	rv_json_put_raw(&out, "files", added->files.ptr, added->files.len);
	rv_json_put_raw(&out, "annotations", added->annotations.ptr, added->annotations.len);
	rv_json_close(&out, '}');
	rv_json_close(&out, '}');
	rv_str_putc(text, '\n');
}

/* The files, and of a sequence the folder that they leave empty. */
static int remove_passes(const struct mask_request *request, struct rv_err *err)
{
	struct rv_str folder = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; status == 0 && i < request->n_frames; i++) {
		const char *const path = request->frames[i].passes;
		const size_t folder_len = (size_t)(rv_path_base(path) - path) - 1;
		status = unlink_if_there(path, err);
		if (folder_len > request->dir.len && i + 1 == request->n_frames) {
			rv_str_append(&folder, path, folder_len);
		}
	}
	if (status == 0 && folder.len && rmdir(folder.ptr) < 0 && errno != ENOENT && errno != ENOTEMPTY &&
	    errno != EEXIST) {
		status = rv_fail_errno(err, "cannot remove '%s'", folder.ptr);
	}
	rv_str_release(&folder);
	return status;
}

int mask_commit(const struct mask_request *request, const struct mask_added *added, const struct rv_record *record,
                bool is_new, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	int status = -1;
	rv_record_stored(record, &text);
	if (write_changed(join(&path, request->dir.ptr, RV_META_NAME), &text, err) < 0) {
		goto out;
	}
	if (is_new) {
		rv_str_clear(&text);
		make_marker(request, added, &text);
		if (rv_file_write(join(&path, request->dir.ptr, RV_MASK_MARKER), text.ptr, text.len, err) < 0) {
			goto out;
		}
	}
	status = request->settings->keep_passes ? 0 : remove_passes(request, err);
out:
	rv_str_release(&path);
	rv_str_release(&text);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* A sample on disk: its key, its marker, its commit. */
#include "sample.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "diag.h"
#include "dir.h"
#include "exr.h"
#include "file.h"
#include "json.h"
#include "png.h"
#include "reply.h"
#include "vocabulary.h"

#define MARKER_VERSION 1
#define MARKER_MAX RV_LINE_MAX
#define FULL_BYTES ((uint64_t)1 << 20) /* a file system with less than this left is full */

static bool span_is(struct rv_span span, const char *text)
{
	return span.len == strlen(text) && !memcmp(span.ptr, text, span.len);
}

static bool key_is_one_of(struct rv_span key, const char *const *names)
{
	for (; *names; names++) {
		if (span_is(key, *names)) {
			return true;
		}
	}
	return false;
}

/* Whether nothing of the record is to be committed, or used again: by the command, or by its member `blend`. */
static bool is_dry(const struct blend_sample_run *run, const struct rv_record *record)
{
	struct rv_span blend;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	bool dry = run->dry_run;
	if (!dry && rv_record_get(record, "blend", &blend) && rv_json_parse(blend.ptr, blend.len, &json, &err) == 0) {
		dry = rv_json_type(rv_json_get(json, "dry_run")) == RV_JSON_TRUE;
	}
	rv_json_release(&json);
	return dry;
}

static struct rv_span member_key(const char *text, const struct rv_member *member)
{
	return (struct rv_span) { text + member->key_at, member->key_len };
}

void blend_sample_key(const struct blend_sample_run *run, const struct rv_record *record, char key[RV_HASH_HEX_LEN + 1])
{
	struct rv_str text = RV_STR_INIT;
	rv_str_puts(&text, run->fingerprint);
	for (size_t i = 0; i < record->members.len; i++) {
		const struct rv_member *member = &record->members.items[i];
		struct rv_span name = member_key(record->text.ptr, member);
		const struct rv_member_row *row = rv_member_row(name.ptr, name.len);
		if (row && row->place == RV_PLACE_STREAM) {
			continue;
		}
		rv_str_putc(&text, '\n');
		rv_str_append(&text, name.ptr, name.len);
		rv_str_putc(&text, '=');
		rv_scan_compact(record->text.ptr + member->value_at, member->value_len, &text);
	}
	rv_hash_bytes(text.ptr, text.len, key);
	rv_str_release(&text);
}

/* Gives the record `dir` and the members of `add`, an object's text with its members. */
static void add_members(const struct blend_sample_run *run, const char *id, const char *add,
                        const struct rv_members *members, struct rv_record *record)
{
	struct rv_str name = RV_STR_INIT;
	rv_str_printf(&name, "%s/%s", run->out_dir, id);
	rv_record_set_string(record, "dir", name.ptr);
	for (size_t i = 0; i < members->len; i++) {
		const struct rv_member *member = &members->items[i];
		rv_str_clear(&name);
		rv_str_append(&name, add + member->key_at, member->key_len);
		rv_record_set(record, name.ptr, add + member->value_at, member->value_len);
	}
	rv_str_release(&name);
}

/* ---- reuse ------------------------------------------------------------------------------------------------------ */

static bool deps_unchanged(const struct blend_sample_run *run, struct rv_json deps)
{
	for (size_t i = 0; i < rv_json_len(deps); i++) {
		struct rv_json pair = rv_json_at(deps, i);
		const char *path = rv_json_string(rv_json_at(pair, 0), NULL);
		const char *digest = rv_json_string(rv_json_at(pair, 1), NULL);
		if (!path || !digest || strcmp(blend_deps_digest(run->deps, path), digest) != 0) {
			return false;
		}
	}
	return true;
}

/* What rv-mask takes away when it has made its labels. */
static bool is_passes(const char *name)
{
	return !strcmp(name, BLEND_SAMPLE_PASSES) ||
	       !strncmp(name, BLEND_SAMPLE_PASSES_DIR, strlen(BLEND_SAMPLE_PASSES_DIR));
}

static bool files_there(const char *dir, struct rv_json files)
{
	struct rv_str path = RV_STR_INIT;
	bool all = true;
	for (size_t i = 0; all && i < rv_json_len(files); i++) {
		struct rv_json pair = rv_json_at(files, i);
		const char *name = rv_json_string(rv_json_at(pair, 0), NULL);
		uint64_t size = 0;
		struct stat st;
		if (!name || !rv_path_is_inside(name) || !rv_json_u64(rv_json_at(pair, 1), 0, INT64_MAX, &size)) {
			all = false;
			break;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", dir, name);
		if (lstat(path.ptr, &st) == 0) {
			all = S_ISREG(st.st_mode) && (uint64_t)st.st_size == size;
			continue;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", dir, RV_MASK_MARKER);
		all = errno == ENOENT && is_passes(name) && rv_file_exists(path.ptr);
	}
	rv_str_release(&path);
	return all;
}

/* rv-mask needs passes of the sample that are gone (vocabulary.h). */
static bool is_wanted_again(const char *dir)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, RV_AGAIN_NAME);
	const bool wanted = rv_file_exists(path.ptr);
	rv_str_release(&path);
	return wanted;
}

static bool marker_fits(const struct blend_sample_run *run, const char *dir, const char *key, struct rv_json marker)
{
	uint64_t version;
	const char *old_key = rv_json_string(rv_json_get(marker, "key"), NULL);
	return rv_json_u64(rv_json_get(marker, "version"), MARKER_VERSION, MARKER_VERSION, &version) && old_key &&
	       !strcmp(old_key, key) && !is_wanted_again(dir) && files_there(dir, rv_json_get(marker, "files")) &&
	       deps_unchanged(run, rv_json_get(marker, "deps"));
}

bool blend_sample_may_be_there(const struct blend_sample_run *run, const char *id, const struct rv_record *record)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s/%s", run->out_dir, id, RV_BLEND_MARKER);
	bool there = rv_file_exists(path.ptr) && !is_dry(run, record);
	rv_str_release(&path);
	return there;
}

bool blend_sample_reuse(const struct blend_sample_run *run, const char *id, const char *key, struct rv_record *record)
{
	struct rv_str dir = RV_STR_INIT;
	struct rv_str path = RV_STR_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_record marker = RV_RECORD_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_span add;
	struct rv_err err;
	bool fits = false;
	if (is_dry(run, record)) {
		return false;
	}
	rv_str_printf(&dir, "%s/%s", run->out_dir, id);
	rv_str_printf(&path, "%s/%s/%s", run->out_dir, id, RV_BLEND_MARKER);
	if (rv_file_read(path.ptr, MARKER_MAX, &text, &err) < 0) {
		goto out;
	}
	while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
		rv_str_truncate(&text, text.len - 1);
	}
	if (rv_record_parse(&marker, text.ptr, text.len, &err) < 0 ||
	    rv_json_parse(text.ptr, text.len, &json, &err) < 0 || !marker_fits(run, dir.ptr, key, json) ||
	    !rv_record_get(&marker, "add", &add) || rv_scan_object(add.ptr, add.len, &members, &err) < 0) {
		goto out;
	}
	add_members(run, id, add.ptr, &members, record);
	rv_record_set_in(record, "run", "reused", "true", 4);
	fits = true;
out:
	rv_json_release(&json);
	rv_members_release(&members);
	rv_record_release(&marker);
	rv_str_release(&text);
	rv_str_release(&path);
	rv_str_release(&dir);
	return fits;
}

/* ---- commit ----------------------------------------------------------------------------------------------------- */

static int broken(struct rv_err *err, const char *what)
{
	return rv_fail(err, RV_E_CRASH, "the worker broke the protocol: %s", what);
}

void blend_sample_blame_space(const struct blend_sample_run *run, struct rv_err *err)
{
	struct statvfs fs;
	if (err->code != RV_E_NO_SPACE && statvfs(run->out_dir, &fs) == 0 &&
	    (uint64_t)fs.f_bavail * fs.f_frsize < FULL_BYTES) {
		err->code = RV_E_NO_SPACE;
		rv_fail_prefix(err, "no space left in '%s'", run->out_dir);
	}
}

int blend_sample_clear_generated(const struct blend_sample_run *run, const char *id, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", run->gen_dir, id);
	int result = rv_remove_tree(path.ptr, err);
	rv_str_release(&path);
	return result;
}

void blend_sample_drop(char **work_dir)
{
	struct rv_err err;
	if (*work_dir && rv_remove_tree(*work_dir, &err) < 0) {
		rv_detail("%s", err.text);
	}
	free(*work_dir);
	*work_dir = NULL;
}

/* Merges the reply's volatile members into the record's `run`. */
static void add_run(const struct rv_record *reply, struct rv_record *record)
{
	struct rv_span run;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_str name = RV_STR_INIT;
	struct rv_err err;
	if (rv_record_get(reply, "run", &run) && rv_scan_object(run.ptr, run.len, &members, &err) == 0) {
		for (size_t i = 0; i < members.len; i++) {
			const struct rv_member *member = &members.items[i];
			rv_str_clear(&name);
			rv_str_append(&name, run.ptr + member->key_at, member->key_len);
			rv_record_set_in(record, "run", name.ptr, run.ptr + member->value_at, member->value_len);
		}
	}
	rv_str_release(&name);
	rv_members_release(&members);
}

/* One file that the reply names: there, and free of everything that changes from run to run. */
static int clean_file(const char *work_dir, struct rv_json name_json, struct rv_err *err)
{
	const char *name = rv_json_string(name_json, NULL);
	struct rv_str path = RV_STR_INIT;
	struct stat st;
	int result = 0;
	if (!name || !rv_path_is_inside(name)) {
		return broken(err, "a file name that is no path inside the sample");
	}
	rv_str_printf(&path, "%s/%s", work_dir, name);
	size_t len = strlen(name);
	if (lstat(path.ptr, &st) < 0 || !S_ISREG(st.st_mode)) {
		result = rv_fail(err, RV_E_CRASH, "the worker broke the protocol: '%s' was not written", name);
	} else if (len > 4 && !strcmp(name + len - 4, ".png")) {
		result = rv_png_strip(path.ptr, err);
	} else if (len > 4 && !strcmp(name + len - 4, ".exr")) {
		result = rv_exr_strip(path.ptr, err);
	}
	if (result < 0 && err->code == RV_E_BAD_FILE) {
		/* Blender does not notice that the end of a small file found no space: worth another try. */
		err->code = RV_E_CRASH;
		rv_fail_prefix(err, "the worker broke the protocol: '%s' is not whole", name);
	}
	rv_str_release(&path);
	return result;
}

static int clean_files(const char *work_dir, struct rv_json files, struct rv_err *err)
{
	if (rv_json_type(files) != RV_JSON_OBJECT) {
		return broken(err, "a reply without files");
	}
	for (int i = rv_json_iter(files); rv_json_iter_ok(files, i); i = rv_json_next(files, i)) {
		struct rv_json value = rv_json_iter_value(files, i);
		bool many = rv_json_type(value) == RV_JSON_ARRAY;
		for (size_t k = 0; k < (many ? rv_json_len(value) : 1); k++) {
			if (clean_file(work_dir, many ? rv_json_at(value, k) : value, err) < 0) {
				return -1;
			}
		}
	}
	return 0;
}

static int put_files(const char *work_dir, struct rv_json_out *out, struct rv_err *err)
{
	char **names = NULL;
	size_t len = 0;
	struct rv_str path = RV_STR_INIT;
	int result = -1;
	if (rv_tree_files(work_dir, &names, &len, err) < 0) {
		goto out;
	}
	rv_json_open(out, "files", '[');
	for (size_t i = 0; i < len; i++) {
		struct stat st;
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", work_dir, names[i]);
		if (lstat(path.ptr, &st) < 0) {
			rv_fail_errno(err, "cannot look at '%s'", path.ptr);
			goto out;
		}
		rv_json_open(out, NULL, '[');
		rv_json_put_string(out, NULL, names[i]);
		rv_json_put_u64(out, NULL, (uint64_t)st.st_size);
		rv_json_close(out, ']');
	}
	rv_json_close(out, ']');
	result = 0;
out:
	rv_str_release(&path);
	rv_names_free(names, len);
	return result;
}

static int put_deps(const struct blend_sample_run *run, const struct rv_record *reply, struct rv_json_out *out,
                    struct rv_err *err)
{
	struct rv_span span;
	struct rv_json deps = RV_JSON_INIT;
	if (!rv_record_get(reply, "deps", &span) || rv_json_parse(span.ptr, span.len, &deps, err) < 0 ||
	    rv_json_type(deps) != RV_JSON_ARRAY) {
		rv_json_release(&deps);
		return broken(err, "a reply without deps");
	}
	rv_json_open(out, "deps", '[');
	for (size_t i = 0; i < rv_json_len(deps); i++) {
		const char *path = rv_json_string(rv_json_at(deps, i), NULL);
		if (path) {
			rv_json_open(out, NULL, '[');
			rv_json_put_string(out, NULL, path);
			rv_json_put_string(out, NULL, blend_deps_digest(run->deps, path));
			rv_json_close(out, ']');
		}
	}
	rv_json_close(out, ']');
	rv_json_release(&deps);
	return 0;
}

/* Writes .rv-blend.json, last of all files but _meta.json (which rv-mask writes anew, so the marker leaves it out). */
static int write_marker(const struct blend_sample_run *run, const char *key, const char *work_dir,
                        const struct rv_record *reply, struct rv_span add, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_str path = RV_STR_INIT;
	struct rv_json_out out;
	int result = -1;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", MARKER_VERSION);
	rv_json_put_string(&out, "key", key);
	if (put_deps(run, reply, &out, err) < 0 || put_files(work_dir, &out, err) < 0) {
		goto out;
	}
	rv_json_put_raw(&out, "settings", run->settings, strlen(run->settings));
	rv_json_put_raw(&out, "add", add.ptr, add.len);
	rv_json_close(&out, '}');
	rv_str_putc(&text, '\n');
	rv_str_printf(&path, "%s/%s", work_dir, RV_BLEND_MARKER);
	result = rv_file_write_unseen(path.ptr, text.ptr, text.len, err);
out:
	rv_str_release(&path);
	rv_str_release(&text);
	return result;
}

static int write_meta(const char *work_dir, const struct rv_record *record, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	struct rv_str path = RV_STR_INIT;
	rv_record_stored(record, &text);
	rv_str_printf(&path, "%s/%s", work_dir, RV_META_NAME);
	int result = rv_file_write_unseen(path.ptr, text.ptr, text.len, err);
	rv_str_release(&text);
	rv_str_release(&path);
	return result;
}

/* Checks the files, writes what belongs to them, and puts the directory in its place. */
static int put_in_place(const struct blend_sample_run *run, const char *id, const char *key, const char *work_dir,
                        const struct rv_record *reply, struct rv_record *record, struct rv_err *err)
{
	static const char *const ours[] = { "id",  "index", "seed",  "seed_mode", "params", "gen",
		                            "dir", "run",   "error", "scene",     "blend",  NULL };
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_json json = RV_JSON_INIT;
	struct rv_str place = RV_STR_INIT;
	struct rv_span add;
	int result = -1;
	if (!rv_record_get(reply, "record", &add) || rv_scan_object(add.ptr, add.len, &members, err) < 0 ||
	    rv_json_parse(add.ptr, add.len, &json, err) < 0) {
		broken(err, "a reply without a record");
		goto out;
	}
	for (size_t i = 0; i < members.len; i++) {
		if (key_is_one_of(member_key(add.ptr, &members.items[i]), ours)) {
			broken(err, "a reply that changes what is not the worker's");
			goto out;
		}
	}
	if (is_dry(run, record)) {
		add_members(run, id, add.ptr, &members, record);
		rv_record_set(record, "dry_run", "true", 4);
		result = 0;
		goto out;
	}
	if (clean_files(work_dir, rv_json_get(json, "files"), err) < 0 ||
	    write_marker(run, key, work_dir, reply, add, err) < 0) {
		goto out;
	}
	add_members(run, id, add.ptr, &members, record);
	rv_str_printf(&place, "%s/%s", run->out_dir, id);
	if (write_meta(work_dir, record, err) < 0 || rv_dir_replace(work_dir, place.ptr, err) < 0) {
		goto out;
	}
	result = 0;
out:
	rv_str_release(&place);
	rv_json_release(&json);
	rv_members_release(&members);
	return result;
}

int blend_sample_commit(const struct blend_sample_run *run, const char *id, const char *key, const char *work_dir,
                        const struct rv_str *reply_text, struct rv_record *record, struct rv_err *err)
{
	struct rv_record reply = RV_RECORD_INIT;
	struct rv_record done = RV_RECORD_INIT;
	int result = -1;
	rv_record_copy(&done, record);
	if (rv_record_parse(&reply, reply_text->ptr, reply_text->len, err) < 0) {
		broken(err, "a reply that is no object");
		goto out;
	}
	if (blend_reply_check(&reply, err) == 0 && put_in_place(run, id, key, work_dir, &reply, &done, err) == 0) {
		result = 0;
		struct rv_record swap = *record;
		*record = done;
		done = swap;
	} else {
		blend_sample_blame_space(run, err);
	}
	add_run(&reply, record);
out:
	rv_record_release(&done);
	rv_record_release(&reply);
	return result;
}

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
#include "file.h"
#include "files.h"
#include "json.h"
#include "marker.h"
#include "marked.h"
#include "reply.h"
#include "vocabulary.h"

#define SAMPLE_WAIT_S 30.0             /* for an rv-mask that is at work in a sample: it needs seconds */
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

bool blend_sample_may_be_there(const struct blend_sample_run *run, const char *id, const struct rv_record *record)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s/%s", run->out_dir, id, RV_BLEND_MARKER);
	bool there = rv_file_exists(path.ptr) && !is_dry(run, record);
	rv_str_release(&path);
	return there;
}

/* Gives the record what the marker of a sample that is finished holds; false when it is not. */
static bool use(const struct blend_sample_run *run, const char *id, const char *key, struct rv_record *record)
{
	struct blend_marker marker;
	struct rv_str dir = RV_STR_INIT;
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_span add;
	rv_str_printf(&dir, "%s/%s", run->out_dir, id);
	const bool fits = blend_marker_read(&marker, dir.ptr) && blend_marker_fits(&marker, run, dir.ptr, key) &&
	                  rv_record_get(&marker.record, "add", &add) &&
	                  rv_scan_object(add.ptr, add.len, &members, NULL) == 0;
	if (fits) {
		add_members(run, id, add.ptr, &members, record);
		rv_record_set_in(record, "run", "reused", "true", 4);
	}
	rv_members_release(&members);
	blend_marker_release(&marker);
	rv_str_release(&dir);
	return fits;
}

bool blend_sample_reuse(const struct blend_sample_run *run, const char *id, const char *key, struct rv_record *record)
{
	return !is_dry(run, record) && use(run, id, key, record);
}

/* ---- the place -------------------------------------------------------------------------------------------------- */

int blend_sample_claim(const struct blend_sample_run *run, const char *id, const struct rv_record *record,
                       struct blend_sample_place *place, struct rv_err *err)
{
	blend_sample_unclaim(place);
	if (is_dry(run, record)) {
		return 0;
	}
	rv_str_printf(&place->path, "%s/%s", run->out_dir, id);
	rv_str_printf(&place->shown, "'%s'", place->path.ptr);
	return rv_place_open(&place->place, place->path.ptr, place->shown.ptr, &rv_sample_owner, run->keeps, err);
}

void blend_sample_unclaim(struct blend_sample_place *place)
{
	rv_place_close(&place->place);
	rv_str_release(&place->path);
	rv_str_release(&place->shown);
}

enum blend_difference blend_sample_differs(const struct blend_sample_run *run, const struct blend_sample_place *place,
                                           const struct rv_record *record, struct rv_str *other)
{
	enum blend_difference difference = BLEND_DIFFERS_NOT;
	struct blend_marker marker;
	struct rv_str scene = RV_STR_INIT;
	if (!place->place.is_there) {
		return BLEND_DIFFERS_NOT;
	}
	if (blend_marker_read(&marker, place->path.ptr) && blend_script_of(run->script, record, &scene, NULL) == 0) {
		difference = blend_marker_differs(&marker, run, blend_script_name(run->script, scene.ptr), other);
	}
	blend_marker_release(&marker);
	rv_str_release(&scene);
	return difference;
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

/* Puts the directory in its place. Another run may have been faster, as its task was given up for dead too early: then
 * what is there stays, and ours goes. */
static int put_in_place(const struct blend_sample_run *run, const char *id, const char *key, const char *work_dir,
                        struct blend_sample_place *place, struct rv_record *record, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_lock lock = RV_LOCK_INIT; /* so that no rv-mask writes to what is about to go */
	int status = 0;
	rv_str_printf(&path, "%s/%s", place->path.ptr, RV_MASK_LOCK);
	if (place->place.is_there) {
		status = rv_lock_take(&lock, path.ptr, place->shown.ptr, SAMPLE_WAIT_S, err);
	}
	if (status == 0 && !use(run, id, key, record)) {
		status = rv_place_put(&place->place, work_dir, err);
	}
	rv_lock_drop(&lock);
	rv_str_release(&path);
	return status;
}

/* Checks the files, and writes what belongs to them. */
static int finish(const struct blend_sample_run *run, const char *key, const char *work_dir,
                  const struct rv_record *reply, struct rv_json json, struct rv_span add,
                  const struct rv_record *record, struct rv_err *err)
{
	struct rv_str scene = RV_STR_INIT;
	const int status = blend_files_clean(work_dir, json, err) < 0 ||
	                                   blend_script_of(run->script, record, &scene, err) < 0 ||
	                                   blend_marker_write(run, key, blend_script_name(run->script, scene.ptr),
	                                                      work_dir, reply, add, err) < 0 ||
	                                   write_meta(work_dir, record, err) < 0
	                           ? -1
	                           : 0;
	rv_str_release(&scene);
	return status;
}

/* Takes what the reply tells into the record, and the sample into its place. */
static int take_reply(const struct blend_sample_run *run, const char *id, const char *key, const char *work_dir,
                      const struct rv_record *reply, struct blend_sample_place *place, struct rv_record *record,
                      struct rv_err *err)
{
	static const char *const ours[] = { "id",  "index", "seed",  "seed_mode", "params", "gen",
		                            "dir", "run",   "error", "scene",     "blend",  NULL };
	struct rv_members members = RV_MEMBERS_INIT;
	struct rv_json json = RV_JSON_INIT;
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
	add_members(run, id, add.ptr, &members, record);
	if (is_dry(run, record)) {
		rv_record_set(record, "dry_run", "true", 4);
		result = 0;
	} else if (finish(run, key, work_dir, reply, json, add, record, err) == 0) {
		result = put_in_place(run, id, key, work_dir, place, record, err);
	}
out:
	rv_json_release(&json);
	rv_members_release(&members);
	return result;
}

int blend_sample_commit(const struct blend_sample_run *run, const char *id, const char *key, const char *work_dir,
                        const struct rv_str *reply_text, struct blend_sample_place *place, struct rv_record *record,
                        struct rv_err *err)
{
	struct rv_record reply = RV_RECORD_INIT;
	struct rv_record done = RV_RECORD_INIT;
	int result = -1;
	rv_record_copy(&done, record);
	if (rv_record_parse(&reply, reply_text->ptr, reply_text->len, err) < 0) {
		broken(err, "a reply that is no object");
		goto out;
	}
	if (blend_reply_check(&reply, err) == 0 && take_reply(run, id, key, work_dir, &reply, place, &done, err) == 0) {
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

/* SPDX-License-Identifier: MIT */
/* Markers of finished samples. */
#include "marker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "files.h"
#include "vocabulary.h"

#define VERSION 2

/* ---- reading ---------------------------------------------------------------------------------------------------- */

bool blend_marker_read(struct blend_marker *marker, const char *dir)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	*marker = (struct blend_marker)BLEND_MARKER_INIT;
	rv_str_printf(&path, "%s/%s", dir, RV_BLEND_MARKER);
	bool is_read = rv_file_read(path.ptr, RV_LINE_MAX, &text, NULL) == 0;
	while (text.len > 0 && text.ptr[text.len - 1] == '\n') {
		rv_str_truncate(&text, text.len - 1);
	}
	is_read = is_read && rv_record_parse(&marker->record, text.ptr, text.len, NULL) == 0 &&
	          rv_json_parse(text.ptr, text.len, &marker->json, NULL) == 0;
	rv_str_release(&text);
	rv_str_release(&path);
	return is_read;
}

void blend_marker_release(struct blend_marker *marker)
{
	rv_json_release(&marker->json);
	rv_record_release(&marker->record);
}

static bool deps_unchanged(const struct blend_sample_run *run, struct rv_json deps)
{
	for (size_t i = 0; i < rv_json_len(deps); i++) {
		const struct rv_json pair = rv_json_at(deps, i);
		const char *const path = rv_json_string(rv_json_at(pair, 0), NULL);
		const char *const digest = rv_json_string(rv_json_at(pair, 1), NULL);
		if (!path || !digest || strcmp(blend_deps_digest(run->deps, path), digest) != 0) {
			return false;
		}
	}
	return true;
}

static bool is_there(int dir_fd, const char *name)
{
	return faccessat(dir_fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 || errno != ENOENT;
}

/* An entry [path, bytes, SHA-256]. */
static bool file_fits(int dir_fd, struct rv_json entry, bool trusts_sizes)
{
	const char *const name = rv_json_string(rv_json_at(entry, 0), NULL);
	const char *const sha256 = rv_json_string(rv_json_at(entry, 2), NULL);
	uint64_t size;
	if (!name || !sha256 || !rv_path_is_inside(name) || !rv_json_u64(rv_json_at(entry, 1), 0, INT64_MAX, &size)) {
		return false;
	}
	return rv_hash_fits(dir_fd, name, size, trusts_sizes ? NULL : sha256) ||
	       (blend_files_is_passes(name) && !is_there(dir_fd, name) && is_there(dir_fd, RV_MASK_MARKER));
}

static bool files_fit(const char *dir, struct rv_json files, bool trusts_sizes)
{
	const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	bool all = dir_fd >= 0 && !is_there(dir_fd, RV_AGAIN_NAME);
	for (size_t i = 0; all && i < rv_json_len(files); i++) {
		all = file_fits(dir_fd, rv_json_at(files, i), trusts_sizes);
	}
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	return all;
}

bool blend_marker_fits(const struct blend_marker *marker, const struct blend_sample_run *run, const char *dir,
                       const char *key)
{
	uint64_t version;
	const char *const marked = rv_json_string(rv_json_get(marker->json, "key"), NULL);
	return rv_json_u64(rv_json_get(marker->json, "version"), VERSION, VERSION, &version) && marked &&
	       strcmp(marked, key) == 0 && deps_unchanged(run, rv_json_get(marker->json, "deps")) &&
	       files_fit(dir, rv_json_get(marker->json, "files"), run->trusts_sizes);
}

/* "scenes/scene.py" ends with "scene.py": the same scene, named from another root. */
static bool ends_with(const char *path, const char *tail)
{
	const size_t len = strlen(path), tail_len = strlen(tail);
	return tail_len <= len && strcmp(path + len - tail_len, tail) == 0 &&
	       (tail_len == len || path[len - tail_len - 1] == '/');
}

enum blend_difference blend_marker_differs(const struct blend_marker *marker, const struct blend_sample_run *run,
                                           const char *scene, struct rv_str *other)
{
	const char *const marked = rv_json_string(rv_json_get(marker->json, "scene"), NULL);
	const struct rv_span settings = rv_json_text(rv_json_get(marker->json, "settings"));
	rv_str_clear(other);
	if (marked && !ends_with(marked, scene) && !ends_with(scene, marked)) {
		rv_str_puts(other, marked);
		return BLEND_DIFFERS_IN_SCENE;
	}
	const bool same = settings.len == 0 || (settings.len == strlen(run->settings) &&
	                                        memcmp(settings.ptr, run->settings, settings.len) == 0);
	return same ? BLEND_DIFFERS_NOT : BLEND_DIFFERS_IN_SETTINGS;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

int blend_marker_put_file(int dir_fd, const char *name, struct rv_json_out *out, struct rv_err *err)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	uint64_t size;
	if (rv_hash_file(dir_fd, name, sha256, &size, err) < 0) {
		return -1;
	}
	rv_json_open(out, NULL, '[');
	rv_json_put_string(out, NULL, name);
	rv_json_put_u64(out, NULL, size);
	rv_json_put_string(out, NULL, sha256);
	rv_json_close(out, ']');
	return 0;
}

static int put_files(const char *dir, struct rv_json_out *out, struct rv_err *err)
{
	char **names = NULL;
	size_t len = 0;
	const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = dir_fd < 0 ? rv_fail_errno(err, "cannot open '%s'", dir) : rv_tree_files(dir, &names, &len, err);
	rv_json_open(out, "files", '[');
	for (size_t i = 0; status == 0 && i < len; i++) {
		status = blend_marker_put_file(dir_fd, names[i], out, err);
	}
	rv_json_close(out, ']');
	rv_names_free(names, len);
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	return status;
}

static int put_deps(const struct blend_sample_run *run, const struct rv_record *reply, struct rv_json_out *out,
                    struct rv_err *err)
{
	struct rv_span span;
	struct rv_json deps = RV_JSON_INIT;
	if (!rv_record_get(reply, "deps", &span) || rv_json_parse(span.ptr, span.len, &deps, err) < 0 ||
	    rv_json_type(deps) != RV_JSON_ARRAY) {
		rv_json_release(&deps);
		return rv_fail(err, RV_E_CRASH, "the worker broke the protocol: a reply without deps");
	}
	rv_json_open(out, "deps", '[');
	for (size_t i = 0; i < rv_json_len(deps); i++) {
		const char *const path = rv_json_string(rv_json_at(deps, i), NULL);
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

/* What the last bits of the sample depend on besides its key, for `rv replay`. */
static void put_made_by(const struct rv_record *reply, struct rv_json_out *out)
{
	static const char *const names[] = { "build", "cpu" };
	struct rv_span run;
	struct rv_json json = RV_JSON_INIT;
	struct rv_err err;
	if (!rv_record_get(reply, "run", &run) || rv_json_parse(run.ptr, run.len, &json, &err) < 0) {
		return;
	}
	rv_json_open(out, "made_by", '{');
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		const char *const value = rv_json_string(rv_json_get(json, names[i]), NULL);
		if (value) {
			rv_json_put_string(out, names[i], value);
		}
	}
	rv_json_close(out, '}');
	rv_json_release(&json);
}

int blend_marker_write(const struct blend_sample_run *run, const char *key, const char *scene, const char *dir,
                       const struct rv_record *reply, struct rv_span add, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT, path = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_u64(&out, "version", VERSION);
	rv_json_put_string(&out, "key", key);
	rv_json_put_string(&out, "scene", scene);
	int status = put_deps(run, reply, &out, err) < 0 || put_files(dir, &out, err) < 0 ? -1 : 0;
	if (status == 0) {
		rv_json_put_raw(&out, "settings", run->settings, strlen(run->settings));
		rv_json_put_raw(&out, "add", add.ptr, add.len);
		put_made_by(reply, &out);
		rv_json_close(&out, '}');
		rv_str_putc(&text, '\n');
		rv_str_printf(&path, "%s/%s", dir, RV_BLEND_MARKER);
		status = rv_file_write_unseen(path.ptr, text.ptr, text.len, err);
	}
	rv_str_release(&path);
	rv_str_release(&text);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* Finds scenes and their root. */
#include "script.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "dir.h"
#include "file.h"
#include "parse.h"

/* Of a file that was named without its ending: the name that it has, or NULL. */
static const char *find_whole(const char *name, char *const *names, size_t n)
{
	const size_t len = strlen(name);
	for (size_t i = 0; i < n; i++) {
		if (strncmp(names[i], name, len) == 0 &&
		    (strcmp(names[i] + len, ".py") == 0 || strcmp(names[i] + len, ".blend") == 0)) {
			return names[i];
		}
	}
	return NULL;
}

/* Adds to the error what was meant, where the folder has it; it is told as what stands from `shown` on. */
static int add_nearest(const char *path, const char *shown, struct rv_err *err)
{
	char *const folder =
	        path == rv_path_base(path) ? rv_strdup(".") : rv_strndup(path, (size_t)(rv_path_base(path) - path));
	char **names = NULL;
	size_t len = 0;
	if (rv_dir_names(folder, &names, &len, NULL) == 0) {
		const char **const others = rv_alloc_zero(len + 1, sizeof(*others));
		for (size_t i = 0; i < len; i++) {
			others[i] = names[i];
		}
		const char *const whole = find_whole(rv_path_base(path), names, len);
		const char *const near = whole ? whole : rv_nearest_name(rv_path_base(path), others);
		if (near) {
			const struct rv_err bare = *err;
			rv_fail(err, bare.code, "%s, did you mean '%.*s%s'?", bare.text,
			        (int)(rv_path_base(path) - shown), shown, near);
		}
		free(others);
		rv_names_free(names, len);
	}
	free(folder);
	return -1;
}

/* 0, or why it cannot be a scene. */
static int check_file(const char *path, enum rv_err_code code, struct rv_err *err)
{
	struct stat st;
	if (stat(path, &st) < 0 || access(path, R_OK) < 0) {
		rv_fail(err, code, "cannot read scene '%s': %s", path, strerror(errno));
		return errno == ENOENT ? add_nearest(path, path, err) : -1;
	}
	if (!S_ISREG(st.st_mode)) {
		struct rv_str inside = RV_STR_INIT;
		rv_str_printf(&inside, "%s%sscene.py", path, path[strlen(path) - 1] == '/' ? "" : "/");
		const bool is_there = rv_file_exists(inside.ptr);
		rv_fail(err, code, "cannot read scene '%s': not a file%s%s%s", path, is_there ? ", did you mean '" : "",
		        is_there ? inside.ptr : "", is_there ? "'?" : "");
		rv_str_release(&inside);
		return -1;
	}
	return 0;
}

static bool is_folder(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int blend_script_find(struct blend_script *script, const char *path, const char *cwd_option, struct rv_err *err)
{
	struct rv_str found = RV_STR_INIT;
	int result = -1;
	if (path && cwd_option && path[0] != '/') {
		rv_str_printf(&found, "%s/", cwd_option);
	}
	rv_str_puts(&found, path ? path : "");
	if (path && cwd_option && access(found.ptr, F_OK) < 0 && access(path, F_OK) == 0) {
		rv_str_clear(&found);
		rv_str_puts(&found, path);
	}
	if (cwd_option && !is_folder(cwd_option)) {
		rv_fail(err, RV_E_USAGE, "--cwd: there is no folder '%s'", cwd_option);
		goto out;
	}
	if (path && check_file(found.ptr, RV_E_USAGE, err) < 0) {
		goto out;
	}
	script->cwd = getcwd(NULL, 0);
	if (!script->cwd) {
		rv_fail_errno(err, "cannot tell the working directory");
		goto out;
	}
	script->path = path ? rv_path_absolute(found.ptr) : NULL;
	if (cwd_option) {
		script->root = rv_path_absolute(cwd_option);
	} else if (path) {
		script->root = rv_strndup(script->path, (size_t)(rv_path_base(script->path) - script->path));
	} else {
		script->root = rv_strdup(script->cwd);
	}
	for (size_t n = strlen(script->root); n > 1 && script->root[n - 1] == '/'; n--) {
		script->root[n - 1] = '\0';
	}
	result = rv_path_check_utf8(script->root, err);
	if (result == 0 && script->path) {
		result = rv_path_check_utf8(script->path, err);
	}
	if (result == 0) {
		result = rv_path_check_utf8(script->cwd, err);
	}
out:
	rv_str_release(&found);
	return result;
}

int blend_script_of(const struct blend_script *script, const struct rv_record *record, struct rv_str *path,
                    struct rv_err *err)
{
	struct rv_span member;
	rv_str_clear(path);
	if (!rv_record_get(record, "scene", &member)) {
		rv_str_puts(path, script->path ? script->path : "");
		return script->path ? 0
		                    : rv_fail(err, RV_E_BAD_RECORD,
		                              "no scene: neither the command nor the record names one");
	}
	if (member.len > 2 && member.ptr[0] == '"' && member.ptr[1] != '/') {
		rv_str_printf(path, "%s/", script->root);
	}
	const size_t before = path->len;
	if (!rv_scan_string(member, path) || path->len == before || strlen(path->ptr) != path->len) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'scene' must be the path of a file");
	}
	return check_file(path->ptr, RV_E_BAD_RECORD, err);
}

int blend_script_check_path(const struct blend_script *script, const char *path, struct rv_err *err)
{
	struct rv_str found = RV_STR_INIT;
	if (path[0] != '/') {
		rv_str_printf(&found, "%s/", script->root);
	}
	const size_t before = found.len;
	rv_str_puts(&found, path);
	int result = access(found.ptr, R_OK);
	if (result < 0) {
		rv_fail(err, RV_E_USAGE, "cannot read '%s': %s", path, strerror(errno));
		result = errno == ENOENT ? add_nearest(found.ptr, found.ptr + before, err) : -1;
	}
	rv_str_release(&found);
	return result;
}

const char *blend_script_name(const struct blend_script *script, const char *path)
{
	const size_t len = strlen(script->root);
	return strncmp(path, script->root, len) == 0 && path[len] == '/' ? path + len + 1 : rv_path_base(path);
}

void blend_script_release(struct blend_script *script)
{
	free(script->path);
	free(script->root);
	free(script->cwd);
	*script = (struct blend_script)BLEND_SCRIPT_INIT;
}

void blend_script_put(const struct blend_script *script, struct rv_json_out *out)
{
	rv_json_put_string(out, "root", script->root);
	rv_json_put_string(out, "cwd", script->cwd);
}

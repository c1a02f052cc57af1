/* SPDX-License-Identifier: MIT */
/* Puts a sample's files into a directory with other people's. */
#include "porcelain/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "diag.h"
#include "file.h"
#include "json.h"
#include "vocabulary.h"

#define LIST_MAX ((size_t)16 << 20)

static bool is_shown(const char *name)
{
	return name[0] != '.' && !strstr(name, "/.") && strcmp(name, RV_META_NAME) != 0;
}

static bool has(struct rv_json list, const char *name)
{
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const char *const listed = rv_json_string(rv_json_at(list, i), NULL);
		if (listed && !strcmp(listed, name)) {
			return true;
		}
	}
	return false;
}

/* The names that are ours from before; none when there is no list or it is broken. */
static void load(const char *to, struct rv_json *list)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_err err;
	rv_str_printf(&path, "%s/%s", to, PORCELAIN_PUBLISH_LIST);
	if (rv_file_read(path.ptr, LIST_MAX, &text, &err) < 0 || rv_json_parse(text.ptr, text.len, list, &err) < 0) {
		*list = (struct rv_json)RV_JSON_INIT;
	}
	rv_str_release(&path);
	rv_str_release(&text);
}

/* Writes the list: the new names, and with `old` those from before, too. */
static int save(const char *to, char *const *names, size_t len, const struct rv_json *old, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_str text = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; i < len; i++) {
		if (is_shown(names[i])) {
			rv_json_put_string(&out, NULL, names[i]);
		}
	}
	for (size_t i = 0; old && i < rv_json_len(*old); i++) {
		const char *const name = rv_json_string(rv_json_at(*old, i), NULL);
		if (name) {
			rv_json_put_string(&out, NULL, name);
		}
	}
	rv_json_close(&out, ']');
	rv_str_printf(&path, "%s/%s", to, PORCELAIN_PUBLISH_LIST);
	const int result = rv_file_write(path.ptr, text.ptr, text.len, err);
	rv_str_release(&path);
	rv_str_release(&text);
	return result;
}

static int check_way(const char *to, char *const *names, size_t len, struct rv_json ours, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	int result = 0;
	for (size_t i = 0; result == 0 && i < len; i++) {
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", to, names[i]);
		if (is_shown(names[i]) && !has(ours, names[i]) &&
		    faccessat(AT_FDCWD, path.ptr, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
			result = rv_fail(
			        err, RV_E_IO,
			        "'%s' was not written by rv preview: move it away, or name another --preview-out",
			        path.ptr);
		}
	}
	rv_str_release(&path);
	return result;
}

static int move(const char *from, const char *to, const char *name, struct rv_err *err)
{
	struct rv_str source = RV_STR_INIT;
	struct rv_str target = RV_STR_INIT;
	int result = 0;
	rv_str_printf(&source, "%s/%s", from, name);
	rv_str_printf(&target, "%s/%s", to, name);
	char *const last = strrchr(target.ptr, '/');
	if (strchr(name, '/')) {
		*last = '\0';
		result = rv_mkdirs(target.ptr, err);
		*last = '/';
	}
	if (result == 0 && rename(source.ptr, target.ptr) < 0) {
		result = rv_fail_errno(err, "cannot rename '%s' to '%s'", source.ptr, target.ptr);
	}
	rv_str_release(&source);
	rv_str_release(&target);
	return result;
}

/* Removes files of the sample before, and the directories that this leaves empty. */
static void remove_stale(const char *to, struct rv_json ours, char *const *names, size_t len)
{
	struct rv_str path = RV_STR_INIT;
	for (size_t i = 0; i < rv_json_len(ours); i++) {
		const char *const name = rv_json_string(rv_json_at(ours, i), NULL);
		bool stays = !name || !is_shown(name) || !rv_path_is_inside(name);
		for (size_t k = 0; !stays && k < len; k++) {
			stays = !strcmp(name, names[k]);
		}
		if (stays) {
			continue;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", to, name);
		if (unlink(path.ptr) < 0 && errno != ENOENT) {
			rv_warn("cannot remove '%s': %s", path.ptr, strerror(errno));
		}
		for (size_t depth = path.len; depth > strlen(to) + 1; depth--) {
			if (path.ptr[depth] == '/') {
				rv_str_truncate(&path, depth);
				if (rmdir(path.ptr) < 0) {
					break;
				}
			}
		}
	}
	rv_str_release(&path);
}

int porcelain_publish(const char *from, const char *to, struct rv_err *err)
{
	struct rv_json ours = RV_JSON_INIT;
	char **names = NULL;
	size_t len = 0;
	int result = -1;
	load(to, &ours);
	if (rv_tree_files(from, &names, &len, err) < 0 || check_way(to, names, len, ours, err) < 0 ||
	    save(to, names, len, &ours, err) < 0) {
		goto out;
	}
	for (size_t i = 0; i < len; i++) {
		if (is_shown(names[i]) && move(from, to, names[i], err) < 0) {
			goto out;
		}
	}
	remove_stale(to, ours, names, len);
	result = save(to, names, len, NULL, err);
out:
	rv_json_release(&ours);
	rv_names_free(names, len);
	return result;
}

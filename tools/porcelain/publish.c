/* SPDX-License-Identifier: MIT */
/* Puts a sample's files into a directory with other people's. */
#include "porcelain/publish.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "beneath.h"
#include "blend/marker.h"
#include "diag.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "vocabulary.h"

#define LIST_MAX ((size_t)16 << 20)

static bool is_shown(const char *name)
{
	return name[0] != '.' && !strstr(name, "/.") && strcmp(name, RV_META_NAME) != 0;
}

/* The names and digests that are ours from before, [[name, bytes, SHA-256], ...]; none when there is no list or it is
 * broken. */
static void load(int to_fd, struct rv_json *list)
{
	struct rv_str text = RV_STR_INIT;
	if (rv_source_load_beneath(to_fd, PORCELAIN_PUBLISH_LIST, LIST_MAX, &text, NULL) < 0 ||
	    rv_json_parse(text.ptr, text.len, list, NULL) < 0) {
		*list = (struct rv_json)RV_JSON_INIT;
	}
	rv_str_release(&text);
}

/* Writes the list: of the files that lie below `from_fd`, and with `old` of those from before, too. */
static int save(const char *to, int from_fd, char *const *names, size_t len, const struct rv_json *old,
                struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_json_out out;
	int result = 0;
	rv_json_out_init(&out, &text);
	rv_json_open(&out, NULL, '[');
	for (size_t i = 0; result == 0 && i < len; i++) {
		result = is_shown(names[i]) ? blend_marker_put_file(from_fd, names[i], &out, err) : 0;
	}
	for (size_t i = 0; old && i < rv_json_len(*old); i++) {
		const struct rv_span entry = rv_json_text(rv_json_at(*old, i));
		rv_json_put_raw(&out, NULL, entry.ptr, entry.len);
	}
	rv_json_close(&out, ']');
	rv_str_printf(&path, "%s/%s", to, PORCELAIN_PUBLISH_LIST);
	result = result == 0 ? rv_file_write(path.ptr, text.ptr, text.len, err) : -1;
	rv_str_release(&path);
	rv_str_release(&text);
	return result;
}

/* Whether an entry of the list is of this file, as it is there now. */
static bool fits(int to_fd, struct rv_json entry, const char *name)
{
	const char *const listed = rv_json_string(rv_json_at(entry, 0), NULL);
	const char *const sha256 = rv_json_string(rv_json_at(entry, 2), NULL);
	uint64_t size;
	return listed && sha256 && strcmp(listed, name) == 0 &&
	       rv_json_u64(rv_json_at(entry, 1), 0, INT64_MAX, &size) && rv_hash_fits(to_fd, name, size, sha256);
}

static bool is_ours(int to_fd, struct rv_json ours, const char *name)
{
	bool found = false;
	for (size_t i = 0; !found && i < rv_json_len(ours); i++) {
		found = fits(to_fd, rv_json_at(ours, i), name);
	}
	return found;
}

static bool is_there(int to_fd, const char *name)
{
	const int fd = rv_open_beneath(to_fd, name, O_PATH | O_NOFOLLOW);
	const bool there = fd >= 0 || errno != ENOENT;
	if (fd >= 0) {
		close(fd);
	}
	return there;
}

static int check_way(const char *to, int to_fd, char *const *names, size_t len, struct rv_json ours, struct rv_err *err)
{
	for (size_t i = 0; i < len; i++) {
		if (is_shown(names[i]) && is_there(to_fd, names[i]) && !is_ours(to_fd, ours, names[i])) {
			return rv_fail(err, RV_E_TAKEN,
			               "'%s/%s' was not written by rv preview: move it away, or name another "
			               "--preview-out",
			               to, names[i]);
		}
	}
	return 0;
}

static int move(const char *from, const char *to, int to_fd, const char *name, struct rv_err *err)
{
	struct rv_str source = RV_STR_INIT;
	rv_str_printf(&source, "%s/%s", from, name);
	const int folder_fd = rv_make_parent(to_fd, name);
	const int result = folder_fd < 0 || renameat(AT_FDCWD, source.ptr, folder_fd, rv_path_base(name)) < 0
	                           ? rv_fail_errno(err, "cannot rename '%s' to '%s/%s'", source.ptr, to, name)
	                           : 0;
	if (folder_fd >= 0) {
		close(folder_fd);
	}
	rv_str_release(&source);
	return result;
}

/* Removes files of the sample before, and the directories that this leaves empty. */
static void remove_stale(const char *to, int to_fd, struct rv_json ours, char *const *names, size_t len)
{
	for (size_t i = 0; i < rv_json_len(ours); i++) {
		const struct rv_json entry = rv_json_at(ours, i);
		const char *const name = rv_json_string(rv_json_at(entry, 0), NULL);
		bool stays = !name || !is_shown(name) || !rv_path_is_inside(name) || !fits(to_fd, entry, name);
		for (size_t k = 0; !stays && k < len; k++) {
			stays = strcmp(name, names[k]) == 0;
		}
		if (!stays && rv_remove_beneath(to_fd, name) < 0) {
			rv_warn("cannot remove '%s/%s': %s", to, name, strerror(errno));
		}
	}
}

int porcelain_publish(const char *from, const char *to, struct rv_err *err)
{
	struct rv_json ours = RV_JSON_INIT;
	char **names = NULL;
	size_t len = 0;
	const int from_fd = open(from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const int to_fd = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = from_fd < 0 || to_fd < 0 ? rv_fail_errno(err, "cannot open '%s'", from_fd < 0 ? from : to) : 0;
	if (result == 0) {
		load(to_fd, &ours);
		result = rv_tree_files(from, &names, &len, err) < 0 ||
		                         check_way(to, to_fd, names, len, ours, err) < 0 ||
		                         save(to, from_fd, names, len, &ours, err) < 0
		                 ? -1
		                 : 0;
	}
	for (size_t i = 0; result == 0 && i < len; i++) {
		result = is_shown(names[i]) ? move(from, to, to_fd, names[i], err) : 0;
	}
	if (result == 0) {
		remove_stale(to, to_fd, ours, names, len);
		result = save(to, to_fd, names, len, NULL, err);
	}
	rv_json_release(&ours);
	rv_names_free(names, len);
	if (from_fd >= 0) {
		close(from_fd);
	}
	if (to_fd >= 0) {
		close(to_fd);
	}
	return result;
}

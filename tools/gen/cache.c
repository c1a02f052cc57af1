/* SPDX-License-Identifier: MIT */
/* Entries of the cache: copied in, copied out. */
#include "cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "json.h"
#include "spawn.h"
#include "tree.h"

#define VERSION "rv-gen cache 1\n"
#define ANSWER "answer" /* the answer, in an entry */
#define LIST "files"    /* its files: a JSON array of [name, bytes, SHA-256] */
#define FILES "work"    /* where they lie */
#define TEXT_MAX ((size_t)64 << 20)

static void add_file(struct gen_cache *cache, const char *path)
{
	char hex[RV_HASH_HEX_LEN + 1];
	if (rv_hash_file(AT_FDCWD, path, hex, NULL, NULL) == 0) {
		rv_str_printf(&cache->program, "%s\n", hex);
	}
}

/* Words of a command for the shell that name files, quotes aside. */
static void add_words(struct gen_cache *cache, const char *text)
{
	static const char between[] = " \t\n'\"|&;<>()=";
	while (*(text += strspn(text, between))) {
		const size_t len = strcspn(text, between);
		char *const word = rv_strndup(text, len);
		add_file(cache, word);
		free(word);
		text += len;
	}
}

int gen_cache_open(struct gen_cache *cache, const char *dir, const char *const *argv, const char *text,
                   const char *const *files, size_t n_files, struct rv_err *err)
{
	*cache = (struct gen_cache)GEN_CACHE_INIT;
	if (rv_mkdirs(dir, err) < 0) {
		return -1;
	}
	cache->dir = rv_path_absolute(dir);
	rv_str_puts(&cache->program, VERSION);
	char *const found = rv_find_program(argv[0]);
	if (found) {
		add_file(cache, found);
	}
	free(found);
	for (size_t i = 0; argv[i]; i++) {
		rv_str_printf(&cache->program, "%s\n", argv[i]);
		add_file(cache, argv[i]);
	}
	if (text) {
		add_words(cache, text);
	}
	for (size_t i = 0; i < n_files; i++) {
		char hex[RV_HASH_HEX_LEN + 1];
		if (rv_hash_file(AT_FDCWD, files[i], hex, NULL, err) < 0) {
			return rv_fail_prefix(err, "--file");
		}
		rv_str_printf(&cache->program, "%s\n", hex);
	}
	return 0;
}

void gen_cache_close(struct gen_cache *cache)
{
	free(cache->dir);
	rv_str_release(&cache->program);
}

void gen_cache_key(const struct gen_cache *cache, const struct rv_str *request, char key[RV_HASH_HEX_LEN + 1])
{
	struct rv_str text = RV_STR_INIT;
	rv_str_append(&text, cache->program.ptr, cache->program.len);
	rv_str_append(&text, request->ptr, request->len);
	rv_hash_bytes(text.ptr, text.len, key);
	rv_str_release(&text);
}

/* FROM/NAME to TO/NAME, with the folders on the way. */
static int copy(const char *from, const char *to, const char *name, struct rv_err *err)
{
	struct rv_str source = RV_STR_INIT, target = RV_STR_INIT;
	rv_str_printf(&source, "%s/%s", from, name);
	rv_str_printf(&target, "%s/%s", to, name);
	char *const folder = rv_strndup(target.ptr, (size_t)(strrchr(target.ptr, '/') - target.ptr));
	const int status = rv_mkdirs(folder, err) < 0 || rv_copy_file(source.ptr, target.ptr, err) < 0 ? -1 : 0;
	free(folder);
	rv_str_release(&source);
	rv_str_release(&target);
	return status;
}

/* Whether all files of the list are as they were. */
static bool are_whole(int files_fd, struct rv_json list)
{
	for (size_t i = 0; i < rv_json_len(list); i++) {
		const struct rv_json entry = rv_json_at(list, i);
		const char *const name = rv_json_string(rv_json_at(entry, 0), NULL);
		const char *const hex = rv_json_string(rv_json_at(entry, 2), NULL);
		uint64_t bytes;
		if (!name || !hex || !rv_path_is_inside(name) ||
		    !rv_json_u64(rv_json_at(entry, 1), 0, UINT64_MAX, &bytes) ||
		    !rv_hash_fits(files_fd, name, bytes, hex)) {
			return false;
		}
	}
	return true;
}

int gen_cache_take(const struct gen_cache *cache, const char *key, const char *work_dir, struct rv_str *answer,
                   struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT, text = RV_STR_INIT;
	struct rv_json list = RV_JSON_INIT;
	int status = 0;
	rv_str_printf(&path, "%s/%s/" FILES, cache->dir, key);
	const int files_fd = open(path.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *const files = rv_str_detach(&path);
	rv_str_printf(&path, "%s/%s/" ANSWER, cache->dir, key);
	bool is_there = files_fd >= 0 && rv_file_read(path.ptr, TEXT_MAX, answer, NULL) == 0;
	rv_str_clear(&path);
	rv_str_printf(&path, "%s/%s/" LIST, cache->dir, key);
	is_there = is_there && rv_file_read(path.ptr, TEXT_MAX, &text, NULL) == 0 &&
	           rv_json_parse(text.ptr, text.len, &list, NULL) == 0 && are_whole(files_fd, list);
	for (size_t i = 0; is_there && status == 0 && i < rv_json_len(list); i++) {
		status = copy(files, work_dir, rv_json_string(rv_json_at(rv_json_at(list, i), 0), NULL), err);
	}
	if (files_fd >= 0) {
		close(files_fd);
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", cache->dir, key);
		status = is_there ? status : rv_remove_tree(path.ptr, err); /* damaged: it makes room */
	}
	free(files);
	rv_json_release(&list);
	rv_str_release(&path);
	rv_str_release(&text);
	return status < 0 ? -1 : is_there;
}

/* Copies all files of the work directory into the entry, and lists them. */
static int fill(int work_fd, const char *work_dir, const char *entry, struct rv_err *err)
{
	struct rv_str files = RV_STR_INIT, list = RV_STR_INIT, path = RV_STR_INIT;
	struct rv_json_out out;
	struct rv_tree_entry found;
	struct rv_tree *const tree = rv_tree_open(work_fd, NULL, err);
	int got = tree ? 0 : -1;
	rv_str_printf(&files, "%s/" FILES, entry);
	rv_json_out_init(&out, &list);
	rv_json_open(&out, NULL, '[');
	got = got < 0 || rv_mkdirs(files.ptr, err) < 0 ? -1 : 0;
	while (got >= 0 && (got = rv_tree_next(tree, &found, err)) > 0) {
		char hex[RV_HASH_HEX_LEN + 1];
		uint64_t bytes;
		if (!found.is_file || !rv_path_is_inside(found.path)) {
			got = rv_fail(err, RV_E_BAD_FILE, "'%s' is no regular file", found.path);
		} else if (copy(work_dir, files.ptr, found.path, err) < 0 ||
		           rv_hash_file(work_fd, found.path, hex, &bytes, err) < 0) {
			got = -1;
		} else {
			rv_json_open(&out, NULL, '[');
			rv_json_put_string(&out, NULL, found.path);
			rv_json_put_u64(&out, NULL, bytes);
			rv_json_put_string(&out, NULL, hex);
			rv_json_close(&out, ']');
		}
	}
	rv_json_close(&out, ']');
	rv_str_printf(&path, "%s/" LIST, entry);
	const int status = got < 0 ? -1 : rv_file_write(path.ptr, list.ptr, list.len, err);
	rv_tree_close(tree);
	rv_str_release(&files);
	rv_str_release(&list);
	rv_str_release(&path);
	return status;
}

int gen_cache_put(const struct gen_cache *cache, const char *key, const char *work_dir, const struct rv_str *answer,
                  struct rv_err *err)
{
	struct rv_str entry = RV_STR_INIT, path = RV_STR_INIT;
	struct rv_err ignored;
	if (strstr(answer->ptr, work_dir)) {
		return 0;
	}
	rv_str_printf(&entry, "%s/%s", cache->dir, key);
	char *const hidden = rv_path_hidden(entry.ptr, ".new-");
	const int work_fd = open(work_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status =
	        work_fd < 0 ? rv_fail_errno(err, "cannot open '%s'", work_dir) : fill(work_fd, work_dir, hidden, err);
	rv_str_printf(&path, "%s/" ANSWER, hidden);
	status = status < 0 ? -1 : rv_file_write(path.ptr, answer->ptr, answer->len, err);
	if (status == 0 && rename(hidden, entry.ptr) < 0 && errno != EEXIST && errno != ENOTEMPTY) {
		status = rv_fail_errno(err, "cannot rename '%s'", hidden);
	}
	if (rv_file_exists(hidden) && rv_remove_tree(hidden, &ignored) < 0) {
		rv_detail("%s", ignored.text);
	}
	if (work_fd >= 0) {
		close(work_fd);
	}
	free(hidden);
	rv_str_release(&entry);
	rv_str_release(&path);
	return status;
}

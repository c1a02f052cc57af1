/* SPDX-License-Identifier: MIT */
/* Whose the files of a directory are, and what is done with them. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "beneath.h"
#include "dir.h"
#include "file.h"
#include "place_private.h"
#include "sorter.h"
#include "tree.h"

struct rv_place_list {
	struct rv_sorter *sorter;
	bool (*also)(const char *path);
	struct rv_str line, path; /* path: the one that was handed out last */
	bool is_read;             /* there is one */
};

int rv_place_list_add(struct rv_place_list *list, const char *path, struct rv_err *err)
{
	rv_tree_put_line(path, 'f', &list->line);
	return rv_sorter_add(list->sorter, list->line.ptr, list->line.len, err);
}

void rv_place_list_also(struct rv_place_list *list, bool (*is_ours)(const char *path))
{
	list->also = is_ours;
}

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

/* Whether the list names the path, which comes after those that were asked for before. 1, 0, -1. */
static int names(struct rv_place_list *list, const char *path, struct rv_err *err)
{
	struct rv_span line;
	int got = 1;
	while (!list->is_read || strcmp(list->path.ptr, path) < 0) {
		got = rv_sorter_next(list->sorter, &line, err);
		if (got <= 0) {
			return got;
		}
		rv_tree_take_line(&line, &list->path);
		list->is_read = true;
	}
	return strcmp(list->path.ptr, path) == 0;
}

static int meet(struct rv_place_list *list, const struct rv_tree_entry *entry, bool is_ours, rv_place_visit_fn *visit,
                void *context, struct rv_err *err)
{
	const int named = is_ours ? names(list, entry->path, err) : 0;
	if (named < 0) {
		return -1;
	}
	const bool is_listed = named > 0 || (is_ours && list->also && list->also(entry->path));
	return visit(context, entry->path, is_listed && entry->is_file, err);
}

int rv_place_walk(const struct rv_place_owner *owner, int dir_fd, const char *scratch, rv_place_visit_fn *visit,
                  void *context, struct rv_err *err)
{
	struct rv_place_list list = { .sorter = rv_sorter_new(scratch, 0), .line = RV_STR_INIT, .path = RV_STR_INIT };
	const int ours = owner->list(dir_fd, &list, err);
	struct rv_tree *const tree = ours < 0 ? NULL : rv_tree_open(dir_fd, scratch, err);
	struct rv_tree_entry entry;
	int status = tree ? 0 : -1, got = 1;
	while (status == 0 && (got = rv_tree_next(tree, &entry, err)) > 0) {
		status = meet(&list, &entry, ours > 0, visit, context, err);
	}
	rv_tree_close(tree);
	rv_sorter_free(list.sorter);
	rv_str_release(&list.line);
	rv_str_release(&list.path);
	return status < 0 || got < 0 ? -1 : ours;
}

/* ---- files of others ----------------------------------------------------------------------------------------------
 */

static bool is_same(int dir_fd, int new_fd, const char *path)
{
	const int here = rv_open_beneath(dir_fd, path, O_PATH | O_NOFOLLOW);
	const int there = new_fd < 0 ? -1 : rv_open_beneath(new_fd, path, O_PATH | O_NOFOLLOW);
	struct stat a, b;
	const bool same = here >= 0 && there >= 0 && fstat(here, &a) == 0 && fstat(there, &b) == 0 &&
	                  a.st_ino == b.st_ino && a.st_dev == b.st_dev;
	if (here >= 0) {
		close(here);
	}
	if (there >= 0) {
		close(there);
	}
	return same;
}

struct search {
	int dir_fd, new_fd;
	struct rv_str *path;
};

static int find(void *context, const char *path, bool is_ours, struct rv_err *err RV_UNUSED)
{
	const struct search *const search = context;
	if (is_ours || is_same(search->dir_fd, search->new_fd, path)) {
		return 0;
	}
	rv_str_puts(search->path, path);
	return 1;
}

int rv_place_find_foreign(const struct rv_place_owner *owner, int dir_fd, int new_fd, const char *scratch,
                          struct rv_str *path, struct rv_err *err)
{
	struct search search = { .dir_fd = dir_fd, .new_fd = new_fd, .path = path };
	rv_str_clear(path);
	return rv_place_walk(owner, dir_fd, scratch, find, &search, err);
}

/* ---- keeping them -------------------------------------------------------------------------------------------------
 */

struct pair {
	int dir_fd, new_fd;
};

/* Finds one whose name the new directory has, too, or needs for a folder. */
static int compare(void *context, const char *path, bool is_ours, struct rv_err *err)
{
	const struct pair *const pair = context;
	const int there = is_ours ? -1 : rv_open_beneath(pair->new_fd, path, O_PATH | O_NOFOLLOW);
	const bool is_taken = !is_ours && (there >= 0 || errno != ENOENT);
	if (there >= 0) {
		close(there);
	}
	return is_taken ? rv_fail(err, RV_E_TAKEN,
	                          "'%s' is not ours and cannot be kept, since the new directory has it, too", path)
	                : 0;
}

static int keep(void *context, const char *path, bool is_ours, struct rv_err *err)
{
	const struct pair *const pair = context;
	if (is_ours) {
		return 0;
	}
	const int from = rv_open_parent(pair->dir_fd, path);
	const int to = from < 0 ? -1 : rv_make_parent(pair->new_fd, path);
	int status = to < 0 ? -1 : linkat(from, rv_path_base(path), to, rv_path_base(path), 0);
	if (status < 0 && (errno == EEXIST || errno == ENOTDIR)) {
		rv_fail(err, RV_E_TAKEN, "'%s' is not ours and cannot be kept, since the new directory has it, too",
		        path);
	} else if (status < 0) {
		rv_fail_errno(err, "cannot keep '%s', which is not ours", path);
	}
	if (from >= 0) {
		close(from);
	}
	if (to >= 0) {
		close(to);
	}
	return status;
}

int rv_place_link_foreign(const struct rv_place_owner *owner, int dir_fd, int new_fd, const char *scratch,
                          struct rv_err *err)
{
	struct pair pair = { .dir_fd = dir_fd, .new_fd = new_fd };
	return rv_place_walk(owner, dir_fd, scratch, compare, &pair, err) < 0
	               ? -1
	               : rv_place_walk(owner, dir_fd, scratch, keep, &pair, err);
}

/* ---- removing ours ------------------------------------------------------------------------------------------------
 */

struct removal {
	const struct rv_place_owner *owner;
	int dir_fd, new_fd;
	int folder_fd; /* the one that the last file was in; -1: none */
	struct rv_str folder;
};

/* The folder of a path: files of one follow each other. */
static int open_folder(struct removal *removal, const char *path)
{
	const size_t len = (size_t)(rv_path_base(path) - path);
	if (removal->folder_fd >= 0 && removal->folder.len == len && memcmp(removal->folder.ptr, path, len) == 0) {
		return removal->folder_fd;
	}
	if (removal->folder_fd >= 0) {
		close(removal->folder_fd);
	}
	rv_str_clear(&removal->folder);
	rv_str_append(&removal->folder, path, len);
	return removal->folder_fd = rv_open_parent(removal->dir_fd, path);
}

bool rv_place_is_proof(const struct rv_place_owner *owner, const char *path)
{
	return strcmp(path, owner->proof) == 0 || (owner->other && strcmp(path, owner->other) == 0);
}

int rv_place_remove_proofs(const struct rv_place_owner *owner, int dir_fd)
{
	const char *const names[] = { owner->other, owner->proof };
	for (size_t i = 0; i < RV_COUNTOF(names); i++) {
		if (names[i] && unlinkat(dir_fd, names[i], 0) < 0 && errno != ENOENT) {
			return -1;
		}
	}
	return 0;
}

static int remove_file(void *context, const char *path, bool is_ours, struct rv_err *err)
{
	struct removal *const removal = context;
	if (rv_place_is_proof(removal->owner, path) || (!is_ours && !is_same(removal->dir_fd, removal->new_fd, path))) {
		return 0;
	}
	const int fd = open_folder(removal, path);
	if (fd < 0 || (unlinkat(fd, rv_path_base(path), 0) < 0 && errno != ENOENT)) {
		return rv_fail_errno(err, "cannot remove '%s'", path);
	}
	return 0;
}

int rv_place_remove_ours(const struct rv_place_owner *owner, int dir_fd, int new_fd, const char *scratch,
                         struct rv_err *err)
{
	struct removal removal = {
		.owner = owner, .dir_fd = dir_fd, .new_fd = new_fd, .folder_fd = -1, .folder = RV_STR_INIT
	};
	const int ours = rv_place_walk(owner, dir_fd, scratch, remove_file, &removal, err);
	if (removal.folder_fd >= 0) {
		close(removal.folder_fd);
	}
	rv_str_release(&removal.folder);
	if (ours > 0) {
		rv_remove_empty_folders(dir_fd);
	}
	return ours;
}

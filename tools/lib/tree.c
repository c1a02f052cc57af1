/* SPDX-License-Identifier: MIT */
/* All files below a directory, sorted. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "sorter.h"

/* A line of the sorter holds no newline. So bytes 1 to 10 of a path become two, whose order is that of what they stand
 * for; what ends the path sorts before all of it; then comes the mark. */
#define END 1
#define ESCAPE 2
#define ESCAPED_MAX '\n'
#define SHIFT 32
#define MARK_FILE 'f'
#define MARK_OTHER 'x'

#define SORT_BYTES ((size_t)4 << 20) /* of memory; what is more goes to temporary files */

struct rv_tree {
	struct rv_sorter *sorter;
	struct rv_str path, line;
	size_t depth;
};

void rv_tree_put_line(const char *path, char mark, struct rv_str *line)
{
	rv_str_clear(line);
	for (; *path; path++) {
		const bool is_escaped = *path > 0 && *path <= ESCAPED_MAX;
		if (is_escaped) {
			rv_str_putc(line, ESCAPE);
		}
		rv_str_putc(line, (char)(is_escaped ? *path + SHIFT : *path));
	}
	rv_str_putc(line, END);
	rv_str_putc(line, mark);
}

char rv_tree_take_line(const struct rv_span *line, struct rv_str *path)
{
	rv_str_clear(path);
	for (const char *at = line->ptr; *at != END; at++) {
		const bool is_escaped = *at == ESCAPE;
		at += is_escaped;
		rv_str_putc(path, (char)(is_escaped ? *at - SHIFT : *at));
	}
	return line->ptr[line->len - 1];
}

/* ---- the walk ---------------------------------------------------------------------------------------------------- */

static int walk_dir(struct rv_tree *tree, int fd, struct rv_err *err);

static int add(struct rv_tree *tree, bool is_file, struct rv_err *err)
{
	rv_tree_put_line(tree->path.ptr, is_file ? MARK_FILE : MARK_OTHER, &tree->line);
	return rv_sorter_add(tree->sorter, tree->line.ptr, tree->line.len, err);
}

/* The entry that tree->path names. */
static int take_entry(struct rv_tree *tree, int parent, const char *name, unsigned char type, struct rv_err *err)
{
	struct stat st;
	if (type == DT_UNKNOWN && fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_LNK;
	}
	if (type != DT_DIR || tree->depth == RV_TREE_DEPTH_MAX) {
		return add(tree, type == DT_REG, err);
	}
	const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? rv_fail_errno(err, "cannot open '%s'", tree->path.ptr) : walk_dir(tree, fd, err);
}

/* Takes `fd` over. */
static int walk_dir(struct rv_tree *tree, int fd, struct rv_err *err)
{
	const size_t len = tree->path.len;
	DIR *const dir = fdopendir(fd);
	if (!dir) {
		rv_fail_errno(err, "cannot read '%s'", tree->path.ptr);
		close(fd);
		return -1;
	}
	int status = 0;
	const struct dirent *entry;
	tree->depth++;
	while (status == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		rv_str_printf(&tree->path, "%s%s", len > 0 ? "/" : "", entry->d_name);
		status = take_entry(tree, fd, entry->d_name, entry->d_type, err);
		rv_str_truncate(&tree->path, len);
	}
	if (status == 0 && errno != 0) {
		status = rv_fail_errno(err, "cannot read '%s'", len > 0 ? tree->path.ptr : "the directory");
	}
	tree->depth--;
	closedir(dir);
	return status;
}

struct rv_tree *rv_tree_open(int dir_fd, const char *scratch, struct rv_err *err)
{
	const int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		rv_fail_errno(err, "cannot open the directory");
		return NULL;
	}
	struct rv_tree *const tree = rv_alloc_zero(1, sizeof(*tree));
	tree->sorter = rv_sorter_new(scratch, SORT_BYTES);
	rv_str_init(&tree->path);
	rv_str_init(&tree->line);
	if (walk_dir(tree, fd, err) < 0) {
		rv_tree_close(tree);
		return NULL;
	}
	return tree;
}

int rv_tree_next(struct rv_tree *tree, struct rv_tree_entry *entry, struct rv_err *err)
{
	struct rv_span line;
	const int got = rv_sorter_next(tree->sorter, &line, err);
	if (got > 0) {
		entry->is_file = rv_tree_take_line(&line, &tree->path) == MARK_FILE;
		entry->path = tree->path.ptr;
	}
	return got;
}

void rv_tree_close(struct rv_tree *tree)
{
	if (tree) {
		rv_sorter_free(tree->sorter);
		rv_str_release(&tree->path);
		rv_str_release(&tree->line);
		free(tree);
	}
}

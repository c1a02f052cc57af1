/* SPDX-License-Identifier: MIT */
/* All files below a directory, sorted: see tree.h. */
#include "verify/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "str.h"
#include "verify/sort.h"

/* A line of the sorter holds no newline. So bytes 1 to 10 of a path become two, whose order is that of what they stand
 * for; what ends the path sorts before all of it; then a byte says what is there. */
#define END 1
#define ESCAPE 2
#define ESCAPED_MAX '\n'
#define SHIFT 32
#define MARK_FILE 'f'
#define MARK_OTHER 'x'

struct walk {
	struct rv_sorter *sorter;
	struct rv_str path, line;
	size_t depth;
};

static int add(struct walk *walk, bool is_file, struct rv_err *err)
{
	rv_str_clear(&walk->line);
	for (size_t i = 0; i < walk->path.len; i++) {
		const char c = walk->path.ptr[i];
		if (c > 0 && c <= ESCAPED_MAX) {
			rv_str_putc(&walk->line, ESCAPE);
		}
		rv_str_putc(&walk->line, (char)(c > 0 && c <= ESCAPED_MAX ? c + SHIFT : c));
	}
	rv_str_putc(&walk->line, END);
	rv_str_putc(&walk->line, is_file ? MARK_FILE : MARK_OTHER);
	return rv_sorter_add(walk->sorter, walk->line.ptr, walk->line.len, err);
}

static int walk_dir(struct walk *walk, int fd, struct rv_err *err);

/* The entry that walk->path names. */
static int take_entry(struct walk *walk, int parent, const char *name, unsigned char type, struct rv_err *err)
{
	struct stat st;
	if (type == DT_UNKNOWN && fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		type = S_ISDIR(st.st_mode) ? DT_DIR : S_ISREG(st.st_mode) ? DT_REG : DT_LNK;
	}
	if (type != DT_DIR || walk->depth == VERIFY_TREE_DEPTH_MAX) {
		return add(walk, type == DT_REG, err);
	}
	const int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? rv_fail_errno(err, "cannot open '%s'", walk->path.ptr) : walk_dir(walk, fd, err);
}

/* Takes `fd` over. */
static int walk_dir(struct walk *walk, int fd, struct rv_err *err)
{
	const size_t len = walk->path.len;
	DIR *const dir = fdopendir(fd);
	if (!dir) {
		rv_fail_errno(err, "cannot read '%s'", walk->path.ptr);
		close(fd);
		return -1;
	}
	int status = 0;
	const struct dirent *entry;
	walk->depth++;
	while (status == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
			continue;
		}
		rv_str_printf(&walk->path, "%s%s", len > 0 ? "/" : "", entry->d_name);
		status = take_entry(walk, fd, entry->d_name, entry->d_type, err);
		rv_str_truncate(&walk->path, len);
	}
	if (status == 0 && errno != 0) {
		status = rv_fail_errno(err, "cannot read '%s'", walk->path.ptr);
	}
	walk->depth--;
	closedir(dir);
	return status;
}

struct handing {
	verify_tree_fn *take;
	void *context;
	struct rv_str path;
};

/* An rv_sorter_fn. */
static int hand_out(void *context, const void *line, size_t len, struct rv_err *err)
{
	struct handing *const handing = context;
	const char *const bytes = line, mark = bytes[len - 2]; /* before the newline */
	rv_str_clear(&handing->path);
	for (size_t i = 0; bytes[i] != END; i++) {
		const bool is_escape = bytes[i] == ESCAPE;
		i += is_escape;
		rv_str_putc(&handing->path, (char)(is_escape ? bytes[i] - SHIFT : bytes[i]));
	}
	return handing->take(handing->context, handing->path.ptr, mark == MARK_FILE, err);
}

int verify_tree_walk(int dir_fd, verify_tree_fn *take, void *context, struct rv_err *err)
{
	struct walk walk = { .sorter = verify_sorter_new(), .path = RV_STR_INIT, .line = RV_STR_INIT };
	struct handing handing = { .take = take, .context = context, .path = RV_STR_INIT };
	const int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = fd < 0 ? rv_fail_errno(err, "cannot open the directory") : walk_dir(&walk, fd, err);
	if (status == 0) {
		status = rv_sorter_merge(walk.sorter, hand_out, &handing, err);
	}
	rv_sorter_free(walk.sorter);
	rv_str_release(&walk.path);
	rv_str_release(&walk.line);
	rv_str_release(&handing.path);
	return status;
}

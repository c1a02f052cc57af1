/* SPDX-License-Identifier: MIT */
/* Directories and trees, whole or not at all. */
#include "dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "path.h"
#include "str.h"

#define NEW_NAME_TRIES 100
#define TREE_DEPTH_MAX 200 /* each level holds a descriptor */
#define WORKDIR_MARK ".rv-workdir"

static bool is_directory(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int rv_mkdirs(const char *path, struct rv_err *err)
{
	if (is_directory(path)) { /* as for all but the first file that comes into it */
		return 0;
	}
	char *part = rv_strdup(path);
	int result = 0;
	for (char *at = part; *at && result == 0;) {
		at += strspn(at, "/");
		at += strcspn(at, "/");
		char kept = *at;
		*at = '\0';
		if (*part && mkdir(part, 0777) < 0) {
			const int cause = errno == EEXIST ? ENOTDIR : errno;
			if (!is_directory(part)) {
				errno = cause;
				result = rv_fail_errno(err, "cannot make directory '%s'", part);
			}
		}
		*at = kept;
	}
	free(part);
	return result;
}

/* ---- trees ------------------------------------------------------------------------------------------------------ */

void rv_names_free(char **names, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		free(names[i]);
	}
	free(names);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **items;
	size_t len, cap;
};

static void names_sort(struct names *names)
{
	if (names->len) {
		qsort(names->items, names->len, sizeof(*names->items), compare_names);
	}
}

/* Names in the directory that `fd` is open on (closed in every case), unsorted; -1 with errno. */
static int list_fd(int fd, struct names *names)
{
	DIR *dir = fdopendir(fd);
	if (!dir) {
		int saved = errno;
		close(fd);
		errno = saved;
		return -1;
	}
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(dir);
		if (!entry) {
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
			RV_GROW(names->items, names->len, names->cap);
			names->items[names->len++] = rv_strdup(entry->d_name);
		}
	}
	int saved = errno;
	closedir(dir);
	errno = saved;
	return saved ? -1 : 0;
}

int rv_dir_names(const char *path, char ***names, size_t *len, struct rv_err *err)
{
	struct names list = { .items = NULL };
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || list_fd(fd, &list) < 0) {
		rv_fail_errno(err, "cannot read directory '%s'", path);
		rv_names_free(list.items, list.len);
		return -1;
	}
	names_sort(&list);
	*names = list.items;
	*len = list.len;
	return 0;
}

/* Adds the files below the directory named `prefix` (of which `prefix->ptr + skip` is the relative path). */
static int collect_files(int parent_fd, const char *name, struct rv_str *prefix, size_t skip, int depth,
                         struct names *files, struct rv_err *err)
{
	struct names names = { .items = NULL };
	int result = -1;
	size_t prefix_len = prefix->len;
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot read directory '%s'", prefix->ptr);
	}
	int list_from = dup(fd);
	if (list_from < 0 || list_fd(list_from, &names) < 0) {
		rv_fail_errno(err, "cannot read directory '%s'", prefix->ptr);
		goto out;
	}
	if (depth > TREE_DEPTH_MAX) {
		rv_fail(err, RV_E_LIMIT, "'%s' lies more than %d directories deep", prefix->ptr, TREE_DEPTH_MAX);
		goto out;
	}
	for (size_t i = 0; i < names.len; i++) {
		rv_str_truncate(prefix, prefix_len);
		rv_str_printf(prefix, "/%s", names.items[i]);
		struct stat st;
		if (fstatat(fd, names.items[i], &st, AT_SYMLINK_NOFOLLOW) < 0) {
			rv_fail_errno(err, "cannot look at '%s'", prefix->ptr);
			goto out;
		}
		if (S_ISDIR(st.st_mode)) {
			if (collect_files(fd, names.items[i], prefix, skip, depth + 1, files, err) < 0) {
				goto out;
			}
		} else if (S_ISREG(st.st_mode)) {
			RV_GROW(files->items, files->len, files->cap);
			files->items[files->len++] = rv_strdup(prefix->ptr + skip);
		} else {
			rv_fail(err, RV_E_BAD_FILE,
			        S_ISLNK(st.st_mode) ? "'%s' is a link, which may not be here"
			                            : "'%s' is neither a file nor a directory",
			        prefix->ptr);
			goto out;
		}
	}
	result = 0;
out:
	rv_str_truncate(prefix, prefix_len);
	rv_names_free(names.items, names.len);
	close(fd);
	return result;
}

int rv_tree_files(const char *path, char ***names, size_t *len, struct rv_err *err)
{
	struct names files = { .items = NULL };
	struct rv_str prefix = RV_STR_INIT;
	rv_str_puts(&prefix, path);
	int result = collect_files(AT_FDCWD, path, &prefix, prefix.len + 1, 1, &files, err);
	rv_str_release(&prefix);
	if (result < 0) {
		rv_names_free(files.items, files.len);
		return -1;
	}
	names_sort(&files);
	*names = files.items;
	*len = files.len;
	return 0;
}

/* Removes `name` below parent_fd. `path` is for messages. */
static int remove_at(int parent_fd, const char *name, const char *path, int depth, struct rv_err *err)
{
	struct names names = { .items = NULL };
	if (unlinkat(parent_fd, name, 0) == 0 || errno == ENOENT) {
		return 0;
	}
	if (errno != EISDIR && errno != EPERM) {
		return rv_fail_errno(err, "cannot remove '%s'", path);
	}
	if (unlinkat(parent_fd, name, AT_REMOVEDIR) == 0) {
		return 0;
	}
	if (errno != ENOTEMPTY && errno != EEXIST) {
		return rv_fail_errno(err, "cannot remove '%s'", path);
	}
	if (depth > TREE_DEPTH_MAX) {
		return rv_fail(err, RV_E_LIMIT, "'%s' has directories more than %d deep", path, TREE_DEPTH_MAX);
	}
	int result = -1;
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int list_from = fd < 0 ? -1 : dup(fd);
	if (list_from < 0 || list_fd(list_from, &names) < 0) {
		rv_fail_errno(err, "cannot read directory '%s'", path);
		goto out;
	}
	for (size_t i = 0; i < names.len; i++) {
		if (remove_at(fd, names.items[i], path, depth + 1, err) < 0) {
			goto out;
		}
	}
	if (unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT) {
		rv_fail_errno(err, "cannot remove '%s'", path);
		goto out;
	}
	result = 0;
out:
	rv_names_free(names.items, names.len);
	if (fd >= 0) {
		close(fd);
	}
	return result;
}

int rv_remove_tree(const char *path, struct rv_err *err)
{
	return remove_at(AT_FDCWD, path, path, 1, err);
}

void rv_remove_empty_folders(int dir_fd)
{
	struct names names = { .items = NULL };
	const int list_from = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (list_from >= 0 && list_fd(list_from, &names) == 0) {
		for (size_t i = 0; i < names.len; i++) {
			const int fd = openat(dir_fd, names.items[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
			if (fd >= 0) {
				rv_remove_empty_folders(fd);
				(void)unlinkat(dir_fd, names.items[i], AT_REMOVEDIR);
				close(fd);
			}
		}
	}
	rv_names_free(names.items, names.len);
}

/* ---- the disk --------------------------------------------------------------------------------------------------- */

static int sync_dir(const char *path, int (*sync_fd)(int fd), struct rv_err *err)
{
	const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status = fd < 0 ? -1 : sync_fd(fd);
	if (fd >= 0 && status < 0 && (errno == EINVAL || errno == EOPNOTSUPP)) {
		status = 0; /* a file system that has nothing to write */
	}
	if (status < 0) {
		rv_fail_errno(err, "cannot have '%s' written to the disk", path);
	}
	if (fd >= 0) {
		close(fd);
	}
	return status;
}

int rv_sync(const char *path, struct rv_err *err)
{
	return sync_dir(path, syncfs, err);
}

int rv_sync_names(const char *path, struct rv_err *err)
{
	return sync_dir(path, fsync, err);
}

/* ---- working directories ---------------------------------------------------------------------------------------- */

/* Opens and locks a working directory; the descriptor, or -1 when it is in use or gone. */
static int lock_dir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return -1;
	}
	/* Who holds the lock may have removed it before we got the lock: then the name means something else by now. */
	struct stat ours, named;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 || fstat(fd, &ours) < 0 || lstat(path, &named) < 0 ||
	    ours.st_ino != named.st_ino || ours.st_dev != named.st_dev) {
		close(fd);
		return -1;
	}
	return fd;
}

/* True for one that we have made: it holds our mark, or is not that far yet. */
static bool is_workdir(int fd)
{
	struct names names = { .items = NULL };
	if (faccessat(fd, WORKDIR_MARK, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		return true;
	}
	const int list_from = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const bool is_empty = list_from >= 0 && list_fd(list_from, &names) == 0 && names.len == 0;
	rv_names_free(names.items, names.len);
	return is_empty;
}

static int mark_workdir(int fd, const char *path, struct rv_err *err)
{
	const int mark = openat(fd, WORKDIR_MARK, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (mark < 0 || close(mark) < 0) {
		return rv_fail_errno(err, "cannot make '%s/" WORKDIR_MARK "'", path);
	}
	return 0;
}

bool rv_workdir_is_name(const char *found, size_t len, const char *name)
{
	const size_t name_len = strlen(name);
	return len == 2 + name_len + RV_HIDDEN_SUFFIX_LEN && found[0] == '.' &&
	       strncmp(found + 1, name, name_len) == 0 && found[1 + name_len] == '.';
}

/* The mark goes last: whoever is killed meanwhile, or cannot go on, leaves what the next run knows. */
static int remove_workdir(const char *path, struct rv_err *err)
{
	char **names;
	size_t len;
	struct rv_str inner = RV_STR_INIT;
	int status = 0;
	if (rv_dir_names(path, &names, &len, err) < 0) {
		return -1;
	}
	for (size_t i = 0; status == 0 && i < len; i++) {
		rv_str_clear(&inner);
		rv_str_printf(&inner, "%s/%s", path, names[i]);
		status = strcmp(names[i], WORKDIR_MARK) == 0 ? 0 : rv_remove_tree(inner.ptr, err);
	}
	rv_str_release(&inner);
	rv_names_free(names, len);
	return status < 0 ? -1 : rv_remove_tree(path, err);
}

/* Removes the directories PARENT/.NAME.XXXXXX of ours whose owners are dead. What cannot be removed stays for the next.
 */
static void sweep_dead(const char *parent, const char *name)
{
	char **names;
	size_t len;
	if (rv_dir_names(parent, &names, &len, NULL) < 0) {
		return;
	}
	struct rv_str path = RV_STR_INIT;
	for (size_t i = 0; i < len; i++) {
		const char *found = names[i];
		if (!rv_workdir_is_name(found, strlen(found), name)) {
			continue;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", parent, found);
		int fd = lock_dir(path.ptr);
		if (fd >= 0) {
			struct rv_err ignored;
			if (is_workdir(fd) && remove_workdir(path.ptr, &ignored) < 0) {
				rv_detail("%s", ignored.text);
			}
			close(fd);
		}
	}
	rv_str_release(&path);
	rv_names_free(names, len);
}

int rv_workdir_open(struct rv_workdir *dir, const char *parent, const char *name, struct rv_err *err)
{
	*dir = (struct rv_workdir)RV_WORKDIR_INIT;
	if (rv_mkdirs(parent, err) < 0) {
		return -1;
	}
	sweep_dead(parent, name);
	struct rv_str wanted = RV_STR_INIT;
	rv_str_printf(&wanted, "%s/%s", parent, name);
	for (int i = 0; i < NEW_NAME_TRIES && dir->lock_fd < 0; i++) {
		char *path = rv_path_hidden(wanted.ptr, ".");
		if (mkdir(path, 0777) < 0 && errno != EEXIST) {
			rv_fail_errno(err, "cannot make directory '%s'", path);
			free(path);
			break;
		}
		/* Another run may take it for a dead one and remove it between these two calls: then the next name. */
		int fd = lock_dir(path);
		if (fd < 0) {
			rv_fail(err, RV_E_IO, "cannot lock directory '%s'", path);
			free(path);
			continue;
		}
		*dir = (struct rv_workdir) { .lock_fd = fd, .path = path };
	}
	rv_str_release(&wanted);
	if (dir->lock_fd >= 0 && mark_workdir(dir->lock_fd, dir->path, err) < 0) {
		rv_workdir_close(dir);
	}
	return dir->lock_fd < 0 ? -1 : 0;
}

void rv_workdir_close(struct rv_workdir *dir)
{
	if (dir->lock_fd < 0) {
		return;
	}
	struct rv_err err;
	if (remove_workdir(dir->path, &err) < 0) {
		rv_warn("%s", err.text);
	}
	close(dir->lock_fd);
	free(dir->path);
	*dir = (struct rv_workdir)RV_WORKDIR_INIT;
}

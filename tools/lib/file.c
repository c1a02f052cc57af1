/* SPDX-License-Identifier: MIT */
/* Files and directories, whole or not at all. */
#include "file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"

#define READ_STEP_BYTES ((size_t)64 << 10)
#define COPY_STEP_BYTES ((size_t)1 << 30)
#define SUFFIX_LEN 6
#define NEW_NAME_TRIES 100
#define TREE_DEPTH_MAX 200 /* each level holds a descriptor */

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

int rv_write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;
	while (len) {
		ssize_t n = write(fd, at, len);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -1;
		}
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

ssize_t rv_read_all(int fd, void *bytes, size_t len)
{
	size_t done = 0;
	while (done < len) {
		ssize_t n = read(fd, (char *)bytes + done, len - done);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return -1;
		}
		if (n == 0) {
			break;
		}
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int rv_file_read(const char *path, size_t limit, struct rv_str *out, struct rv_err *err)
{
	rv_str_clear(out);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot open '%s'", path);
	}
	int result = 0;
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (uintmax_t)st.st_size <= limit) {
		rv_str_reserve(out, (size_t)st.st_size + 1); /* one more, so that the end is seen without growing */
	}
	for (;;) {
		if (out->len > limit) {
			result = rv_fail(err, RV_E_LIMIT, "'%s' has more than %zu bytes", path, limit);
			break;
		}
		if (!out->cap || out->cap - out->len - 1 == 0) {
			rv_str_reserve(out, READ_STEP_BYTES);
		}
		ssize_t n = rv_read_all(fd, out->ptr + out->len, out->cap - out->len - 1);
		if (n < 0) {
			result = rv_fail_errno(err, "cannot read '%s'", path);
			break;
		}
		if (n == 0) {
			break;
		}
		out->len += (size_t)n;
		out->ptr[out->len] = '\0';
	}
	close(fd);
	return result;
}

/* ---- paths ------------------------------------------------------------------------------------------------------ */

bool rv_path_is_inside(const char *relative)
{
	if (!*relative || *relative == '/' || strcmp(relative, ".") == 0) {
		return false;
	}
	for (const char *part = relative; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || !part[2])) {
			return false;
		}
	}
	return true;
}

const char *rv_path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

char *rv_path_absolute(const char *path)
{
	struct rv_str absolute = RV_STR_INIT;
	if (*path != '/') {
		char *cwd = getcwd(NULL, 0);
		if (!cwd) {
			/* It was removed below us; "/proc/self/cwd" still means it as long as we live. */
			cwd = rv_strdup("/proc/self/cwd");
		}
		rv_str_puts(&absolute, cwd);
		free(cwd);
		if (*path && absolute.ptr[absolute.len - 1] != '/') {
			rv_str_putc(&absolute, '/');
		}
	}
	rv_str_puts(&absolute, path);
	return rv_str_detach(&absolute);
}

bool rv_file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

int rv_mkdirs(const char *path, struct rv_err *err)
{
	char *part = rv_strdup(path);
	int result = 0;
	for (char *at = part; *at && result == 0;) {
		at += strspn(at, "/");
		at += strcspn(at, "/");
		char kept = *at;
		*at = '\0';
		if (*part && mkdir(part, 0777) < 0) {
			int saved = errno;
			struct stat st;
			bool there = stat(part, &st) == 0;
			if (!there || !S_ISDIR(st.st_mode)) {
				errno = there ? ENOTDIR : saved;
				result = rv_fail_errno(err, "cannot make directory '%s'", part);
			}
		}
		*at = kept;
	}
	free(part);
	return result;
}

/* PARENT/.NAME<mark>XXXXXX beside `path`, with six random characters; caller frees. Such names never reach a dataset. */
static char *hidden_sibling(const char *path, const char *mark)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz012345"; /* 32: no bias */
	unsigned char noise[SUFFIX_LEN];
	if (getrandom(noise, sizeof(noise), 0) != (ssize_t)sizeof(noise)) {
		rv_bug("getrandom: %s", strerror(errno));
	}
	struct rv_str name = RV_STR_INIT;
	const char *base = rv_path_base(path);
	rv_str_append(&name, path, (size_t)(base - path));
	rv_str_printf(&name, ".%s%s", base, mark);
	for (size_t i = 0; i < SUFFIX_LEN; i++) {
		rv_str_putc(&name, alphabet[noise[i] % 32]);
	}
	return rv_str_detach(&name);
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
			rv_fail(err, RV_E_BAD_FILE, "'%s' is neither a regular file nor a directory", prefix->ptr);
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

/* Where the kernel or the file system cannot exchange two names: the old directory steps aside for an instant. */
static int replace_by_two_renames(const char *from, const char *to, struct rv_err *err)
{
	char *aside = hidden_sibling(to, ".old-");
	int result = -1;
	if (rename(to, aside) < 0) {
		rv_fail_errno(err, "cannot rename '%s' to '%s'", to, aside);
	} else if (rename(from, to) < 0) {
		rv_fail_errno(err, "cannot rename '%s' to '%s'", from, to);
		if (rename(aside, to) < 0) {
			rv_fail_prefix(err, "the old '%s' is now '%s'", to, aside);
		}
	} else {
		result = rv_remove_tree(aside, err);
	}
	free(aside);
	return result;
}

int rv_dir_replace(const char *from, const char *to, struct rv_err *err)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
		return rv_remove_tree(from, err);
	}
	if (errno == ENOENT) {
		if (rename(from, to) == 0) {
			return 0;
		}
	} else if (errno == EINVAL || errno == ENOSYS) {
		return replace_by_two_renames(from, to, err);
	}
	return rv_fail_errno(err, "cannot put '%s' in the place of '%s'", from, to);
}

/* ---- atomic files ----------------------------------------------------------------------------------------------- */

int rv_atomic_open(struct rv_atomic *file, const char *path, struct rv_err *err)
{
	*file = (struct rv_atomic)RV_ATOMIC_INIT;
	for (int i = 0; i < NEW_NAME_TRIES; i++) {
		char *temporary = hidden_sibling(path, ".tmp-");
		int fd = open(temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0) {
			*file = (struct rv_atomic){ .fd = fd, .path = rv_strdup(path), .temporary = temporary };
			return 0;
		}
		free(temporary);
		if (errno != EEXIST) {
			break;
		}
	}
	return rv_fail_errno(err, "cannot make '%s'", path);
}

static void atomic_release(struct rv_atomic *file)
{
	free(file->path);
	free(file->temporary);
	*file = (struct rv_atomic)RV_ATOMIC_INIT;
}

int rv_atomic_commit(struct rv_atomic *file, struct rv_err *err)
{
	int fd = file->fd;
	file->fd = -1;
	if (close(fd) < 0 && errno != EINTR) {
		rv_fail_errno(err, "cannot write '%s'", file->path);
	} else if (rename(file->temporary, file->path) < 0) {
		rv_fail_errno(err, "cannot rename '%s' to '%s'", file->temporary, file->path);
	} else {
		atomic_release(file);
		return 0;
	}
	rv_atomic_abort(file);
	return -1;
}

void rv_atomic_abort(struct rv_atomic *file)
{
	int saved = errno;
	if (file->fd >= 0) {
		close(file->fd);
	}
	if (file->temporary) {
		unlink(file->temporary);
	}
	atomic_release(file);
	errno = saved;
}

int rv_file_write(const char *path, const void *bytes, size_t len, struct rv_err *err)
{
	struct rv_atomic file = RV_ATOMIC_INIT;
	if (rv_atomic_open(&file, path, err) < 0) {
		return -1;
	}
	if (rv_write_all(file.fd, bytes, len) < 0) {
		rv_fail_errno(err, "cannot write '%s'", path);
		rv_atomic_abort(&file);
		return -1;
	}
	return rv_atomic_commit(&file, err);
}

int rv_copy_file(const char *from, const char *to, struct rv_err *err)
{
	struct rv_atomic out = RV_ATOMIC_INIT;
	char *buffer = NULL;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0) {
		return rv_fail_errno(err, "cannot open '%s'", from);
	}
	int result = rv_atomic_open(&out, to, err);
	/* The kernel copies (or shares blocks) as far as it can; the rest goes through a buffer. */
	while (result == 0 && copy_file_range(in, NULL, out.fd, NULL, COPY_STEP_BYTES, 0) > 0) {
	}
	buffer = rv_alloc(READ_STEP_BYTES);
	while (result == 0) {
		ssize_t n = rv_read_all(in, buffer, READ_STEP_BYTES);
		if (n < 0) {
			result = rv_fail_errno(err, "cannot read '%s'", from);
		} else if (n == 0) {
			break;
		} else if (rv_write_all(out.fd, buffer, (size_t)n) < 0) {
			result = rv_fail_errno(err, "cannot write '%s'", to);
		}
	}
	if (result == 0) {
		result = rv_atomic_commit(&out, err);
	} else if (out.path) {
		rv_atomic_abort(&out);
	}
	free(buffer);
	close(in);
	return result;
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

/* Removes the directories PARENT/.NAME.XXXXXX whose owners are dead. What cannot be removed stays for the next. */
static void sweep_dead(const char *parent, const char *name)
{
	char **names;
	size_t len;
	if (rv_dir_names(parent, &names, &len, NULL) < 0) {
		return;
	}
	struct rv_str path = RV_STR_INIT;
	size_t name_len = strlen(name);
	for (size_t i = 0; i < len; i++) {
		const char *found = names[i];
		if (found[0] != '.' || strncmp(found + 1, name, name_len) != 0 || found[1 + name_len] != '.' ||
		    strlen(found) != 2 + name_len + SUFFIX_LEN) {
			continue;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s", parent, found);
		int fd = lock_dir(path.ptr);
		if (fd >= 0) {
			struct rv_err ignored;
			if (rv_remove_tree(path.ptr, &ignored) < 0) {
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
		char *path = hidden_sibling(wanted.ptr, ".");
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
		*dir = (struct rv_workdir){ .lock_fd = fd, .path = path };
	}
	rv_str_release(&wanted);
	return dir->lock_fd < 0 ? -1 : 0;
}

void rv_workdir_close(struct rv_workdir *dir)
{
	if (dir->lock_fd < 0) {
		return;
	}
	struct rv_err err;
	if (rv_remove_tree(dir->path, &err) < 0) {
		rv_warn("%s", err.text);
	}
	close(dir->lock_fd);
	free(dir->path);
	*dir = (struct rv_workdir)RV_WORKDIR_INIT;
}

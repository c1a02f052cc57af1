/* SPDX-License-Identifier: MIT */
/* The directories that generators work in. */
#include "gen/workplace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"

#define MARKER ".rv-gen"
#define RUN_MARKER ".rv-blend"
#define PREFIX "_rv_"
#define OPEN_TRIES 100

const char *const gen_retain_names[] = { "all", "last", "none", NULL };

/* Removes everything in it but the marker, which is locked. */
static int clear(const char *path, struct rv_err *err)
{
	char **names;
	size_t len;
	if (rv_dir_names(path, &names, &len, err) < 0) {
		return -1;
	}
	int result = 0;
	struct rv_str inner = RV_STR_INIT;
	for (size_t i = 0; i < len && result == 0; i++) {
		if (strcmp(names[i], MARKER) != 0) {
			rv_str_clear(&inner);
			rv_str_printf(&inner, "%s/%s", path, names[i]);
			result = rv_remove_tree(inner.ptr, err);
		}
	}
	rv_str_release(&inner);
	rv_names_free(names, len);
	return result;
}

/* A directory that holds something but no marker is somebody else's. */
static int check_ours(const char *path, const char *marker, struct rv_err *err)
{
	struct stat st;
	if (lstat(path, &st) < 0) {
		return errno == ENOENT ? 0 : rv_fail_errno(err, "cannot look at '%s'", path);
	}
	if (!S_ISDIR(st.st_mode)) {
		return rv_fail(err, RV_E_USAGE, "'%s' is no directory", path);
	}
	char **names;
	size_t len;
	if (rv_dir_names(path, &names, &len, err) < 0) {
		return -1;
	}
	rv_names_free(names, len);
	if (len && !rv_file_exists(marker)) {
		return rv_fail(err, RV_E_USAGE, "'%s' was not made by rv-gen and is not empty", path);
	}
	return 0;
}

/* Opens the marker and locks it for us among others; -1 with errno. 0 in *fd: it was removed meanwhile, try again. */
static int lock_marker(const char *marker, int *fd)
{
	*fd = open(marker, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
	if (*fd < 0) {
		return errno == ENOENT ? 0 : -1;
	}
	while (flock(*fd, LOCK_SH) < 0) {
		if (errno != EINTR) {
			return -1;
		}
	}
	struct stat st;
	return fstat(*fd, &st) < 0 ? -1 : st.st_nlink > 0;
}

int gen_workplace_open(struct gen_workplace *place, const char *base, const char *name, enum gen_retain retain,
                       struct rv_err *err)
{
	*place = (struct gen_workplace) { .lock_fd = -1, .retain = retain };
	struct rv_str path = RV_STR_INIT, marker = RV_STR_INIT;
	char *absolute = rv_path_absolute(base);
	rv_str_printf(&path, "%s/" PREFIX "%s", absolute, name);
	rv_str_printf(&marker, "%s/" MARKER, path.ptr);
	int result = -1, fd = -1, locked = 0;
	for (int i = 0; i < OPEN_TRIES && locked == 0; i++) {
		if (check_ours(path.ptr, marker.ptr, err) < 0 || rv_mkdirs(path.ptr, err) < 0) {
			goto out;
		}
		if (fd >= 0) {
			close(fd);
		}
		locked = lock_marker(marker.ptr, &fd);
	}
	if (locked <= 0) {
		rv_fail_errno(err, "cannot lock '%s'", marker.ptr);
		goto out;
	}
	if (retain != GEN_RETAIN_ALL) {
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			rv_detail("'%s' is in use by another run: what is in it stays", path.ptr);
		} else if (clear(path.ptr, err) < 0) {
			goto out;
		}
		if (flock(fd, LOCK_SH) < 0) {
			rv_fail_errno(err, "cannot lock '%s'", marker.ptr);
			goto out;
		}
	}
	place->lock_fd = fd;
	place->path = rv_str_detach(&path);
	fd = -1;
	result = 0;
out:
	if (fd >= 0) {
		close(fd);
	}
	free(absolute);
	rv_str_release(&path);
	rv_str_release(&marker);
	return result;
}

/* Removes what earlier runs have left. */
static void sweep(const char *base)
{
	char **names;
	size_t len;
	struct rv_err err;
	struct rv_str path = RV_STR_INIT;
	if (rv_dir_names(base, &names, &len, &err) < 0) {
		return; /* there is none yet */
	}
	for (size_t i = 0; i < len; i++) {
		if (strncmp(names[i], PREFIX, strlen(PREFIX)) != 0) {
			continue;
		}
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/%s/" RUN_MARKER, base, names[i]);
		int fd = open(path.ptr, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (fd < 0) {
			continue;
		}
		rv_str_truncate(&path, path.len - strlen("/" RUN_MARKER));
		if (flock(fd, LOCK_EX | LOCK_NB) == 0 && rv_remove_tree(path.ptr, &err) < 0) {
			rv_warn("%s", err.text);
		}
		close(fd);
	}
	rv_str_release(&path);
	rv_names_free(names, len);
}

int gen_workplace_open_run(struct gen_workplace *place, const char *root, const char *base, enum gen_retain retain,
                           struct rv_err *err)
{
	*place = (struct gen_workplace) { .lock_fd = -1, .retain = retain, .is_runs = true };
	struct rv_str path = RV_STR_INIT, marker = RV_STR_INIT;
	struct stat st;
	rv_str_printf(&path, "%s%s%s", base[0] == '/' ? "" : root, base[0] == '/' ? "" : "/", base);
	char *absolute = rv_path_absolute(path.ptr);
	int result = -1, locked = 0;
	if (retain != GEN_RETAIN_ALL) {
		sweep(absolute);
	}
	place->made_base = lstat(absolute, &st) < 0;
	for (int i = 0; i < OPEN_TRIES && locked == 0; i++) {
		rv_str_clear(&path);
		rv_str_printf(&path, "%s/" PREFIX "XXXXXX", absolute);
		if (rv_mkdirs(absolute, err) < 0) {
			goto out;
		}
		if (!mkdtemp(path.ptr) || chmod(path.ptr, 0755) < 0) {
			if (errno == ENOENT) {
				continue; /* another run has removed the base after us */
			}
			rv_fail_errno(err, "cannot make a directory in '%s'", absolute);
			goto out;
		}
		rv_str_clear(&marker);
		rv_str_printf(&marker, "%s/" RUN_MARKER, path.ptr);
		if (place->lock_fd >= 0) {
			close(place->lock_fd);
		}
		locked = lock_marker(marker.ptr, &place->lock_fd);
	}
	if (locked <= 0) {
		rv_fail_errno(err, "cannot lock '%s'", marker.ptr);
		goto out;
	}
	place->path = rv_str_detach(&path);
	result = 0;
out:
	if (result < 0 && place->lock_fd >= 0) {
		close(place->lock_fd);
		place->lock_fd = -1;
	}
	free(absolute);
	rv_str_release(&path);
	rv_str_release(&marker);
	return result;
}

int gen_workplace_sample(const struct gen_workplace *place, const char *id, struct rv_str *path, struct rv_err *err)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", place->path, id);
	if (rv_remove_tree(path->ptr, err) < 0) {
		return -1;
	}
	return rv_mkdirs(path->ptr, err);
}

/* Without its marker no later run takes it for one that may go. */
static void release_to_user(const char *path)
{
	struct rv_str marker = RV_STR_INIT;
	rv_str_printf(&marker, "%s/" RUN_MARKER, path);
	unlink(marker.ptr);
	rv_str_release(&marker);
}

/* The directory that holds `path`. */
static void remove_if_empty(const char *path)
{
	char *base = rv_strndup(path, (size_t)(rv_path_base(path) - path));
	if (rmdir(base) < 0) {
		rv_detail("'%s' stays: %s", base, strerror(errno));
	}
	free(base);
}

/* Whether nothing but our markers is in it. */
static bool is_empty(const struct gen_workplace *place)
{
	char **names = NULL;
	size_t len = 0;
	struct rv_err err;
	bool empty = rv_tree_files(place->path, &names, &len, &err) == 0;
	for (size_t i = 0; i < len; i++) {
		empty = empty && rv_path_base(names[i])[0] == '.';
	}
	rv_names_free(names, len);
	return empty;
}

void gen_workplace_close(struct gen_workplace *place)
{
	if (place->lock_fd < 0) {
		return;
	}
	if (place->retain == GEN_RETAIN_NONE) {
		if (flock(place->lock_fd, LOCK_EX | LOCK_NB) < 0) {
			rv_detail("'%s' is in use by another run: what is in it stays", place->path);
		} else {
			struct rv_err err;
			if (rv_remove_tree(place->path, &err) < 0) {
				rv_warn("%s", err.text);
			}
		}
		if (place->made_base) {
			remove_if_empty(place->path);
		}
	} else if (place->retain == GEN_RETAIN_ALL && place->is_runs) {
		release_to_user(place->path);
	}
	close(place->lock_fd);
	free(place->path);
	*place = (struct gen_workplace)GEN_WORKPLACE_INIT;
}

void gen_workplace_close_used(struct gen_workplace *place)
{
	if (place->path && is_empty(place)) {
		place->retain = GEN_RETAIN_NONE;
	}
	gen_workplace_close(place);
}

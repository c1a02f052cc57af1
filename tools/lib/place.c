/* SPDX-License-Identifier: MIT */
/* Directories in their places, and what was there before. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "dir.h"
#include "file.h"
#include "place_private.h"

#define OLD_MARK ".old-"
#define BESIDE_TRIES 1000

/* The directory that a path is in: where sorters have their files. Caller frees. */
static char *parent_of(const char *path)
{
	const size_t len = (size_t)(rv_path_base(path) - path);
	return len == 0 ? rv_strdup(".") : len == 1 ? rv_strdup("/") : rv_strndup(path, len - 1);
}

static int open_dir(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* ---- looking at it ------------------------------------------------------------------------------------------------
 */

/* Whether the working directory is the one at `path`, or lies in it. */
static bool holds_us(const char *path)
{
	char *const here = getcwd(NULL, 0);
	char *const real = realpath(path, NULL);
	const size_t len = real ? strlen(real) : 0;
	const bool holds = here && real && strncmp(here, real, len) == 0 && (here[len] == '/' || here[len] == '\0');
	free(here);
	free(real);
	return holds;
}

static bool is_mount(const char *path)
{
	struct statx info;
	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &info) == 0 &&
	       (info.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) && (info.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* What stands there, which may not be replaced. */
static int refuse(const struct rv_place *place, bool is_ours, const char *foreign, struct rv_err *err)
{
	const struct rv_place_owner *const owner = place->owner;
	if (!is_ours) {
		return rv_fail(err, RV_E_TAKEN,
		               "%s is there and is no %s (no %s of ours), and has '%s': nothing was changed",
		               place->shown, owner->what, owner->proof, foreign);
	}
	return rv_fail(err, RV_E_TAKEN,
	               "%s has a file that is not of the %s: '%s'; move it away%s%s: nothing was changed", place->shown,
	               owner->what, foreign, owner->keeps ? ", or keep it with " : "",
	               owner->keeps ? owner->keeps : "");
}

/* Takes note of a directory that is ours, or empty. */
static int look(struct rv_place *place, int fd, const struct stat *st, struct rv_err *err)
{
	char *const scratch = parent_of(place->path);
	struct rv_str foreign = RV_STR_INIT;
	int status = rv_place_find_foreign(place->owner, fd, -1, scratch, &foreign, err);
	if (status < 0) {
		rv_fail_prefix(err, "cannot use %s", place->shown);
	} else if (foreign.len > 0 && !(status > 0 && place->keeps)) {
		status = refuse(place, status > 0, foreign.ptr, err);
	} else {
		place->is_there = status > 0;
		place->dev = st->st_dev;
		place->ino = st->st_ino;
		status = 0;
	}
	rv_str_release(&foreign);
	free(scratch);
	return status;
}

int rv_place_open(struct rv_place *place, const char *path, const char *shown, const struct rv_place_owner *owner,
                  bool keeps, struct rv_err *err)
{
	struct stat st;
	*place = (struct rv_place) { .path = rv_strdup(path), .shown = shown, .owner = owner, .keeps = keeps };
	if (lstat(path, &st) < 0) {
		return errno == ENOENT ? 0 : rv_fail_errno(err, "cannot use %s", shown);
	}
	if (!S_ISDIR(st.st_mode)) {
		return rv_fail(err, RV_E_TAKEN, "%s is there and is no directory: nothing was changed", shown);
	}
	if (holds_us(path)) {
		return rv_fail(err, RV_E_TAKEN, "%s is the working directory, or holds it, and cannot be replaced",
		               shown);
	}
	if (is_mount(path)) {
		return rv_fail(err, RV_E_TAKEN, "%s is a mount point, which cannot be replaced: name a directory in it",
		               shown);
	}
	const int fd = open_dir(path);
	if (fd < 0 || fstat(fd, &st) < 0) {
		rv_fail_errno(err, "cannot use %s", shown);
		if (fd >= 0) {
			close(fd);
		}
		return -1;
	}
	const int status = look(place, fd, &st, err);
	close(fd);
	return status;
}

void rv_place_close(struct rv_place *place)
{
	free(place->path);
	*place = (struct rv_place) { .path = NULL };
}

/* ---- visible names ------------------------------------------------------------------------------------------------
 */

/* rename(2) of a directory to a name that is not taken; else -1 with EEXIST. */
static int rename_to_new(const char *from, const char *to)
{
	const int renamed = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	if (renamed == 0 || (errno != EINVAL && errno != ENOSYS && errno != EOPNOTSUPP)) {
		return renamed;
	}
	if (faccessat(AT_FDCWD, to, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return -1;
	}
	return rename(from, to); /* no file, and no directory but an empty one, gives way to a directory */
}

/* Gives `from` the first free name of PATH<end>, PATH<end>-2 and so on, which is appended to *name. */
static int put_beside(const char *from, const char *path, const char *end, struct rv_str *name)
{
	for (int i = 1; i <= BESIDE_TRIES; i++) {
		rv_str_clear(name);
		rv_str_printf(name, "%s%s", path, end);
		if (i > 1) {
			rv_str_printf(name, "-%d", i);
		}
		const int renamed = rename_to_new(from, name->ptr);
		if (renamed == 0 || errno != EEXIST) {
			return renamed;
		}
	}
	return -1;
}

/* After a failure: the new directory, which is at `tree`, is not lost. */
static int leave_beside(const struct rv_place *place, const char *tree, struct rv_err *err)
{
	struct rv_str name = RV_STR_INIT;
	if (put_beside(tree, place->path, ".new", &name) == 0) {
		rv_fail(err, err->code, "%s; the new one is '%s'", err->text, name.ptr);
	}
	rv_str_release(&name);
	return -1;
}

/* The old directory, of which something is left. */
static void show_old(const char *old, const char *path, const char *why)
{
	struct rv_str name = RV_STR_INIT;
	if (put_beside(old, path, ".old", &name) < 0) {
		rv_str_clear(&name);
		rv_str_puts(&name, old);
	}
	rv_warn("what is left of the old '%s' is in '%s': %s", path, name.ptr, why);
	rv_str_release(&name);
}

/* ---- putting it there ---------------------------------------------------------------------------------------------
 */

/* The place is not as it was when it was opened. */
static int fail_changed(const struct rv_place *place, const char *what, struct rv_err *err)
{
	return rv_fail(err, RV_E_TAKEN, "%s is not as it was when this began (%s): it is left as it is", place->shown,
	               what);
}

/* Nothing was there, or an empty directory: rename(2) takes the place of nothing else. */
static int put_first(const struct rv_place *place, const char *tree, struct rv_err *err)
{
	if (rename(tree, place->path) == 0) {
		return 0;
	}
	return errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR
	               ? fail_changed(place, "something has appeared there", err)
	               : rv_fail_errno(err, "cannot put the new one where %s is to be", place->shown);
}

/* Whether `old` is the directory that was seen first, ours, with no files of others but those that `new_fd` has. */
static int check_old(const struct rv_place *place, const char *old, int new_fd, struct rv_err *err)
{
	const int fd = open_dir(old);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_dev != place->dev || st.st_ino != place->ino) {
		if (fd >= 0) {
			close(fd);
		}
		return fail_changed(place, "it is another one", err);
	}
	char *const scratch = parent_of(place->path);
	struct rv_str foreign = RV_STR_INIT, what = RV_STR_INIT;
	int status = rv_place_find_foreign(place->owner, fd, new_fd, scratch, &foreign, err);
	if (foreign.len > 0) {
		rv_str_printf(&what, "it has '%s'", foreign.ptr);
		status = fail_changed(place, what.ptr, err);
	} else if (status == 0) {
		status = fail_changed(place, "nothing proves that it is ours", err);
	}
	rv_str_release(&foreign);
	rv_str_release(&what);
	free(scratch);
	close(fd);
	return status < 0 ? -1 : 0;
}

/* True when the directory holds proofs alone, or nothing. */
static bool has_proofs_only(const struct rv_place_owner *owner, const char *dir)
{
	char **names;
	size_t n;
	if (rv_dir_names(dir, &names, &n, NULL) < 0) {
		return false;
	}
	bool alone = true;
	for (size_t i = 0; i < n; i++) {
		alone = alone && rv_place_is_proof(owner, names[i]);
	}
	rv_names_free(names, n);
	return alone;
}

/* The new directory is in its place: whatever happens here is no failure. As long as the old one is hidden it can be
 * told that it is ours. */
static void remove_old(const struct rv_place_owner *owner, const char *old, const char *path, int new_fd)
{
	const int fd = open_dir(old);
	char *const scratch = parent_of(path);
	struct rv_err err = RV_ERR_INIT;
	const char *why = "files that are not ours came into it";
	if (fd < 0 || rv_place_remove_ours(owner, fd, new_fd, scratch, &err) < 0) {
		why = err.text;
	} else if (!has_proofs_only(owner, old)) {
		show_old(old, path, why);
	}
	if (fd >= 0) {
		(void)rv_place_remove_proofs(owner, fd);
		close(fd);
	}
	if (rmdir(old) < 0 && errno != ENOENT) {
		show_old(old, path, why);
	}
	free(scratch);
}

/* Where the file system cannot exchange: the old one steps aside, which nobody else can use meanwhile. */
static int replace_by_two_renames(const struct rv_place *place, const char *tree, int new_fd, struct rv_err *err)
{
	char *const old = rv_path_hidden(place->path, OLD_MARK);
	int status = rename(place->path, old);
	if (status < 0 && errno == ENOENT) {
		free(old);
		return put_first(place, tree, err);
	}
	if (status < 0) {
		rv_fail_errno(err, "cannot rename %s", place->shown);
	} else if (check_old(place, old, new_fd, err) < 0) {
		status = -1;
	} else if (rename(tree, place->path) < 0) {
		status = rv_fail_errno(err, "cannot put the new one in the place of %s", place->shown);
	}
	if (status == 0) {
		remove_old(place->owner, old, place->path, new_fd);
	} else if (rename(old, place->path) < 0 && errno != ENOENT) {
		show_old(old, place->path, "it could not be put back");
	}
	free(old);
	return status;
}

/* `tree` lies beside the place. */
static int replace(const struct rv_place *place, const char *tree, int new_fd, struct rv_err *err)
{
	if (renameat2(AT_FDCWD, tree, AT_FDCWD, place->path, RENAME_EXCHANGE) < 0) {
		if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) {
			return replace_by_two_renames(place, tree, new_fd, err);
		}
		return errno == ENOENT ? put_first(place, tree, err)
		                       : rv_fail_errno(err, "cannot put the new one in the place of %s", place->shown);
	}
	if (check_old(place, tree, new_fd, err) == 0) {
		remove_old(place->owner, tree, place->path, new_fd);
		return 0;
	}
	if (renameat2(AT_FDCWD, tree, AT_FDCWD, place->path, RENAME_EXCHANGE) < 0) {
		rv_fail_prefix(err, "%s is now '%s', as it cannot be put back (%s)", place->shown, tree,
		               strerror(errno));
	}
	return -1;
}

static int keep_foreign(const struct rv_place *place, int new_fd, struct rv_err *err)
{
	const int fd = place->keeps ? open_dir(place->path) : -1;
	char *const scratch = parent_of(place->path);
	const int status = fd < 0 ? 0 : rv_place_link_foreign(place->owner, fd, new_fd, scratch, err);
	free(scratch);
	if (fd >= 0) {
		close(fd);
	}
	return status;
}

/* From here on the new directory has a name that says what becomes of the old one, should we be killed. */
static int put_over(const struct rv_place *place, const char *tree, struct rv_err *err)
{
	const int new_fd = open_dir(tree);
	char *const beside = rv_path_hidden(place->path, OLD_MARK);
	if (new_fd < 0) {
		rv_fail_errno(err, "cannot open '%s'", tree);
	} else if (keep_foreign(place, new_fd, err) < 0) {
		leave_beside(place, tree, err);
	} else if (rename(tree, beside) < 0) {
		rv_fail_errno(err, "cannot rename '%s'", tree);
		leave_beside(place, tree, err);
	} else if (replace(place, beside, new_fd, err) < 0) {
		leave_beside(place, beside, err);
	} else {
		free(beside);
		close(new_fd);
		return 0;
	}
	free(beside);
	if (new_fd >= 0) {
		close(new_fd);
	}
	return -1;
}

int rv_place_put(struct rv_place *place, const char *tree, struct rv_err *err)
{
	if (place->is_there) {
		return put_over(place, tree, err);
	}
	return put_first(place, tree, err) < 0 ? leave_beside(place, tree, err) : 0;
}

int rv_place_remove(struct rv_place *place, struct rv_err *err)
{
	if (!place->is_there) {
		return 1;
	}
	const int fd = open_dir(place->path);
	char *const scratch = parent_of(place->path);
	int status = fd < 0 ? rv_fail_errno(err, "cannot use %s", place->shown)
	                    : rv_place_remove_ours(place->owner, fd, -1, scratch, err);
	free(scratch);
	if (status >= 0 && rv_place_remove_proofs(place->owner, fd) < 0) {
		status = rv_fail_errno(err, "cannot remove '%s/%s'", place->path, place->owner->proof);
	}
	if (fd >= 0) {
		close(fd);
	}
	return status < 0 ? -1 : rmdir(place->path) == 0;
}

/* ---- after killed runs --------------------------------------------------------------------------------------------
 */

/* The length of NAME where `found` is ".NAME.old-XXXXXX", else 0. */
static size_t old_name_len(const char *found)
{
	const size_t end_len = sizeof(OLD_MARK) - 1 + RV_HIDDEN_SUFFIX_LEN, len = strlen(found);
	return found[0] == '.' && len > 1 + end_len &&
	                       strncmp(found + len - end_len, OLD_MARK, sizeof(OLD_MARK) - 1) == 0
	               ? len - 1 - end_len
	               : 0;
}

static void sweep(const char *old, const char *path, const struct rv_place_owner *owner)
{
	const int fd = open_dir(old);
	char *const scratch = parent_of(path);
	struct rv_str foreign = RV_STR_INIT;
	struct rv_err err = RV_ERR_INIT;
	const bool ours = fd >= 0 && rv_place_find_foreign(owner, fd, -1, scratch, &foreign, &err) > 0;
	if (fd >= 0) {
		close(fd);
	}
	if (!ours) {
		if (rmdir(old) < 0) {
			rv_detail("'%s' is not ours: it stays", old);
		}
	} else if (rename_to_new(old, path) == 0) {
		rv_info("'%s' is there again, which an earlier run had set aside", path);
	} else if (errno == EEXIST) {
		remove_old(owner, old, path, -1);
	}
	rv_str_release(&foreign);
	free(scratch);
}

void rv_place_sweep(const char *parent, const char *name, const struct rv_place_owner *owner)
{
	char **found;
	size_t n;
	if (rv_dir_names(parent, &found, &n, NULL) < 0) {
		return;
	}
	struct rv_str old = RV_STR_INIT, path = RV_STR_INIT;
	for (size_t i = 0; i < n; i++) {
		const size_t len = old_name_len(found[i]);
		if (len > 0 && (!name || (strlen(name) == len && strncmp(found[i] + 1, name, len) == 0))) {
			rv_str_clear(&old);
			rv_str_clear(&path);
			rv_str_printf(&old, "%s/%s", parent, found[i]);
			rv_str_printf(&path, "%s/%.*s", parent, (int)len, found[i] + 1);
			sweep(old.ptr, path.ptr, owner);
		}
	}
	rv_str_release(&old);
	rv_str_release(&path);
	rv_names_free(found, n);
}

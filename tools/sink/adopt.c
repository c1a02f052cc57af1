/* SPDX-License-Identifier: MIT */
/* Links, clones, copies. */
#include "sink/adopt.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "file.h"

/* 0, or -1 with errno. The open file is linked, whatever its name is now. */
static int link_file(const struct rv_source *source, const char *path)
{
	char opened[32];
	snprintf(opened, sizeof(opened), "/proc/self/fd/%d", source->fd);
	return linkat(AT_FDCWD, opened, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

/* An rv_write_fn. */
static int write_bytes(void *fd, const void *bytes, size_t len, struct rv_err *err)
{
	return rv_write_all(*(int *)fd, bytes, len) < 0 ? rv_fail_errno(err, "cannot write a file of the dataset") : 0;
}

static int copy_file(const struct rv_source *source, const char *path, struct rv_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		return rv_fail_errno(err, "cannot create '%s'", path);
	}
	const int status = ioctl(fd, FICLONE, source->fd) == 0 ? 0 : rv_source_copy(source, write_bytes, &fd, err);
	return close(fd) < 0 && status == 0 ? rv_fail_errno(err, "cannot write '%s'", path) : status;
}

static int put(struct sink_adopter *adopter, const struct rv_source *source, const char *path, struct rv_err *err)
{
	adopter->cannot_link = adopter->cannot_link || link_file(source, path) < 0;
	return adopter->cannot_link ? copy_file(source, path, err) : 0;
}

int sink_adopt(struct sink_adopter *adopter, struct sink_dataset *dataset, const struct rv_source *source,
               const char *relative, const char *sha256, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	int status = sink_dataset_path(dataset, relative, &path, err);
	if (status == 0 && rv_file_exists(path.ptr)) {
		status = rv_fail(err, RV_E_USAGE, "'%s' is there already: no id may be in two parts", relative);
	}
	if (status == 0) {
		status = put(adopter, source, path.ptr, err);
	}
	rv_str_release(&path);
	return status < 0 ? -1 : sink_dataset_list(dataset, relative, source->len, sha256, err);
}

/* SPDX-License-Identifier: MIT */
/* Samples that are to be made again: see drop.h. */
#include "verify/drop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "json.h"
#include "record.h"
#include "verify/blend_marker.h"
#include "vocabulary.h"

static const char text[] = "{\"version\":1,\"tool\":\"rv-verify\"}\n";

static bool has_marker(int dir_fd)
{
	struct rv_str marker = RV_STR_INIT;
	struct rv_json json = RV_JSON_INIT;
	const bool has = verify_blend_marker_read(dir_fd, &marker, &json) &&
	                 rv_json_type(rv_json_get(json, "version")) == RV_JSON_NUMBER &&
	                 rv_json_type(rv_json_get(json, "files")) == RV_JSON_ARRAY;
	rv_json_release(&json);
	rv_str_release(&marker);
	return has;
}

/* That it is there is what counts. */
static int put_again(int dir_fd, const char *dir, struct rv_err *err)
{
	const int fd = openat(dir_fd, RV_AGAIN_NAME, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd < 0) {
		return errno == EEXIST ? 0 : rv_fail_errno(err, "cannot create '%s/%s'", dir, RV_AGAIN_NAME);
	}
	const int status = rv_write_all(fd, text, sizeof(text) - 1) < 0
	                           ? rv_fail_errno(err, "cannot write '%s/%s'", dir, RV_AGAIN_NAME)
	                           : 0;
	close(fd);
	return status;
}

int verify_drop(const char *dir, const char *id, struct rv_err *err)
{
	const int dir_fd = open(dir, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir_fd < 0 || strcmp(rv_path_base(dir), id) != 0 || !has_marker(dir_fd)) {
		if (dir_fd >= 0) {
			close(dir_fd);
		}
		return rv_fail(err, RV_E_TAKEN, "'%s' is not proved to be a sample of rv-blend", dir);
	}
	const int status = put_again(dir_fd, dir, err);
	close(dir_fd);
	return status;
}

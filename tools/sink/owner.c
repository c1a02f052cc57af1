/* SPDX-License-Identifier: MIT */
/* Manifests of datasets that are there. */
#include "sink/owner.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "source.h"
#include "vocabulary.h"

FILE *sink_owner_manifest(int dir_fd)
{
	struct rv_source source;
	if (rv_source_open_beneath(&source, dir_fd, RV_MANIFEST_NAME, NULL) < 0) {
		return NULL;
	}
	const int fd = fcntl(source.fd, F_DUPFD_CLOEXEC, 0);
	FILE *const file = fd < 0 ? NULL : fdopen(fd, "r");
	if (!file && fd >= 0) {
		close(fd);
	}
	rv_source_close(&source);
	return file;
}

/* Adds the file that a line tells of. */
static int add_line(const char *line, size_t len, struct rv_place_list *list, struct rv_err *err)
{
	struct rv_json json = RV_JSON_INIT;
	int status = 0;
	if (rv_json_parse(line, len, &json, NULL) == 0) {
		size_t path_len;
		const char *const path = rv_json_string(rv_json_get(json, "path"), &path_len);
		status = path && strlen(path) == path_len ? rv_place_list_add(list, path, err) : 0;
	}
	rv_json_release(&json);
	return status;
}

static int list_files(int dir_fd, struct rv_place_list *list, struct rv_err *err)
{
	FILE *const file = sink_owner_manifest(dir_fd);
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	if (!file) {
		return 0;
	}
	int ours = getline(&line, &cap, file) > 0 && strncmp(line, RV_MANIFEST_START, strlen(RV_MANIFEST_START)) == 0;
	if (ours > 0 && rv_place_list_add(list, RV_MANIFEST_NAME, err) < 0) {
		ours = -1;
	}
	while (ours > 0 && (len = getline(&line, &cap, file)) > 0) {
		ours = add_line(line, (size_t)len, list, err) < 0 ? -1 : 1;
	}
	if (ours >= 0 && ferror(file)) {
		ours = rv_fail_errno(err, "cannot read '%s'", RV_MANIFEST_NAME);
	}
	free(line);
	fclose(file);
	return ours;
}

int sink_owner_head(const char *dir, struct sink_head *head, struct rv_err *err)
{
	const int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	FILE *const file = dir_fd < 0 ? NULL : sink_owner_manifest(dir_fd);
	char *line = NULL;
	size_t cap = 0;
	const ssize_t len = file ? getline(&line, &cap, file) : -1;
	*head = (struct sink_head) { .version = NULL };
	const int status = len <= 0 ? rv_fail(err, RV_E_BAD_FILE, "it cannot be read")
	                            : sink_head_read(line, (size_t)len, head, err);
	free(line);
	if (file) {
		fclose(file);
	}
	if (dir_fd >= 0) {
		close(dir_fd);
	}
	return status < 0 ? rv_fail_prefix(err, "'%s/%s'", dir, RV_MANIFEST_NAME) : 0;
}

const struct rv_place_owner sink_owner = {
	.what = "dataset of rv",
	.proof = RV_MANIFEST_NAME,
	.keeps = "--replace",
	.list = list_files,
};

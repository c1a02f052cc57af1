/* SPDX-License-Identifier: MIT */
/* The hidden directory, the manifest, and the step that puts a dataset in its place. */
#include "sink/dataset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "file.h"
#include "hash.h"
#include "json.h"
#include "sorter.h"
#include "vocabulary.h"

#define BUFFER_BYTES ((size_t)256 << 10)

struct sink_dataset {
	char *path; /* where it goes */
	struct rv_workdir work;
	char *tree;              /* the dataset, below the hidden directory */
	char *runs;              /* for `files` */
	struct rv_sorter *files; /* the manifest's lines */
	char *last_dir;          /* of the tree, known to be there */
};

struct sink_output {
	struct sink_dataset *dataset;
	char *relative;
	char *path;
	int fd;
	struct rv_hash *hash;
	uint64_t n_bytes;
	size_t len; /* in the buffer */
	char buffer[BUFFER_BYTES];
};

/* The place itself, links resolved: what is exchanged is the directory, not a link to it. Caller frees. */
static char *resolve(const char *path, struct rv_err *err)
{
	char *real = realpath(path, NULL);
	if (real) {
		return real;
	}
	if (errno != ENOENT) {
		rv_fail_errno(err, "cannot use '%s'", path);
		return NULL;
	}
	char *plain = rv_path_absolute(path);
	size_t len = strlen(plain);
	while (len > 1 && plain[len - 1] == '/') {
		plain[--len] = '\0';
	}
	return plain;
}

/* What stands in the way is either ours or nobody's. */
static int check_place(const char *path, const char *shown, struct rv_err *err)
{
	struct stat info;
	if (lstat(path, &info) < 0) {
		return errno == ENOENT ? 0 : rv_fail_errno(err, "cannot use '%s'", shown);
	}
	if (!S_ISDIR(info.st_mode)) {
		return rv_fail(err, RV_E_USAGE, "'%s' is there and is no directory: nothing was changed", shown);
	}
	char *here = getcwd(NULL, 0);
	bool is_here = here && strcmp(here, path) == 0;
	free(here);
	if (is_here) {
		return rv_fail(err, RV_E_USAGE, "'%s' is the working directory, which a dataset cannot replace", shown);
	}
	char **names;
	size_t n;
	if (rv_dir_names(path, &names, &n, err) < 0) {
		return -1;
	}
	bool ours = n == 0;
	for (size_t i = 0; i < n; i++) {
		ours = ours || strcmp(names[i], RV_MANIFEST_NAME) == 0;
	}
	rv_names_free(names, n);
	return ours ? 0
	            : rv_fail(err, RV_E_USAGE,
	                      "'%s' is there and is no dataset of rv (it has no " RV_MANIFEST_NAME
	                      "): nothing was changed",
	                      shown);
}

static char *join(const char *dir, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	return rv_str_detach(&path);
}

struct sink_dataset *sink_dataset_open(const char *path, struct rv_err *err)
{
	if (!path[0]) {
		rv_fail(err, RV_E_USAGE, "the dataset's path is empty");
		return NULL;
	}
	char *real = resolve(path, err);
	if (!real || check_place(real, path, err) < 0) {
		free(real);
		return NULL;
	}
	const char *name = rv_path_base(real);
	struct sink_dataset *dataset = rv_alloc_zero(1, sizeof(*dataset));
	dataset->path = real;
	dataset->work = (struct rv_workdir)RV_WORKDIR_INIT;
	char *parent = name - real > 1 ? rv_strndup(real, (size_t)(name - real) - 1) : rv_strdup("/");
	int opened = rv_workdir_open(&dataset->work, parent, name, err);
	free(parent);
	if (opened < 0) {
		goto failed;
	}
	dataset->tree = join(dataset->work.path, "dataset");
	dataset->runs = join(dataset->work.path, "runs");
	if (rv_mkdirs(dataset->tree, err) < 0 || rv_mkdirs(dataset->runs, err) < 0) {
		goto failed;
	}
	dataset->files = rv_sorter_new(dataset->runs, 0);
	return dataset;
failed:
	sink_dataset_free(dataset);
	return NULL;
}

void sink_dataset_free(struct sink_dataset *dataset)
{
	if (!dataset) {
		return;
	}
	rv_sorter_free(dataset->files);
	rv_workdir_close(&dataset->work);
	free(dataset->last_dir);
	free(dataset->runs);
	free(dataset->tree);
	free(dataset->path);
	free(dataset);
}

int sink_dataset_path(struct sink_dataset *dataset, const char *relative, struct rv_str *path, struct rv_err *err)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dataset->tree, relative);
	size_t dir_len = (size_t)(rv_path_base(path->ptr) - path->ptr) - 1;
	if (dataset->last_dir && strlen(dataset->last_dir) == dir_len &&
	    memcmp(dataset->last_dir, path->ptr, dir_len) == 0) {
		return 0;
	}
	free(dataset->last_dir);
	dataset->last_dir = rv_strndup(path->ptr, dir_len);
	return rv_mkdirs(dataset->last_dir, err);
}

void sink_dataset_scratch(const struct sink_dataset *dataset, const char *name, struct rv_str *path)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dataset->work.path, name);
}

/* No byte of a path sorts before the quote that ends it, so sorting lines sorts paths. */
int sink_dataset_list(struct sink_dataset *dataset, const char *relative, uint64_t n_bytes, const char *sha256,
                      struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &line);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "path", relative);
	rv_json_put_u64(&out, "bytes", n_bytes);
	rv_json_put_string(&out, "sha256", sha256);
	rv_json_close(&out, '}');
	int result = rv_sorter_add(dataset->files, line.ptr, line.len, err);
	rv_str_release(&line);
	return result;
}

int sink_dataset_add_file(struct sink_dataset *dataset, const char *relative, struct rv_err *err)
{
	char hex[RV_HASH_HEX_LEN + 1];
	uint64_t size;
	char *path = join(dataset->tree, relative);
	int result = rv_hash_file(AT_FDCWD, path, hex, &size, err);
	free(path);
	return result < 0 ? -1 : sink_dataset_list(dataset, relative, size, hex, err);
}

struct sink_output *sink_output_open(struct sink_dataset *dataset, const char *relative, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	if (sink_dataset_path(dataset, relative, &path, err) < 0) {
		rv_str_release(&path);
		return NULL;
	}
	int fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0) {
		rv_fail_errno(err, "cannot create '%s'", path.ptr);
		rv_str_release(&path);
		return NULL;
	}
	struct sink_output *output = rv_alloc(sizeof(*output));
	output->dataset = dataset;
	output->relative = rv_strdup(relative);
	output->path = rv_str_detach(&path);
	output->fd = fd;
	output->hash = rv_hash_new();
	output->n_bytes = 0;
	output->len = 0;
	return output;
}

static int write_out(struct sink_output *output, const void *bytes, size_t len, struct rv_err *err)
{
	rv_hash_add(output->hash, bytes, len);
	output->n_bytes += len;
	return rv_write_all(output->fd, bytes, len) < 0 ? rv_fail_errno(err, "cannot write '%s'", output->path) : 0;
}

static int flush(struct sink_output *output, struct rv_err *err)
{
	size_t len = output->len;
	output->len = 0;
	return len > 0 ? write_out(output, output->buffer, len, err) : 0;
}

int sink_output_write(void *to, const void *bytes, size_t len, struct rv_err *err)
{
	struct sink_output *output = to;
	if (len > BUFFER_BYTES - output->len && flush(output, err) < 0) {
		return -1;
	}
	if (len >= BUFFER_BYTES) {
		return write_out(output, bytes, len, err);
	}
	memcpy(output->buffer + output->len, bytes, len);
	output->len += len;
	return 0;
}

void sink_output_abort(struct sink_output *output)
{
	if (!output) {
		return;
	}
	if (output->fd >= 0) {
		close(output->fd);
	}
	rv_hash_free(output->hash);
	free(output->relative);
	free(output->path);
	free(output);
}

/* The file is on its way to the disk; its digest is in *hex. */
static int finish_output(struct sink_output *output, char hex[RV_HASH_HEX_LEN + 1], struct rv_err *err)
{
	if (flush(output, err) < 0) {
		return -1;
	}
	int fd = output->fd;
	output->fd = -1;
	if (close(fd) < 0) {
		return rv_fail_errno(err, "cannot write '%s'", output->path);
	}
	rv_hash_hex(output->hash, hex);
	return 0;
}

int sink_output_close(struct sink_output *output, struct rv_err *err)
{
	char hex[RV_HASH_HEX_LEN + 1];
	int result = finish_output(output, hex, err);
	if (result == 0) {
		result = sink_dataset_list(output->dataset, output->relative, output->n_bytes, hex, err);
	}
	sink_output_abort(output);
	return result;
}

int sink_dataset_write(struct sink_dataset *dataset, const char *relative, const char *bytes, size_t len,
                       struct rv_err *err)
{
	struct sink_output *const output = sink_output_open(dataset, relative, err);
	if (!output || sink_output_write(output, bytes, len, err) < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_output_close(output, err);
}

static int put_manifest(struct sink_dataset *dataset, struct sink_output *output, const struct rv_str *head,
                        struct rv_err *err)
{
	char hex[RV_HASH_HEX_LEN + 1];
	struct rv_str tail = RV_STR_INIT;
	if (sink_output_write(output, head->ptr, head->len, err) < 0 ||
	    rv_sorter_merge(dataset->files, sink_output_write, output, err) < 0 || flush(output, err) < 0) {
		return -1;
	}
	rv_hash_hex(output->hash, hex);
	rv_str_printf(&tail, "{\"manifest_sha256\":\"%s\"}\n", hex);
	int result = sink_output_write(output, tail.ptr, tail.len, err);
	rv_str_release(&tail);
	return result < 0 ? -1 : finish_output(output, hex, err);
}

int sink_dataset_commit(struct sink_dataset *dataset, const struct rv_str *head, struct rv_err *err)
{
	struct sink_output *const output = sink_output_open(dataset, RV_MANIFEST_NAME, err);
	const int status = output ? put_manifest(dataset, output, head, err) : -1;
	sink_output_abort(output);
	return status < 0 ? -1 : rv_dir_replace(dataset->tree, dataset->path, err);
}

/* SPDX-License-Identifier: MIT */
/* The hidden directory, and the step that puts a dataset in its place. Whose a dataset is: owner.c. */
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
#include "lock.h"
#include "place.h"
#include "sink/files.h"
#include "sink/manifest.h"
#include "sink/owner.h"
#include "vocabulary.h"

#define KNOWN_DIRS 32 /* that files of a sample are in, of all formats */

struct sink_dataset {
	char *path;   /* where it goes */
	char *shown;  /* as messages call it */
	char *parent; /* what it is in */
	bool syncs;
	struct rv_lock lock;
	struct rv_place place;
	struct rv_workdir work;
	char *tree; /* the dataset, below the hidden directory */
	struct sink_manifest *manifest;
	struct sink_shards_options shard_options;
	struct sink_shards *shards;
	sink_dataset_watch_fn *watch; /* or NULL */
	void *watcher;
	char *known_dirs[KNOWN_DIRS]; /* of the tree, that were made last: the next goes to n_known % KNOWN_DIRS */
	size_t n_known;
	struct sink_files *files; /* small ones, and links */
	struct rv_hash *hash;     /* of those */
	size_t n_threads;
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

static char *join(const char *dir, const char *name)
{
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&path, "%s/%s", dir, name);
	return rv_str_detach(&path);
}

/* The place is ours alone from here on, and what killed runs have left there is looked after. */
static int take_place(struct sink_dataset *dataset, const struct sink_dataset_options *options, struct rv_err *err)
{
	const char *const name = rv_path_base(dataset->path);
	struct rv_str lock = RV_STR_INIT;
	rv_str_printf(&lock, "%s/.%s.rv-mux.lock", dataset->parent, name);
	int status = rv_mkdirs(dataset->parent, err);
	if (status == 0) {
		status = rv_lock_take(&dataset->lock, lock.ptr, dataset->shown, options->wait_s, err);
	}
	rv_str_release(&lock);
	if (status < 0) {
		return -1;
	}
	rv_place_sweep(dataset->parent, name, &sink_owner);
	if (rv_place_open(&dataset->place, dataset->path, dataset->shown, &sink_owner, options->keeps, err) < 0) {
		err->code = err->code == RV_E_TAKEN ? RV_E_USAGE : err->code; /* nothing has been done yet */
		return -1;
	}
	return rv_workdir_open(&dataset->work, dataset->parent, name, err);
}

struct sink_dataset *sink_dataset_open(const char *path, const struct sink_dataset_options *options, struct rv_err *err)
{
	if (!path[0]) {
		rv_fail(err, RV_E_USAGE, "the dataset's path is empty");
		return NULL;
	}
	char *const real = resolve(path, err);
	if (!real) {
		return NULL;
	}
	struct sink_dataset *const dataset = rv_alloc_zero(1, sizeof(*dataset));
	struct rv_str shown = RV_STR_INIT;
	rv_str_printf(&shown, "'%s'", path);
	const char *const name = rv_path_base(real);
	*dataset = (struct sink_dataset) {
		.path = real,
		.shown = rv_str_detach(&shown),
		.parent = name - real > 1 ? rv_strndup(real, (size_t)(name - real) - 1) : rv_strdup("/"),
		.syncs = options->syncs,
		.n_threads = options->n_threads,
		.shard_options = options->shards,
		.lock = RV_LOCK_INIT,
		.work = RV_WORKDIR_INIT,
	};
	if (take_place(dataset, options, err) < 0) {
		sink_dataset_free(dataset);
		return NULL;
	}
	dataset->tree = join(dataset->work.path, "dataset");
	dataset->files = sink_files_new(dataset->tree, options->n_threads > 1);
	dataset->hash = rv_hash_new();
	char *const runs = join(dataset->work.path, "runs");
	dataset->shard_options.syncs = options->syncs;
	dataset->shards = sink_shards_open(dataset->path, &dataset->shard_options, err);
	const bool is_ready = dataset->shards && rv_mkdirs(dataset->tree, err) == 0 && rv_mkdirs(runs, err) == 0;
	dataset->manifest = is_ready ? sink_manifest_new(runs) : NULL;
	free(runs);
	if (!is_ready) {
		sink_dataset_free(dataset);
		return NULL;
	}
	return dataset;
}

size_t sink_dataset_threads(const struct sink_dataset *dataset)
{
	return dataset->n_threads;
}

void sink_dataset_free(struct sink_dataset *dataset)
{
	if (!dataset) {
		return;
	}
	sink_files_free(dataset->files);
	sink_manifest_free(dataset->manifest);
	sink_shards_close(dataset->shards);
	rv_workdir_close(&dataset->work);
	rv_place_close(&dataset->place);
	rv_lock_drop(&dataset->lock);
	for (size_t i = 0; i < KNOWN_DIRS; i++) {
		free(dataset->known_dirs[i]);
	}
	rv_hash_free(dataset->hash);
	free(dataset->tree);
	free(dataset->parent);
	free(dataset->shown);
	free(dataset->path);
	free(dataset);
}

int sink_dataset_earlier(const struct sink_dataset *dataset, struct sink_head *head, struct rv_err *err)
{
	*head = (struct sink_head) { .version = NULL };
	return dataset->place.is_there ? sink_owner_head(dataset->path, head, err) : 0;
}

/* Makes the directory of a file in the tree, unless one of the files before had the same. */
static int make_dir(struct sink_dataset *dataset, const char *relative, struct rv_err *err)
{
	const char *const base = rv_path_base(relative);
	if (base == relative) {
		return 0;
	}
	const size_t len = (size_t)(base - relative) - 1;
	for (size_t i = 0; i < RV_MIN(dataset->n_known, KNOWN_DIRS); i++) {
		if (strncmp(dataset->known_dirs[i], relative, len) == 0 && !dataset->known_dirs[i][len]) {
			return 0;
		}
	}
	char **const known = &dataset->known_dirs[dataset->n_known++ % KNOWN_DIRS];
	free(*known);
	*known = rv_strndup(relative, len);
	char *const dir = join(dataset->tree, *known);
	const int status = rv_mkdirs(dir, err);
	free(dir);
	return status;
}

int sink_dataset_path(struct sink_dataset *dataset, const char *relative, struct rv_str *path, struct rv_err *err)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dataset->tree, relative);
	return make_dir(dataset, relative, err);
}

void sink_dataset_scratch(const struct sink_dataset *dataset, const char *name, struct rv_str *path)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dataset->work.path, name);
}

void sink_dataset_watch(struct sink_dataset *dataset, sink_dataset_watch_fn *watch, void *watcher)
{
	dataset->watch = watch;
	dataset->watcher = watcher;
}

static int list(struct sink_dataset *dataset, const char *relative, uint64_t n_bytes, const char *sha256,
                bool is_posted, struct rv_err *err)
{
	if (dataset->watch) {
		dataset->watch(dataset->watcher, relative, n_bytes, sha256);
	}
	return sink_manifest_add(dataset->manifest, relative, n_bytes, sha256, is_posted, err);
}

int sink_dataset_list(struct sink_dataset *dataset, const char *relative, uint64_t n_bytes, const char *sha256,
                      struct rv_err *err)
{
	return list(dataset, relative, n_bytes, sha256, false, err);
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

static struct sink_output *create(struct sink_dataset *dataset, const char *relative, const char *like,
                                  struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct sink_output *output = NULL;
	if (sink_dataset_path(dataset, relative, &path, err) == 0) {
		output = sink_output_create(path.ptr, like, dataset->n_threads > 1, err);
	}
	rv_str_release(&path);
	return output;
}

struct sink_output *sink_dataset_create(struct sink_dataset *dataset, const char *relative, struct rv_err *err)
{
	return create(dataset, relative, NULL, err);
}

struct sink_output *sink_dataset_create_shard(struct sink_dataset *dataset, const char *relative, struct rv_err *err)
{
	struct rv_str like = RV_STR_INIT;
	struct sink_output *const output =
	        create(dataset, relative, sink_shards_like(dataset->shards, relative, &like), err);
	rv_str_release(&like);
	return output;
}

/* Where a file of the tree is below the dataset. */
static const char *relative_of(const struct sink_dataset *dataset, const char *path)
{
	return path + strlen(dataset->tree) + 1;
}

int sink_dataset_finish(struct sink_dataset *dataset, struct sink_output *output, struct rv_err *err)
{
	char *const path = rv_strdup(sink_output_path(output));
	char sha256[RV_HASH_HEX_LEN + 1];
	uint64_t n_bytes;
	int status = sink_output_close(output, &n_bytes, sha256, err);
	if (status == 0) {
		status = sink_dataset_list(dataset, relative_of(dataset, path), n_bytes, sha256, err);
	}
	free(path);
	return status;
}

int sink_dataset_finish_shard(struct sink_dataset *dataset, struct sink_output *output, struct rv_err *err)
{
	char *const path = rv_strdup(sink_output_path(output));
	char sha256[RV_HASH_HEX_LEN + 1];
	struct sink_posted shard = { .path = relative_of(dataset, path), .sha256 = sha256 };
	bool is_posted = false;
	int status = sink_output_close(output, &shard.n_bytes, sha256, err);
	if (status == 0) {
		status = sink_shards_finish(dataset->shards, path, &shard, &is_posted, err);
	}
	if (status == 0) {
		status = list(dataset, shard.path, shard.n_bytes, sha256, is_posted, err);
	}
	free(path);
	return status;
}

void sink_dataset_pack(struct sink_dataset *dataset, const struct sink_output *shard, const struct rv_sample *sample)
{
	sink_shards_pack(dataset->shards, relative_of(dataset, sink_output_path(shard)), sample);
}

int sink_dataset_has_sample(struct sink_dataset *dataset, const struct rv_sample *sample, struct rv_err *err)
{
	return sink_shards_has_sample(dataset->shards, sample, err);
}

bool sink_dataset_has_shard(const struct sink_dataset *dataset, const char *relative)
{
	return sink_packed_has_shard(sink_shards_packed(dataset->shards), relative);
}

int sink_dataset_list_packed(struct sink_dataset *dataset, uint64_t *n_samples, struct rv_err *err)
{
	const struct sink_packed *const packed = sink_shards_packed(dataset->shards);
	int status = 0;
	*n_samples = 0;
	for (size_t i = 0; i < packed->n_shards && status == 0; i++) {
		const struct sink_packed_shard *const shard = &packed->shards[i];
		*n_samples += shard->n_samples;
		status = list(dataset, shard->path, shard->n_bytes, shard->sha256,
		              sink_shards_is_posted(dataset->shards, shard), err);
	}
	return status;
}

static int write_large(struct sink_dataset *dataset, const char *relative, const char *bytes, size_t len,
                       struct rv_err *err)
{
	struct sink_output *const output = sink_dataset_create(dataset, relative, err);
	if (!output || sink_output_write(output, bytes, len, err) < 0) {
		sink_output_abort(output);
		return -1;
	}
	return sink_dataset_finish(dataset, output, err);
}

int sink_dataset_write(struct sink_dataset *dataset, const char *relative, const char *bytes, size_t len,
                       struct rv_err *err)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	if (len > SINK_FILES_BYTES_MAX) {
		return write_large(dataset, relative, bytes, len, err);
	}
	if (make_dir(dataset, relative, err) < 0 || sink_files_write(dataset->files, relative, bytes, len, err) < 0) {
		return -1;
	}
	rv_hash_add(dataset->hash, bytes, len);
	rv_hash_hex(dataset->hash, sha256);
	return sink_dataset_list(dataset, relative, len, sha256, err);
}

int sink_dataset_link(struct sink_dataset *dataset, const char *from, const char *relative, uint64_t n_bytes,
                      const char *sha256, struct rv_err *err)
{
	return make_dir(dataset, relative, err) < 0 || sink_files_link(dataset->files, from, relative, err) < 0
	               ? -1
	               : sink_dataset_list(dataset, relative, n_bytes, sha256, err);
}

int sink_dataset_commit(struct sink_dataset *dataset, const struct rv_str *head, struct rv_err *err)
{
	if (sink_files_finish(dataset->files, err) < 0 || sink_shards_put(dataset->shards, dataset->tree, err) < 0 ||
	    sink_manifest_write(dataset->manifest, dataset->tree, head, err) < 0 ||
	    (dataset->syncs && rv_sync(dataset->tree, err) < 0) ||
	    rv_place_put(&dataset->place, dataset->tree, err) < 0) {
		return -1;
	}
	if (dataset->syncs && rv_sync_names(dataset->parent, err) < 0) {
		return -1;
	}
	sink_shards_remove(dataset->shards); /* now that nothing can take the dataset away again */
	return 0;
}

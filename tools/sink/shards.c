/* SPDX-License-Identifier: MIT */
/* The directory of finished shards and its journal. */
#include "sink/shards.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "diag.h"
#include "file.h"
#include "json.h"
#include "sig.h"
#include "sink/journal.h"
#include "sink/listing.h"
#include "sink/posts.h"

#define JOURNAL_NAME "journal.jsonl"

struct sink_shards {
	const struct sink_shards_options *options;
	char *place, *dir;
	struct sink_journal journal; /* not open: there is no directory yet */
	struct sink_posts posts;
	char **names; /* of this run's shards, but those that were taken away */
	size_t n_names, cap_names;
	struct sink_packed packed;
	bool keeps; /* a run that goes on can use them */
};

static void join(const char *dir, const char *name, struct rv_str *path)
{
	rv_str_clear(path);
	rv_str_printf(path, "%s/%s", dir, name);
}

/* ---- the journal ---- */

/* A shard whose samples were removed is there, here or in the dataset, or was posted. */
static bool is_safe(const struct sink_shards *shards, const struct sink_posted *shard)
{
	struct rv_str path = RV_STR_INIT;
	struct stat found;
	const char *const file = sink_shards_like(shards, shard->path, &path);
	const struct sink_post *const posted = sink_posts_find(&shards->posts, shard->path, shard->sha256);
	const bool is = (file && stat(file, &found) == 0 && (uint64_t)found.st_size == shard->n_bytes) ||
	                (posted && posted->is_gone);
	if (!is) {
		rv_warn("shard '%s' is gone, and with it its samples, which were removed (--consume)", shard->path);
	}
	rv_str_release(&path);
	return is;
}

static void read_packed(struct sink_shards *shards, struct rv_json line)
{
	struct sink_posted shard = { .path = rv_json_string(rv_json_get(line, "packed"), NULL),
		                     .sha256 = rv_json_string(rv_json_get(line, "sha256"), NULL) };
	if (shard.path && shard.sha256 && rv_path_is_inside(shard.path) &&
	    rv_json_u64(rv_json_get(line, "bytes"), 0, UINT64_MAX, &shard.n_bytes) && is_safe(shards, &shard)) {
		(void)sink_packed_read(&shards->packed, line);
	}
}

/* A sink_journal_line_fn. */
static void read_line(void *shards_, const char *line, size_t len)
{
	struct sink_shards *const shards = shards_;
	struct rv_json json = RV_JSON_INIT;
	if (rv_json_parse(line, len, &json, NULL) == 0) {
		read_packed(shards, json);
		const char *const path = rv_json_string(rv_json_get(json, "posted"), NULL),
		                  *const sha256 = rv_json_string(rv_json_get(json, "sha256"), NULL);
		if (path && sha256 && strlen(sha256) == RV_HASH_HEX_LEN) {
			sink_posts_add(&shards->posts, path, sha256, rv_json_true(rv_json_get(json, "gone")));
		}
	}
	rv_json_release(&json);
}

/* Made with the first shard, so that small datasets leave no trace of it. */
static int make_dir(struct sink_shards *shards, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	if (shards->journal.fd >= 0) {
		return 0;
	}
	join(shards->dir, JOURNAL_NAME, &path);
	const int status = rv_mkdirs(shards->dir, err) < 0
	                           ? -1
	                           : sink_journal_create(&shards->journal, path.ptr, shards->options->syncs, err);
	rv_str_release(&path);
	return status;
}

/* Goes on with what an earlier run has left. An empty directory is nobody's. */
static int read_dir(struct sink_shards *shards, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct stat found;
	if (lstat(shards->dir, &found) < 0) {
		return errno == ENOENT ? 0 : rv_fail_errno(err, "cannot use '%s'", shards->dir);
	}
	join(shards->dir, JOURNAL_NAME, &path);
	int status = S_ISDIR(found.st_mode) ? sink_journal_open(&shards->journal, path.ptr, shards->options->syncs,
	                                                        read_line, shards, err)
	                                    : 0;
	if (status == 0 && rmdir(shards->dir) < 0) {
		status = rv_fail(err, RV_E_USAGE, "'%s' is in the way: it is not a directory of shards of rv",
		                 shards->dir);
	}
	rv_str_release(&path);
	return RV_MIN(status, 0);
}

/* What a dataset that is there says. */
static int read_manifest(struct sink_shards *shards, struct rv_err *err)
{
	struct sink_listing *const listing = sink_listing_open(shards->place, NULL);
	struct sink_listed file;
	struct rv_str path = RV_STR_INIT;
	int got = 0;
	while (listing && (got = sink_listing_next(listing, &file, err)) > 0) {
		if (file.is_posted) {
			join(shards->place, file.path, &path);
			sink_posts_add(&shards->posts, file.path, file.sha256, !rv_file_exists(path.ptr));
		}
	}
	sink_listing_close(listing);
	rv_str_release(&path);
	return got;
}

/* ---- opening ---- */

static int check_options(const struct sink_shards_options *options, struct rv_err *err)
{
	if (options->post_check && !options->post) {
		return rv_fail(err, RV_E_USAGE, "--post-check needs --post");
	}
	return (options->post && sink_post_check("--post", options->post, err) < 0) ||
	                       (options->post_check && sink_post_check("--post-check", options->post_check, err) < 0)
	               ? -1
	               : 0;
}

static int check_consumed(const struct sink_shards *shards, struct rv_err *err)
{
	return shards->packed.n_shards == 0 || shards->options->consumes
	               ? 0
	               : rv_fail(err, RV_E_USAGE,
	                         "shards of '%s' are all that is left of their samples: go on with --consume, or make "
	                         "another dataset (-o)",
	                         shards->place);
}

struct sink_shards *sink_shards_open(const char *place, const struct sink_shards_options *options, struct rv_err *err)
{
	struct sink_shards *const shards = rv_alloc_zero(1, sizeof(*shards));
	struct rv_str dir = RV_STR_INIT;
	const char *const name = rv_path_base(place);
	rv_str_printf(&dir, "%.*s.%s.rv-mux.shards", (int)(name - place), place, name);
	shards->options = options;
	shards->place = rv_strdup(place);
	shards->dir = rv_str_detach(&dir);
	shards->journal = (struct sink_journal)SINK_JOURNAL_INIT;
	sink_packed_init(&shards->packed);
	if (check_options(options, err) < 0 || (options->post && read_manifest(shards, err) < 0) ||
	    read_dir(shards, err) < 0 || check_consumed(shards, err) < 0) {
		shards->keeps = true;
		sink_shards_close(shards);
		return NULL;
	}
	return shards;
}

/* The journal goes last: whoever is killed meanwhile leaves what the next run knows. */
static void remove_dir(struct sink_shards *shards)
{
	struct rv_err err = RV_ERR_INIT;
	struct rv_str path = RV_STR_INIT;
	char **names;
	size_t n_names;
	int status = rv_dir_names(shards->dir, &names, &n_names, &err);
	const bool has_names = status == 0;
	for (size_t i = 0; status == 0 && i < n_names; i++) {
		join(shards->dir, names[i], &path);
		status = strcmp(names[i], JOURNAL_NAME) == 0 ? 0 : rv_remove_tree(path.ptr, &err);
	}
	if (has_names) {
		rv_names_free(names, n_names);
	}
	if (status == 0 && !shards->options->consumes) {
		status = rv_remove_tree(shards->dir, &err);
	}
	if (status < 0) {
		rv_warn("%s", err.text);
	}
	rv_str_release(&path);
}

void sink_shards_remove(struct sink_shards *shards)
{
	if (shards->journal.fd >= 0) {
		remove_dir(shards);
		sink_journal_close(&shards->journal);
	}
}

void sink_shards_close(struct sink_shards *shards)
{
	if (!shards) {
		return;
	}
	if (!shards->keeps && !rv_sig_stop() && !shards->options->consumes) {
		sink_shards_remove(shards);
	}
	sink_journal_close(&shards->journal);
	sink_posts_release(&shards->posts);
	rv_names_free(shards->names, shards->n_names);
	sink_packed_release(&shards->packed);
	free(shards->place);
	free(shards->dir);
	free(shards);
}

/* ---- a shard ---- */

const char *sink_shards_like(const struct sink_shards *shards, const char *relative, struct rv_str *path)
{
	join(shards->dir, relative, path);
	if (rv_file_exists(path->ptr)) {
		return path->ptr;
	}
	join(shards->place, relative, path);
	return rv_file_exists(path->ptr) ? path->ptr : NULL;
}

static int make_parent(const char *path, struct rv_err *err)
{
	char *const parent = rv_strndup(path, (size_t)(rv_path_base(path) - path) - 1);
	const int status = rv_mkdirs(parent, err);
	free(parent);
	return status;
}

/* Puts it into the directory, where it is `file`. */
static int keep(const struct sink_shards *shards, const char *made, const char *relative, const char *file,
                struct rv_err *err)
{
	struct rv_str old = RV_STR_INIT;
	int status = make_parent(file, err);
	if (status == 0 && rv_file_exists(made)) {
		status = rename(made, file) < 0 ? rv_fail_errno(err, "cannot move '%s' to '%s'", made, file) : 0;
	} else if (status == 0 && !rv_file_exists(file)) {
		join(shards->place, relative, &old);
		status = link(old.ptr, file) < 0 ? rv_copy_file(old.ptr, file, err) : 0;
	}
	rv_str_release(&old);
	return status;
}

static int sync_file(const char *file, struct rv_err *err)
{
	const int fd = open(file, O_RDONLY | O_CLOEXEC);
	const int status = fd < 0 || fsync(fd) < 0 ? rv_fail_errno(err, "cannot write '%s' to the disk", file) : 0;
	if (fd >= 0) {
		close(fd);
	}
	return status;
}

/* 1: the far side has it. 0: it says that it has not. */
static int ask(const struct sink_shards *shards, const struct sink_posted *shard, struct rv_err *err)
{
	const char *const command = shards->options->post_check;
	return command ? sink_post_run("--post-check", command, shard, err) : 1;
}

static int note(struct sink_shards *shards, const struct sink_posted *shard, struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	struct rv_json_out out;
	rv_json_out_init(&out, &line);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "posted", shard->path);
	rv_json_put_string(&out, "sha256", shard->sha256);
	if (!rv_file_exists(shard->file)) {
		rv_json_put_bool(&out, "gone", true);
	}
	rv_json_close(&out, '}');
	rv_str_putc(&line, '\n');
	const int status = sink_journal_append(&shards->journal, line.ptr, line.len, err);
	sink_posts_add(&shards->posts, shard->path, shard->sha256, !rv_file_exists(shard->file));
	rv_str_release(&line);
	return status;
}

/* One that was posted is asked for only; what was taken away then goes now. */
static int post(struct sink_shards *shards, const struct sink_posted *shard, struct rv_err *err)
{
	const struct sink_post *const before = sink_posts_find(&shards->posts, shard->path, shard->sha256);
	const int has = before ? ask(shards, shard, err) : 0;
	if (has != 0) {
		return has > 0 && before->is_gone && unlink(shard->file) < 0
		               ? rv_fail_errno(err, "cannot remove '%s'", shard->file)
		               : RV_MIN(has, 0);
	}
	if (shards->options->syncs && sync_file(shard->file, err) < 0) {
		return -1;
	}
	if (sink_post_run("--post", shards->options->post, shard, err) <= 0 || ask(shards, shard, err) <= 0) {
		shards->keeps = true;
		return -1;
	}
	return note(shards, shard, err);
}

static int sync_names(const struct sink_shards *shards, const char *file, struct rv_err *err)
{
	char *const parent = rv_strndup(file, (size_t)(rv_path_base(file) - file) - 1);
	const int status = rv_sync_names(parent, err) < 0 ? -1 : rv_sync_names(shards->dir, err);
	free(parent);
	return status;
}

/* The disk has it, with the bytes that were written. */
static int check(const struct sink_shards *shards, const struct sink_posted *shard, struct rv_err *err)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	if (shards->options->syncs && (sync_file(shard->file, err) < 0 || sync_names(shards, shard->file, err) < 0)) {
		return -1;
	}
	if (rv_hash_file(AT_FDCWD, shard->file, sha256, NULL, err) < 0) {
		return -1;
	}
	return strcmp(sha256, shard->sha256) == 0
	               ? 0
	               : rv_fail(err, RV_E_IO, "'%s' is not what was written: its samples stay", shard->file);
}

/* Samples of a shard that is whole, or was posted and taken away, go. */
static int consume(struct sink_shards *shards, const struct sink_posted *shard, struct rv_err *err)
{
	struct rv_str line = RV_STR_INIT;
	int status = rv_file_exists(shard->file) ? check(shards, shard, err) : 0;
	if (status == 0) {
		sink_packed_put(&shards->packed, shard->path, shard->n_bytes, shard->sha256, &line);
		status = sink_journal_append(&shards->journal, line.ptr, line.len, err);
	}
	if (status == 0) {
		sink_packed_remove_samples(&shards->packed, shard->path);
	}
	rv_str_release(&line);
	return status;
}

int sink_shards_finish(struct sink_shards *shards, const char *made, struct sink_posted *posted, bool *is_posted,
                       struct rv_err *err)
{
	struct rv_str file = RV_STR_INIT;
	join(shards->dir, posted->path, &file);
	posted->file = file.ptr;
	*is_posted = false;
	int status = make_dir(shards, err) < 0 ? -1 : keep(shards, made, posted->path, file.ptr, err);
	if (status == 0 && shards->options->post) {
		status = post(shards, posted, err);
		*is_posted = true;
	}
	if (status == 0 && shards->options->consumes) {
		status = consume(shards, posted, err);
	}
	if (status == 0 && rv_file_exists(file.ptr)) {
		RV_GROW(shards->names, shards->n_names, shards->cap_names);
		shards->names[shards->n_names++] = rv_strdup(posted->path);
	}
	rv_str_release(&file);
	return status;
}

/* ---- samples in shards ---- */

void sink_shards_pack(struct sink_shards *shards, const char *relative, const struct rv_sample *sample)
{
	if (shards->options->consumes) {
		sink_packed_add(&shards->packed, relative, sample);
	}
}

const struct sink_packed *sink_shards_packed(const struct sink_shards *shards)
{
	return &shards->packed;
}

int sink_shards_has_sample(struct sink_shards *shards, const struct rv_sample *sample, struct rv_err *err)
{
	const int has = shards->packed.n_shards > 0 ? sink_packed_has(&shards->packed, sample, err) : 0;
	if (has > 0) {
		sink_packed_remove_sample(sample->dir);
	}
	return has;
}

bool sink_shards_is_posted(const struct sink_shards *shards, const struct sink_packed_shard *shard)
{
	return sink_posts_find(&shards->posts, shard->path, shard->sha256) != NULL;
}

/* ---- the end ---- */

/* Where the file system knows no links the shard moves: a kill then costs the time that it took to make it. One that is
 * all that is left of its samples is copied instead. */
static int put_shard(const struct sink_shards *shards, const char *relative, const char *tree, struct rv_err *err)
{
	struct rv_str from = RV_STR_INIT, to = RV_STR_INIT;
	const char *const file = sink_shards_like(shards, relative, &from);
	int status = 0;
	join(tree, relative, &to);
	if (file && (make_parent(to.ptr, err) < 0 || link(file, to.ptr) < 0)) {
		status = shards->options->consumes   ? rv_copy_file(file, to.ptr, err)
		         : rename(file, to.ptr) == 0 ? 0
		                                     : rv_fail_errno(err, "cannot link '%s' to '%s'", file, to.ptr);
	}
	rv_str_release(&from);
	rv_str_release(&to);
	return status;
}

int sink_shards_put(struct sink_shards *shards, const char *tree, struct rv_err *err)
{
	int status = 0;
	for (size_t i = 0; i < shards->packed.n_shards && status == 0; i++) {
		status = put_shard(shards, shards->packed.shards[i].path, tree, err);
	}
	for (size_t i = 0; i < shards->n_names && status == 0; i++) {
		status = put_shard(shards, shards->names[i], tree, err);
	}
	return status;
}

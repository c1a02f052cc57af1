/* SPDX-License-Identifier: MIT */
/*
 * A dataset in the making: a hidden directory beside its place, filled file by file, put in its place in one step when
 * it is whole. Its last file is manifest.jsonl with the size and SHA-256 of every other (manifest.h):
 *
 *	{"rv_manifest":1,"rv":"0.1.0","formats":["coco","video:crf=20"],"samples":20,"errors":0,"left_out":{"coco":1}}
 *	{"path":"coco/annotations.json","bytes":1234,"sha256":"…"}      one per file, sorted by path
 *	{"manifest_sha256":"…"}                                        of all bytes before this line
 *
 *	struct sink_dataset *dataset = sink_dataset_open("dataset", &options, err);
 *	struct sink_output *output = sink_dataset_create(dataset, "webdataset/shard-000000.tar", err);
 *	sink_output_write(output, bytes, len, err); ...
 *	sink_dataset_finish(dataset, output, err);
 *	sink_dataset_commit(dataset, &head, err);
 *
 * A shard that --post has taken somewhere has "posted":true behind its digest; it need not be here.
 *
 * `formats` are written as --format takes them. `left_out` says how many samples a format does not have; it is not
 * there when every format has all. `lost`, in the same form, says how many objects it could not carry (lossy.h).
 *
 * Every function here that fails, fails because of the environment: the dataset is then lost and is to be freed.
 */
#ifndef RV_SINK_DATASET_H
#define RV_SINK_DATASET_H

#include "sink/head.h"
#include "sink/output.h"
#include "sink/shards.h"
#include "str.h"

struct sink_dataset;

struct sink_dataset_options {
	bool keeps;    /* files of others in the dataset that is there go into the new one */
	bool syncs;    /* the disk has all of it before it takes the place of the one that is there */
	double wait_s; /* for another run that is at work there */
	struct sink_shards_options shards;
	size_t n_threads; /* that may write it, the caller's among them; its bytes do not depend on their number */
};

/* Fails with RV_E_USAGE, nothing touched, when `path` is there and may not be replaced (place.h): it is neither an
 * empty directory nor a dataset whose manifest lists all files in it. RV_E_BUSY when another rv-mux is at work there.
 * Removes what killed runs have left. */
struct sink_dataset *sink_dataset_open(const char *path, const struct sink_dataset_options *options,
                                       struct rv_err *err);
size_t sink_dataset_threads(const struct sink_dataset *dataset);
/* What the dataset is that is there now; of no samples and no formats without one. *head is to be released in every
 * case. */
int sink_dataset_earlier(const struct sink_dataset *dataset, struct sink_head *head, struct rv_err *err) RV_MUST_USE;
/* Writes SHA256SUMS and the manifest, with `head` as its first line, and puts the dataset in its place; RV_E_TAKEN when
 * somebody else has put something there meanwhile. */
int sink_dataset_commit(struct sink_dataset *dataset, const struct rv_str *head, struct rv_err *err) RV_MUST_USE;
/* Removes the hidden directory and whatever is still in it. NULL is allowed. */
void sink_dataset_free(struct sink_dataset *dataset);

/* *path is replaced by that of a file of the dataset, whose directories are made. For those who write it themselves and
 * then say so with sink_dataset_add_file. */
int sink_dataset_path(struct sink_dataset *dataset, const char *relative, struct rv_str *path,
                      struct rv_err *err) RV_MUST_USE;
/* Called with each file that enters the manifest from here on. One at a time; may be replaced by NULL. */
typedef void sink_dataset_watch_fn(void *watcher, const char *relative, uint64_t n_bytes, const char *sha256);
void sink_dataset_watch(struct sink_dataset *dataset, sink_dataset_watch_fn *watch, void *watcher);
/* Puts a finished file into the manifest. */
int sink_dataset_add_file(struct sink_dataset *dataset, const char *relative, struct rv_err *err) RV_MUST_USE;
/* The same for one whose size and digest are known. */
int sink_dataset_list(struct sink_dataset *dataset, const char *relative, uint64_t n_bytes, const char *sha256,
                      struct rv_err *err) RV_MUST_USE;
/* Writes a file of the dataset. A small one may not be there before the commit, and its error be told as late. */
int sink_dataset_write(struct sink_dataset *dataset, const char *relative, const char *bytes, size_t len,
                       struct rv_err *err) RV_MUST_USE;
/* The same for one that is equal to another of the dataset, `from`, which is there: a hard link where there can be. */
int sink_dataset_link(struct sink_dataset *dataset, const char *from, const char *relative, uint64_t n_bytes,
                      const char *sha256, struct rv_err *err) RV_MUST_USE;
/* *path is replaced by that of a temporary file, which goes with the hidden directory. */
void sink_dataset_scratch(const struct sink_dataset *dataset, const char *name, struct rv_str *path);

/* Begins a file of the dataset (its directories are made), and puts what was written into the manifest: frees the
 * output in every case. */
struct sink_output *sink_dataset_create(struct sink_dataset *dataset, const char *relative, struct rv_err *err);
int sink_dataset_finish(struct sink_dataset *dataset, struct sink_output *output, struct rv_err *err) RV_MUST_USE;
/* The same for a file of many samples, which is final when it is finished (shards.h): one that is there already, of an
 * earlier run, is not written again; it is posted. */
struct sink_output *sink_dataset_create_shard(struct sink_dataset *dataset, const char *relative, struct rv_err *err);
int sink_dataset_finish_shard(struct sink_dataset *dataset, struct sink_output *output, struct rv_err *err) RV_MUST_USE;
/* With --consume: a sample is in a shard that is not finished. */
void sink_dataset_pack(struct sink_dataset *dataset, const struct sink_output *shard, const struct rv_sample *sample);
/* 1: a sample is in a shard of an earlier run, which the dataset takes over. 0: it is not. -1: *err. */
int sink_dataset_has_sample(struct sink_dataset *dataset, const struct rv_sample *sample,
                            struct rv_err *err) RV_MUST_USE;
/* The name is that of such a shard. */
bool sink_dataset_has_shard(const struct sink_dataset *dataset, const char *relative);
/* Lists such shards in the manifest; *n_samples is how many samples they have. */
int sink_dataset_list_packed(struct sink_dataset *dataset, uint64_t *n_samples, struct rv_err *err) RV_MUST_USE;

#endif

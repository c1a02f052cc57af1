/* SPDX-License-Identifier: MIT */
/*
 * A dataset in the making: a hidden directory beside its place, filled file by file, put in its place in one step when
 * it is whole. Its last file is manifest.jsonl with the size and SHA-256 of every other:
 *
 *	{"rv_manifest":1,"rv":"0.1.0","formats":["coco","video:crf=20"],"samples":20,"errors":0,"left_out":{"coco":1}}
 *	{"path":"coco/annotations.json","bytes":1234,"sha256":"…"}      one per file, sorted by path
 *	{"manifest_sha256":"…"}                                        of all bytes before this line
 *
 *	struct sink_dataset *dataset = sink_dataset_open("dataset", err);
 *	struct sink_output *output = sink_output_open(dataset, "webdataset/shard-000000.tar", err);
 *	sink_output_write(output, bytes, len, err); ...
 *	sink_output_close(output, err);
 *	sink_dataset_commit(dataset, &head, err);
 *
 * `formats` are written as --format takes them. `left_out` says how many samples a format does not have; it is not
 *there when every format has all.
 *
 * Every function here that fails, fails because of the environment: the dataset is then lost and is to be freed.
 */
#ifndef RV_SINK_DATASET_H
#define RV_SINK_DATASET_H

#include "err.h"
#include "str.h"

struct sink_dataset;

/* Fails with RV_E_USAGE, nothing touched, when `path` is there and is neither an empty directory nor a dataset (a
 * directory with a manifest.jsonl), or is the working directory. Removes what killed runs have left. */
struct sink_dataset *sink_dataset_open(const char *path, struct rv_err *err);
/* Writes the manifest, with `head` as its first line, and puts the dataset in its place. */
int sink_dataset_commit(struct sink_dataset *dataset, const struct rv_str *head, struct rv_err *err) RV_MUST_USE;
/* Removes the hidden directory and whatever is still in it. NULL is allowed. */
void sink_dataset_free(struct sink_dataset *dataset);

/* *path is replaced by that of a file of the dataset, whose directories are made. For those who write it themselves and
 * then say so with sink_dataset_add_file. */
int sink_dataset_path(struct sink_dataset *dataset, const char *relative, struct rv_str *path,
                      struct rv_err *err) RV_MUST_USE;
/* Puts a finished file into the manifest. */
int sink_dataset_add_file(struct sink_dataset *dataset, const char *relative, struct rv_err *err) RV_MUST_USE;
/* The same for one whose size and digest are known. */
int sink_dataset_list(struct sink_dataset *dataset, const char *relative, uint64_t n_bytes, const char *sha256,
                      struct rv_err *err) RV_MUST_USE;
/* Writes a file of the dataset. */
int sink_dataset_write(struct sink_dataset *dataset, const char *relative, const char *bytes, size_t len,
                       struct rv_err *err) RV_MUST_USE;
/* *path is replaced by that of a temporary file, which goes with the hidden directory. */
void sink_dataset_scratch(const struct sink_dataset *dataset, const char *name, struct rv_str *path);

/* A file of the dataset, written in order, its digest taken on the way. */
struct sink_output;
struct sink_output *sink_output_open(struct sink_dataset *dataset, const char *relative, struct rv_err *err);
int sink_output_write(void *output, const void *bytes, size_t len, struct rv_err *err) RV_MUST_USE; /* an rv_write_fn */
/* Finishes it and puts it into the manifest; frees in every case. */
int sink_output_close(struct sink_output *output, struct rv_err *err) RV_MUST_USE;
/* Frees without finishing; NULL is allowed. */
void sink_output_abort(struct sink_output *output);

#endif

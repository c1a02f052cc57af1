/* SPDX-License-Identifier: MIT */
/*
 * The lists of all files of a dataset, in flat memory: manifest.jsonl (dataset.h shows it), and SHA256SUMS, which
 * `sha256sum -c` reads. Both are made in one pass over what was added, whose digests are known already. SHA256SUMS has
 * every file but itself and the manifest; the manifest has SHA256SUMS, too.
 *
 *	struct sink_manifest *manifest = sink_manifest_new(runs);
 *	sink_manifest_add(manifest, "coco/annotations.json", n_bytes, sha256, err); ...      in any order
 *	sink_manifest_write(manifest, tree, &head, err);
 *	sink_manifest_free(manifest);
 */
#ifndef RV_SINK_MANIFEST_H
#define RV_SINK_MANIFEST_H

#include "err.h"
#include "str.h"

struct sink_manifest;

/* `runs` (copied) is a directory for temporary files, on the file system that takes the dataset. */
struct sink_manifest *sink_manifest_new(const char *runs);
void sink_manifest_free(struct sink_manifest *manifest); /* NULL is allowed */
/* One that `is_posted` may not be there (shards.h). */
int sink_manifest_add(struct sink_manifest *manifest, const char *relative, uint64_t n_bytes, const char *sha256,
                      bool is_posted, struct rv_err *err) RV_MUST_USE;
/* Writes both files into the directory `tree`, the manifest last and with `head` as its first line. To be called once,
 * after which nothing may be added. */
int sink_manifest_write(struct sink_manifest *manifest, const char *tree, const struct rv_str *head,
                        struct rv_err *err) RV_MUST_USE;

#endif

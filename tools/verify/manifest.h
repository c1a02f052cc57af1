/* SPDX-License-Identifier: MIT */
/*
 * Reading manifest.jsonl, the list of everything in a dataset, strictly: its bytes must be exactly those that its
 *values give, so that no byte of it can change unseen.
 *
 *	{"rv_manifest":1,"rv":"0.1.0","formats":["coco","webdataset:zstd"],"samples":2,"errors":0,"left_out":{"coco":1}}
 *	{"path":"coco/annotations.json","bytes":123,"sha256":"…64 hex digits…"}
 *	…                                     one line per file, sorted by the bytes of its path
 *	{"manifest_sha256":"…"}               the digest of all bytes before this line
 */
#ifndef RV_VERIFY_MANIFEST_H
#define RV_VERIFY_MANIFEST_H

#include "err.h"
#include "hash.h"

#define VERIFY_MANIFEST_BYTES_MAX ((size_t)4 << 30)

struct verify_manifest_file {
	char *path; /* below the dataset */
	uint64_t bytes;
	char sha256[RV_HASH_HEX_LEN + 1];
};

struct verify_manifest {
	struct verify_manifest_file *files;
	size_t len, cap;
	char *formats;  /* ",coco,video,", without their options */
	char *left_out; /* ",coco=1,": samples that a format does not have */
	uint64_t n_samples, n_errors;
};
#define VERIFY_MANIFEST_INIT \
	{ \
		.files = NULL \
	}

int verify_manifest_read(const char *path, struct verify_manifest *manifest, struct rv_err *err) RV_MUST_USE;
void verify_manifest_release(struct verify_manifest *manifest);
bool verify_manifest_has_format(const struct verify_manifest *manifest, const char *format);
/* How many of the samples a format has. */
uint64_t verify_manifest_samples(const struct verify_manifest *manifest, const char *format);
/* The entry of a path, or NULL. */
const struct verify_manifest_file *verify_manifest_find(const struct verify_manifest *manifest, const char *path);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Reading manifest.jsonl, the list of everything in a dataset, strictly: its bytes must be exactly those that its
 * values give, so that no byte of it can change unseen. Line by line: a manifest may have any length.
 *
 *	{"rv_manifest":1,"rv":"0.1.0","formats":["coco","webdataset:zstd"],"samples":2,"errors":0,"left_out":{"coco":1}}
 *	{"path":"coco/annotations.json","bytes":123,"sha256":"…64 hex digits…"}
 *	…                                     one line per file, sorted by the bytes of its path
 *	{"manifest_sha256":"…"}               the digest of all bytes before this line
 *
 * A shard that was posted has "posted":true behind its digest. `left_out` is not there when nothing was left out, nor
 * `lost`, which is behind it in the same form: how many objects formats could not carry (rv-mux --lossy).
 *
 *	struct verify_manifest *manifest = verify_manifest_open(&source, &head, err);
 *	while ((got = verify_manifest_next(manifest, &file, err)) > 0) ...
 *	verify_manifest_close(manifest);
 */
#ifndef RV_VERIFY_MANIFEST_H
#define RV_VERIFY_MANIFEST_H

#include "format/format.h"
#include "hash.h"
#include "source.h"

struct verify_manifest_head {
	bool has[FORMAT_IDS];
	bool encodes[FORMAT_IDS];      /* it had pictures encoded (format_encodes) */
	bool shows_other[FORMAT_IDS];  /* its pictures are of another role than the image */
	uint64_t left_out[FORMAT_IDS]; /* samples that the format has no use for */
	char unknown[65];              /* the first format that this rv does not know, cut; "": none */
	uint64_t n_samples, n_errors;
};

struct verify_manifest_file {
	const char *path; /* below the dataset; borrowed until the next one */
	uint64_t bytes;
	char sha256[RV_HASH_HEX_LEN + 1];
	bool is_posted; /* it was posted somewhere, and need not be there */
};

struct verify_manifest;
/* Reads the first line; the source is borrowed until close. NULL with RV_E_BAD_FILE when it is not in its form. */
struct verify_manifest *verify_manifest_open(const struct rv_source *source, struct verify_manifest_head *head,
                                             struct rv_err *err);
/* 1: the next file. 0: that was the last, and the digest is right. -1: RV_E_DIGEST when it is not; else the line is not
 * in its form, is not sorted, or names no file of the dataset. */
int verify_manifest_next(struct verify_manifest *manifest, struct verify_manifest_file *file,
                         struct rv_err *err) RV_MUST_USE;
void verify_manifest_close(struct verify_manifest *manifest); /* NULL is allowed */

#endif

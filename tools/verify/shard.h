/* SPDX-License-Identifier: MIT */
/*
 * One shard of a webdataset: the archive is whole, every member decodes to its end, each sample has its record
 * (KEY.json, the first of its members) and exactly the files that the record names, its annotations agree with its
 * index map, its image is the same file as the one in coco/images/, and its cameras are those in transforms.json, where
 * the dataset has these too.
 */
#ifndef RV_VERIFY_SHARD_H
#define RV_VERIFY_SHARD_H

#include "verify/manifest.h"
#include "verify/problems.h"
#include "verify/transforms.h"

#define VERIFY_SHARD_MEMBER_BYTES_MAX (UINT64_C(2) << 30)

/* True for a name that ends in .tar or .tar.zst. */
bool verify_shard_is(const char *path);
/* Appends the key of each sample and a newline to *keys. `subject` names the shard in problems. */
void verify_shard_check(const char *path, const char *subject, const struct verify_manifest *manifest,
                        const struct verify_transforms *transforms, uint64_t min_area_px, struct rv_str *keys,
                        struct verify_problems *problems);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What is in the files of a dataset: every picture, video, archive and JSON text decodes to its end, labels agree with
 * the pictures (coco.h, shard.h), cameras with their records (transforms.h), and the formats agree with each other and
 * with the manifest about which samples there are.
 */
#ifndef RV_VERIFY_DEEP_H
#define RV_VERIFY_DEEP_H

#include "verify/manifest.h"
#include "verify/problems.h"

struct verify_deep;
/* Both are borrowed. What is wrong with cameras is told at once. */
struct verify_deep *verify_deep_new(const char *dir, const struct verify_manifest *manifest, uint64_t min_area_px,
                                    struct verify_problems *problems);
void verify_deep_free(struct verify_deep *deep); /* NULL is allowed */
/* Looks into the file of that number; several threads at a time, each with files of its own. */
void verify_deep_file(struct verify_deep *deep, size_t file, struct verify_problems *problems);
/* After all files: what only several of them together can tell. */
void verify_deep_agree(struct verify_deep *deep, struct verify_problems *problems);

#endif

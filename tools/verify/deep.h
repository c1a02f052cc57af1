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

struct rv_deep;
/* Both are borrowed. What is wrong with cameras is told at once. */
struct rv_deep *rv_deep_new(const char *dir, const struct rv_manifest *manifest, uint64_t min_area_px,
                            struct rv_problems *problems);
void rv_deep_free(struct rv_deep *deep); /* NULL is allowed */
/* Looks into the file of that number; several threads at a time, each with files of its own. */
void rv_deep_file(struct rv_deep *deep, size_t file, struct rv_problems *problems);
/* After all files: what only several of them together can tell. */
void rv_deep_agree(struct rv_deep *deep, struct rv_problems *problems);

#endif

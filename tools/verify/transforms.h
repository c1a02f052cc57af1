/* SPDX-License-Identifier: MIT */
/*
 * The files transforms.json of a dataset: every frame has its files, which have the size that its intrinsics are of,
 * and a pose without scale; angles follow from focal lengths. Where the dataset has the samples' records, too, cameras
 * are compared with them, number by number.
 *
 *	struct verify_transforms *transforms = verify_transforms_load(dir, &manifest, &problems);
 *	verify_transforms_compare(transforms, record, "00000007", subject, &problems);     (from any thread)
 *	verify_transforms_agree(transforms, size_of, context, &problems);
 *	verify_transforms_free(transforms);
 */
#ifndef RV_VERIFY_TRANSFORMS_H
#define RV_VERIFY_TRANSFORMS_H

#include "verify/manifest.h"
#include "verify/problems.h"

#define VERIFY_TRANSFORMS_FOLDER "transforms/"
#define VERIFY_TRANSFORMS_NAME "transforms.json"

struct verify_transforms;

/* Reads all that the manifest names; what is wrong goes to *problems. The manifest is borrowed. */
struct verify_transforms *verify_transforms_load(const char *dir, const struct verify_manifest *manifest,
                                                 struct verify_problems *problems);
/* NULL is allowed. */
void verify_transforms_free(struct verify_transforms *transforms);

/* The cameras of a sample against its record. Nothing is done without a transforms.json at all. */
void verify_transforms_compare(const struct verify_transforms *transforms, struct rv_json record, const char *id,
                               const char *subject, struct verify_problems *problems);

/* Tells the size of the manifest's i-th file; 0 where it is no picture. */
typedef void verify_transforms_size_fn(void *context, size_t file, uint32_t *width, uint32_t *height);
/* The files against what is said of them. The number of samples: stills, and sequences. */
uint64_t verify_transforms_agree(const struct verify_transforms *transforms, verify_transforms_size_fn *size_of,
                                 void *context, struct verify_problems *problems);

#endif

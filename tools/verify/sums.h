/* SPDX-License-Identifier: MIT */
/* SHA256SUMS of a dataset, which has the same digests as the manifest: its bytes follow from the manifest's lines, so
 * that it need not be read. That the file has the digest which the manifest has of it is looked at with all others. */
#ifndef RV_VERIFY_SUMS_H
#define RV_VERIFY_SUMS_H

#include "verify/manifest.h"
#include "verify/problems.h"

struct verify_sums;
struct verify_sums *verify_sums_new(void);
void verify_sums_free(struct verify_sums *sums);
/* The manifest's next file. */
void verify_sums_add(struct verify_sums *sums, const struct verify_manifest_file *file);
/* After the last one. */
void verify_sums_end(struct verify_sums *sums, struct verify_problems *problems);

#endif

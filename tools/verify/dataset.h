/* SPDX-License-Identifier: MIT */
/*
 * A dataset directory against its manifest: nothing missing, nothing more, every file with its size and SHA-256; with
 * `deep`, also what is in the files (deep.h).
 */
#ifndef RV_VERIFY_DATASET_H
#define RV_VERIFY_DATASET_H

#include "verify/problems.h"

struct verify_dataset_rules {
	bool deep;
	size_t n_threads;
	uint64_t min_area_px;
};

struct verify_dataset_report {
	uint64_t n_files, n_bytes, n_samples; /* as found; samples as the manifest says */
	uint64_t n_problems;
};

/* Called with each problem, in the order of the files, never two at a time. */
typedef void verify_dataset_tell_fn(const struct verify_problem *problem, void *context);

/* True when the directory has a manifest. */
bool verify_dataset_is(const char *dir);
/* Looks at everything, whatever it finds: there is no failure, only problems. */
void verify_dataset_check(const char *dir, const struct verify_dataset_rules *rules, verify_dataset_tell_fn *tell,
                          void *context, struct verify_dataset_report *report);

#endif

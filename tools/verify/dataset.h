/* SPDX-License-Identifier: MIT */
/*
 * A dataset directory against its manifest: nothing missing, nothing more, every file with its size and SHA-256; with
 * `is_deep`, also what is in the files: each is decoded and given to the checker of its format (format.h), and what the
 * formats hold is compared (census.h). Memory does not grow with the number of files.
 */
#ifndef RV_VERIFY_DATASET_H
#define RV_VERIFY_DATASET_H

#include "verify/picture.h"
#include "verify/problems.h"

struct verify_dataset_rules {
	bool is_deep;
	size_t n_threads;
	const char *resume; /* where it is kept how far this has come (resume.h); NULL: nowhere */
	struct verify_rules sample;
};

struct verify_resume;

struct verify_dataset_report {
	uint64_t n_files, n_bytes, n_samples; /* as found; samples as the manifest says */
	uint64_t n_problems, n_bad;           /* all, and those of severity error or fatal */
	uint64_t n_bad_files;                 /* files with such, and such that are of no one file */
	const char *format;                   /* of a tree that anybody made; NULL: a dataset of rv */
	uint64_t n_of[VERIFY_CHECKS];         /* the problems of each check */
	struct verify_presence objects;       /* of the samples in it */
	struct verify_resume *resume;         /* to be ended and freed when all is told; NULL: there is none */
};

/* Called with each problem, never two at a time: first those of files, in the order of their paths. */
typedef void verify_dataset_tell_fn(const struct verify_problem *problem, void *context);

/* True when the directory has a manifest. */
bool verify_dataset_is(const char *dir);
/* Looks at everything, whatever it finds; fails only when the environment does: the directory or a temporary file. */
int verify_dataset_check(const char *dir, const struct verify_dataset_rules *rules, verify_dataset_tell_fn *tell,
                         void *context, struct verify_dataset_report *report, struct rv_err *err) RV_MUST_USE;

#endif

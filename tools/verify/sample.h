/* SPDX-License-Identifier: MIT */
/*
 * One sample: the record against the files in its directory, and the labels against each other. A sequence is looked at
 * frame by frame, each as a still is.
 *
 * Every path in `files` is a regular file below `dir`, decodes to its last byte and has the record's resolution. The
 * annotations agree with the index map (labels.h), the instance masks equal (map == index), semantic masks are 0 or
 * 65535, depth is finite and positive with 1e10 where there is nothing and less wherever the map has an object; alpha
 * is the picture's, materials are the record's, and numeric.h has what passes must be. Where the passes are still
 * there, the map and the depth are compared with them too. _meta.json is the record without what belongs to the stream
 * only.
 */
#ifndef RV_VERIFY_SAMPLE_H
#define RV_VERIFY_SAMPLE_H

#include "record.h"
#include "verify/problems.h"

struct verify_sample_rules {
	uint64_t min_area_px; /* objects with fewer pixels may lack an annotation */
};

struct verify_sample_report {
	uint64_t n_files, n_annotations;
	struct verify_problems problems;
};
#define VERIFY_SAMPLE_REPORT_INIT \
	{ \
		.problems = VERIFY_PROBLEMS_INIT \
	}

/* -1 when the record has no sample that could be looked at; everything else goes into the report. Thread-safe. */
int verify_sample_check(const struct rv_record *record, const struct verify_sample_rules *rules,
                        struct verify_sample_report *report, struct rv_err *err) RV_MUST_USE;
void verify_sample_report_release(struct verify_sample_report *report);
/* Sets `verify`. */
void verify_sample_report_put(const struct verify_sample_report *report, struct rv_record *record);

#endif

/* SPDX-License-Identifier: MIT */
/* What a sample that was rendered again is beside the one that it is to be: file by file, and what may be the cause. */
#ifndef RV_PORCELAIN_REPLAY_REPORT_H
#define RV_PORCELAIN_REPLAY_REPORT_H

#include "record.h"

struct porcelain_replayed {
	const char *id;
	const char *dir, *again;        /* the sample as it was, and as it is */
	const char *copy;               /* what a dataset has of it, compared in the place of `dir`; NULL */
	const struct rv_record *meta;   /* its record, */
	const struct rv_record *marker; /* and what rv-blend wrote beside it */
};

/* Reads the record in a file of a directory. */
int porcelain_replay_read(const char *dir, const char *name, struct rv_record *record, struct rv_err *err) RV_MUST_USE;
/*
 * Compares, and writes to stdout a line for each file, or one object of JSON:
 * {"id":...,"dir":...,"same":...,"same_machine":...,"causes":[...],"files":[{"path":...,"result":...,"max_difference":
 * ...,"far_share":...}]}. The causes go to stderr, too. Pictures that are near, and what is no picture, may differ when
 * build or processor are not the same (compare.h).
 */
int porcelain_replay_report(const struct porcelain_replayed *sample, bool is_json, bool *is_same,
                            struct rv_err *err) RV_MUST_USE;

#endif

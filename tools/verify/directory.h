/* SPDX-License-Identifier: MIT */
/* A sample in its directory: its record, its files, and _meta.json, which is the record as files hold it. */
#ifndef RV_VERIFY_DIRECTORY_H
#define RV_VERIFY_DIRECTORY_H

#include "verify/inspect.h"

/* -1 when the record has no sample that could be looked at; everything else goes into the report. Thread-safe. */
int verify_directory_check(const struct rv_record *record, const struct verify_rules *rules,
                           struct verify_report *report, struct rv_err *err) RV_MUST_USE;

#endif

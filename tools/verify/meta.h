/* SPDX-License-Identifier: MIT */
/*
 * _meta.json against the record: one line of compact JSON, every member of it equal to the record's, none of those that
 * belong to the stream only (members.def), and every member that rv's tools put on disk is there. Members that somebody
 * added to the stream later are no business of it. Values are compared, not their spelling, because a record may have
 * gone through a program that prints numbers its own way.
 */
#ifndef RV_VERIFY_META_H
#define RV_VERIFY_META_H

#include "json.h"
#include "source.h"
#include "verify/problems.h"

void verify_meta_check(const struct rv_source *source, struct rv_json record, struct verify_problems *problems);

#endif

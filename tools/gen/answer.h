/* SPDX-License-Identifier: MIT */
/* What a generator wrote, checked: from its standard output to the JSON text that goes into the record. */
#ifndef GEN_ANSWER_H
#define GEN_ANSWER_H

#include "err.h"
#include "str.h"

enum gen_type { GEN_TYPE_ANY, GEN_TYPE_PATH, GEN_TYPE_STR, GEN_TYPE_NUM };

/*
 * `output` must be one JSON object with `result`, a value of that type; *result (replaced) is its text on one line,
 * every number as it was written. RV_E_GENERATOR when it is no such object, RV_E_BAD_RESULT when the value is of
 * another type.
 *
 * A path is a string; relative ones are taken from work_dir; it must exist. It comes out relative to root_dir when it
 * lies in it, so that a dataset does not depend on where that is. Both directories are absolute.
 */
int gen_answer_read(const struct rv_str *output, enum gen_type type, const char *root_dir, const char *work_dir,
                    struct rv_str *result, struct rv_err *err) RV_MUST_USE;

#endif

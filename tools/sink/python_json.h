/* SPDX-License-Identifier: MIT */
/* JSON as Python's json.dumps(value, sort_keys=True, ensure_ascii=False) writes it, for hashes that others take of the
 * same text. */
#ifndef RV_SINK_PYTHON_JSON_H
#define RV_SINK_PYTHON_JSON_H

#include "json.h"

/* Appends a value. Floats are rounded to six places, members that are null are left out. Fails (RV_E_BAD_RECORD) on a
 * number that no float holds. */
int sink_python_json(struct rv_json value, struct rv_str *text, struct rv_err *err) RV_MUST_USE;

#endif

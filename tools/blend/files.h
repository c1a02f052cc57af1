/* SPDX-License-Identifier: MIT */
/* The files of a sample: those of its own camera, of its views, and of further renders (`files`, `views`, `renders`).
 */
#ifndef RV_BLEND_FILES_H
#define RV_BLEND_FILES_H

#include "json.h"

/* Takes out of all files that a worker's record names what changes from run to run. RV_E_CRASH for one that was not
 * written, is not whole, or lies outside of `work_dir`. */
int blend_files_clean(const char *work_dir, struct rv_json record, struct rv_err *err) RV_MUST_USE;

/* True for what rv-mask takes away when it has made its labels: passes of the sample and of its views, further renders.
 */
bool blend_files_is_passes(const char *name);

#endif

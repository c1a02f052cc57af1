/* SPDX-License-Identifier: MIT */
/*
 * Passes that stay numbers, and what was made from them: channels by name, finite values, normals no longer than 1 and
 * the same in both spaces, flow that is known where an object is and has the signs that follow from the Vector pass,
 * the same flow in every format, Cryptomatte ids that are the hashes of the manifest's names.
 */
#ifndef RV_VERIFY_NUMERIC_H
#define RV_VERIFY_NUMERIC_H

#include "verify/view.h"

/* Checks an OpenEXR file of a role, which decodes. */
void verify_numeric_check(struct verify_view *view, const char *role, const char *name);
/* A flow in another format against the OpenEXR file of `flow`: a KITTI PNG (in view->decoded), a .flo file. */
void verify_numeric_check_kitti(struct verify_view *view, const char *flow, const char *name);
void verify_numeric_check_flo(struct verify_view *view, const char *flow, const char *name);
/* A preview in view->decoded, which is black exactly where `role` has nothing. */
void verify_numeric_check_preview(struct verify_view *view, const char *role, const char *name);

#endif

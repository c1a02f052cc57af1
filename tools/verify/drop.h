/* SPDX-License-Identifier: MIT */
/*
 * --drop: a sample that is not ok is to be made again. Nothing of it is removed: a file beside it, RV_AGAIN_NAME, tells
 * rv-blend that the sample is not finished, whatever its marker says; the next run replaces it as a whole.
 *
 * That is done only where it is proved that rv-blend made the directory: it has the name of the sample, is reached
 * through no link, and has a marker (RV_BLEND_MARKER) with a list of files.
 */
#ifndef RV_VERIFY_DROP_H
#define RV_VERIFY_DROP_H

#include "err.h"

/* Fails with RV_E_TAKEN, nothing changed, when the directory is not proved to be ours. Twice is as once. */
int verify_drop(const char *dir, const char *id, struct rv_err *err) RV_MUST_USE;

#endif

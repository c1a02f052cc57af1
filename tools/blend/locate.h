/* SPDX-License-Identifier: MIT */
/* Finds Blender and our Blender half (worker.py and the package rv), and says which version that is. */
#ifndef RV_BLEND_LOCATE_H
#define RV_BLEND_LOCATE_H

#include "hash.h"
#include "str.h"

/* Blender's path: `option` (--blender) when not NULL, else $RV_BLENDER, $BLENDER_PATH when it exists, "blender" in
 * PATH. NULL with RV_E_NO_BLENDER. Caller frees. */
char *blend_locate_blender(const char *option, struct rv_err *err) RV_MUST_USE;

/* The directory with worker.py and rv/: $RV_HOME, else found from where this program lies. NULL with RV_E_NO_BLENDER.
 * Caller frees. */
char *blend_locate_home(struct rv_err *err) RV_MUST_USE;

/* Digest of every Python file there: a changed library makes other pictures. */
int blend_locate_home_digest(const char *home, char hex[RV_HASH_HEX_LEN + 1], struct rv_err *err) RV_MUST_USE;

#endif

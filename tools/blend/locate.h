/* SPDX-License-Identifier: MIT */
/* Finds Blender and our Blender half (worker.py and the package rv), and says which version that is. */
#ifndef RV_BLEND_LOCATE_H
#define RV_BLEND_LOCATE_H

#include "err.h"
#include "str.h"

/* How Blender is called (command.h): `option` (--blender) when not NULL, else $RV_BLENDER, $BLENDER_PATH when it
 * exists, "blender" in PATH. NULL with RV_E_NO_BLENDER. Caller frees. */
char *blend_locate_blender(const char *option, struct rv_err *err) RV_MUST_USE;

/* The directory with worker.py and rv/: $RV_HOME, else found from where this program lies. NULL with RV_E_NO_BLENDER.
 * Caller frees. */
char *blend_locate_home(struct rv_err *err) RV_MUST_USE;

/* The first line of its file render-version, a number that goes up when the same things would give other samples:
 * finished samples of another one are rendered anew, those of another version of rv are not. The lines after it say
 * when to raise it. RV_E_NO_BLENDER for another line. */
int blend_locate_render_version(const char *home, struct rv_str *version, struct rv_err *err) RV_MUST_USE;

#endif

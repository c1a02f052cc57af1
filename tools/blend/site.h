/* SPDX-License-Identifier: MIT */
/*
 * A directory of Python packages that scenes find besides those of Blender's Python, as `pip install --target` fills
 * it. It decides samples, so it is part of their key: by the names, versions and RECORDs of what is installed in it,
 * whose files are not read, and by the content of every other file but what Python caches.
 */
#ifndef RV_BLEND_SITE_H
#define RV_BLEND_SITE_H

#include "err.h"
#include "str.h"

/* Where it is, absolute; caller frees. NULL with RV_E_USAGE where there is no such directory. */
char *blend_site_path(const char *dir, struct rv_err *err);
/* Appends a line for each installed package and each loose file. RV_E_USAGE where there is no such directory, or
 * something in it is neither a file nor a directory. */
int blend_site_put_key(const char *dir, struct rv_str *key, struct rv_err *err) RV_MUST_USE;

#endif

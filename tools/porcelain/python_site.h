/* SPDX-License-Identifier: MIT */
/*
 * rv python site DIR [PACKAGE]...: packages for scene scripts, installed by the pip of Blender's own Python into a
 * directory that `rv-blend --site DIR` shows to scenes.
 */
#ifndef RV_PORCELAIN_PYTHON_SITE_H
#define RV_PORCELAIN_PYTHON_SITE_H

#include "err.h"

/* `arguments` are what pip takes, NULL-ended: packages, and options of its own. With none of them DIR is only made.
 * RV_E_NO_BLENDER, RV_E_CHILD when pip fails or is not there. */
int porcelain_python_site(const char *dir, char *const *arguments, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Paths as texts: nothing is looked at. */
#ifndef RV_PATH_H
#define RV_PATH_H

#include "err.h"

/* False for "", ".", "..", absolute paths and any path with a ".." component: what may name a file below a sample. */
bool rv_path_is_inside(const char *relative);
/* The part after the last '/'. Borrowed. */
const char *rv_path_base(const char *path);
/* Absolute path without resolving links (the working directory is put before a relative one). Caller frees. */
char *rv_path_absolute(const char *path);

/* RV_E_USAGE when it is not UTF-8, as a path must be that goes into a record. */
int rv_path_check_utf8(const char *path, struct rv_err *err) RV_MUST_USE;

/* "PARENT/.NAME<mark>XXXXXX" for a path PARENT/NAME, with random characters: a name beside it that nobody else uses.
 * Such names never reach a dataset. Caller frees. */
#define RV_HIDDEN_SUFFIX_LEN 6
char *rv_path_hidden(const char *path, const char *mark);

#endif

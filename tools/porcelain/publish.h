/* SPDX-License-Identifier: MIT */
/*
 * Shows the files of the newest sample in a directory that is not ours alone: each appears by rename, those of the
 * sample before that this one lacks go, and nothing else there is ever touched, nor anything that a link leads to. The
 * hidden file .rv-preview-files.json in it lists what is ours, with digests: what has changed is not ours any more.
 */
#ifndef RV_PORCELAIN_PUBLISH_H
#define RV_PORCELAIN_PUBLISH_H

#include "err.h"

#define PORCELAIN_PUBLISH_LIST ".rv-preview-files.json"

/* Moves what is below `from`, but hidden files and _meta.json, into the directory `to` on the same file system. Fails,
 * and changes nothing, when a file that is not ours stands in the way. */
int porcelain_publish(const char *from, const char *to, struct rv_err *err) RV_MUST_USE;

#endif

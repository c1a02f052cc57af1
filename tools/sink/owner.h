/* SPDX-License-Identifier: MIT */
/* How a dataset proves that it is ours: by the first line of its manifest, whose other lines list its files. */
#ifndef RV_SINK_OWNER_H
#define RV_SINK_OWNER_H

#include <stdio.h>

#include "place.h"
#include "sink/head.h"

extern const struct rv_place_owner sink_owner;

/* Opens DIR/manifest.jsonl for reading; NULL when it is no regular file. */
FILE *sink_owner_manifest(int dir_fd);
/* What a dataset of ours is, by its manifest. *head is to be released in every case. */
int sink_owner_head(const char *dir, struct sink_head *head, struct rv_err *err) RV_MUST_USE;

#endif

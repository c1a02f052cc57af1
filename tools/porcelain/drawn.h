/* SPDX-License-Identifier: MIT */
/*
 * Files of a sample that are, or are made of, a picture by another engine than Cycles: their bytes depend on the
 * graphics driver. All others, the labels, do not.
 */
#ifndef RV_PORCELAIN_DRAWN_H
#define RV_PORCELAIN_DRAWN_H

#include "json.h"

/* True when the file of that path below the sample is one, by the sample's record. */
bool porcelain_is_drawn(struct rv_json record, const char *path);

#endif

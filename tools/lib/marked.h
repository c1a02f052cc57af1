/* SPDX-License-Identifier: MIT */
/* How a sample's directory proves that it is ours: by the markers of rv-blend and rv-mask, which list its files. */
#ifndef RV_MARKED_H
#define RV_MARKED_H

#include "place.h"

/* After a power cut a marker may be there without its contents, or with a part of them. Then those files are ours, too,
 * that have the path of a role (vocabulary.h). */
extern const struct rv_place_owner rv_sample_owner;

#endif

/* SPDX-License-Identifier: MIT */
/* TAPVid-3D. */
#ifndef RV_FORMAT_TRACKS_H
#define RV_FORMAT_TRACKS_H

#include "err.h"

struct format_tracks_options {
	uint64_t quality; /* of JPEG, 1..100 */
};
extern struct format_tracks_options format_tracks_options;

#endif

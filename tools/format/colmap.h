/* SPDX-License-Identifier: MIT */
/* COLMAP's models as text. */
#ifndef RV_FORMAT_COLMAP_H
#define RV_FORMAT_COLMAP_H

#include "err.h"

struct format_colmap_options {
	uint64_t points; /* of each picture */
};
extern struct format_colmap_options format_colmap_options;

#endif

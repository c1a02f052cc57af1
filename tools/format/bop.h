/* SPDX-License-Identifier: MIT */
/* BOP. */
#ifndef RV_FORMAT_BOP_H
#define RV_FORMAT_BOP_H

#include "err.h"

#define FORMAT_BOP_PICTURES_MAX 1000  /* of a scene: the next one goes on with the stream */
#define FORMAT_BOP_SCENES_MAX 1000000 /* six digits */
#define FORMAT_BOP_MM 1000.0          /* lengths are in millimetres, those of records in metres */
#define FORMAT_BOP_SIZE_NEAR_MM 1.0   /* that objects of one model may differ in size, and besides */
#define FORMAT_BOP_SIZE_NEAR 0.01     /* by this part of it */

/* How scenes lie: as folders with files, or as shards. */
enum format_bop_layout { FORMAT_BOP_SCENES, FORMAT_BOP_SHARDS };
extern const char *const format_bop_layouts[];

struct format_bop_options {
	int layout;         /* enum format_bop_layout */
	double depth_scale; /* millimetres of a step of the depth maps */
};
extern struct format_bop_options format_bop_options;

#endif

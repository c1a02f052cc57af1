/* SPDX-License-Identifier: MIT */
/* Cameras for NeRF and Gaussian splatting. */
#ifndef RV_FORMAT_TRANSFORMS_H
#define RV_FORMAT_TRANSFORMS_H

#include "vocabulary.h"

struct format_transforms_options {
	bool nerf; /* documents of the original NeRF, too */
};
extern struct format_transforms_options format_transforms_options;

#define FORMAT_TRANSFORMS_NERF_EXTENSION "png" /* of its pictures, which its documents leave out */

#define FORMAT_TRANSFORMS_NAME "transforms.json"
#define FORMAT_TRANSFORMS_SIDE_MAX 65536 /* pixels */
#define FORMAT_TRANSFORMS_AXES_NEAR 1e-3 /* that the axes of a pose may be off from length 1 and from square */
#define FORMAT_TRANSFORMS_FILES 4

/* What of a picture goes along: its role, its key in a frame, its folder beside the document. The first has to be
 * there. */
struct format_transforms_file {
	enum rv_role_id role;
	const char *key, *folder;
};
extern const struct format_transforms_file format_transforms_files[FORMAT_TRANSFORMS_FILES];

#endif

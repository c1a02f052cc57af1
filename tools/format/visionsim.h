/* SPDX-License-Identifier: MIT */
/* visionsim's folders. */
#ifndef RV_FORMAT_VISIONSIM_H
#define RV_FORMAT_VISIONSIM_H

#include "err.h"

/* What a frame may have besides its picture, OpenEXR of 32 bits. X(enum constant, name of its layout, folder and
 * beginning of its files' names, key in transforms.json, channels) */
#define FORMAT_VISIONSIM_LIST(X) \
	X(DEPTH, "depth", "depths/depth_", "depth_file_path", "V") \
	X(NORMAL, "normal", "normals/normal_", "normal_file_path", "RGB") /* x right, y up, z to the camera */ \
	X(FLOW, "flow", "flows/flow_", "flow_file_path", "RGBA")          /* pixels, y up */ \
	X(SEGMENTATION, "segmentation", "segmentations/segmentation_", "segmentation_file_path", "V") /* indices */

enum format_visionsim_kind {
#define FORMAT_VISIONSIM(constant, name, start, key, channels) FORMAT_VISIONSIM_##constant,
	FORMAT_VISIONSIM_LIST(FORMAT_VISIONSIM)
#undef FORMAT_VISIONSIM
	        FORMAT_VISIONSIM_KINDS
};
struct format_visionsim_row {
	const char *name, *key, *channels;
};
extern const struct format_visionsim_row format_visionsim_rows[FORMAT_VISIONSIM_KINDS];

#endif

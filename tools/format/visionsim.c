/* SPDX-License-Identifier: MIT */
/* visionsim's folders. */
#include "format/visionsim.h"

#include "format/format.h"

const struct format_visionsim_row format_visionsim_rows[FORMAT_VISIONSIM_KINDS] = {
#define FORMAT_VISIONSIM(constant, name, start, key, channels) { name, key, channels },
	FORMAT_VISIONSIM_LIST(FORMAT_VISIONSIM)
#undef FORMAT_VISIONSIM
};

#define ROOT "visionsim/{id}{.view}/"

static const struct format_path paths[] = {
	{ .name = "document",
	  .layout = ROOT "transforms.json",
	  .text = "intrinsics; of each frame its pose, camera to world with OpenGL's axes, and its files",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "image",
	  .layout = ROOT "frames/frame_{frame}.{ext}",
	  .text = "the frames, by Blender's numbers",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "depth",
	  .layout = ROOT "depths/depth_{frame}.exr",
	  .text = "V: metres to the camera's plane",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "normal",
	  .layout = ROOT "normals/normal_{frame}.exr",
	  .text = "RGB: x right, y up, z to the camera",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "flow",
	  .layout = ROOT "flows/flow_{frame}.exr",
	  .text = "RG: backward, BA: forward turned round; pixels, y up",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "segmentation",
	  .layout = ROOT "segmentations/segmentation_{frame}.exr",
	  .text = "V: the object's index, 0 is background",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_visionsim = {
	.name = "visionsim",
	.title = "visionsim",
	.summary = "visionsim's folders: frames, depth, normals, flow, segmentation and poses of each sequence",
	.readers = "visionsim's Dataset, nerfstudio",
	.checked = "json, own reader",
	.load = "visionsim.dataset.Dataset.from_path('dataset/visionsim/00000000')",
	.carries = "frames, cameras, depth, normals in the camera's axes, flow, objects' indices",
	.loses = "categories, boxes, prompts, splits; flow to nothing known, which is 0",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_COMMON | FORMAT_NEEDS_CAMERA | FORMAT_NEEDS_SEQUENCE,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
};

/* SPDX-License-Identifier: MIT */
/* Cameras for NeRF and Gaussian splatting. */
#include "format/transforms.h"

#include "format/format.h"

const struct format_transforms_file format_transforms_files[FORMAT_TRANSFORMS_FILES] = {
	{ .role = RV_ROLE_IMAGE, .key = "file_path", .folder = "images" },
	{ .role = RV_ROLE_DEPTH, .key = "depth_file_path", .folder = "depths" },
	{ .role = RV_ROLE_NORMAL, .key = "normal_file_path", .folder = "normals" },
	{ .role = RV_ROLE_INDEX, .key = "segmentation_file_path", .folder = "segmentations" },
};

static const struct format_list lists[] = {
	{ .name = "frames" }, { .name = "train_filenames" }, { .name = "val_filenames" }, { .name = "test_filenames" },
	{ .name = NULL },
};

struct format_transforms_options format_transforms_options;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_FLAG,
	  .name = "nerf",
	  .value = &format_transforms_options.nerf,
	  .help = "a document for each split of the stills, too, as the original NeRF and the Blender parsers of its "
	          "followers read them: PNG files, one lens, square pixels" },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "stills",
	  .layout = "transforms/" FORMAT_TRANSFORMS_NAME,
	  .text = "cameras of all stills",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = lists },
	{ .name = "nerf",
	  .layout = "transforms/transforms_{split}.json",
	  .text = "nerf: camera_angle_x, and of each still its pose and its file without .png" },
	{ .name = "scene",
	  .layout = "transforms/{id}/" FORMAT_TRANSFORMS_NAME,
	  .text = "cameras of a sample with several pictures: a sequence, or views",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "still",
	  .is_image = true,
	  .layout = "transforms/{role}/{id}.{ext}",
	  .text = "a still's file, the folder says which",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "frame",
	  .is_image = true,
	  .layout = "transforms/{id}/{role}/{frame}.{ext}",
	  .text = "a frame's file",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "own",
	  .layout = "transforms/{id}/{role}/000000.{ext}",
	  .text = "a file of a still that has views besides",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "view",
	  .is_image = true,
	  .layout = "transforms/{id}/{role}/{view}{/frame}.{ext}",
	  .text = "a view's file",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_transforms = {
	.name = "transforms",
	.title = "Cameras for NeRF",
	.summary = "cameras for nerfstudio, instant-ngp and NeRF, transforms.json, with the pictures",
	.readers = "nerfstudio, instant-ngp, NeRF loaders",
	.checked = "json, own reader, Pillow",
	.load = "ns-train nerfacto --data dataset/transforms (shell)",
	.carries = "pictures, poses, intrinsics, depth, normals, the index map",
	.loses = "objects and annotations; cameras that are not perspective",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_CAMERA,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

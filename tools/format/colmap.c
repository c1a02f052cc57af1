/* SPDX-License-Identifier: MIT */
/* COLMAP's models as text. */
#include "format/colmap.h"

#include "format/format.h"

struct format_colmap_options format_colmap_options = { .points = 1000 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_U64,
	  .name = "points",
	  .value = &format_colmap_options.points,
	  .argument = "N",
	  .help = "points of each picture with depth, at most, on a grid",
	  .max = 1e6 },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "cameras", .layout = "colmap/sparse/0/cameras.txt", .text = "PINHOLE cameras of all stills" },
	{ .name = "images", .layout = "colmap/sparse/0/images.txt", .text = "their poses and points" },
	{ .name = "points3D", .layout = "colmap/sparse/0/points3D.txt", .text = "points in the world, with colours" },
	{ .name = "still", .is_image = true, .layout = "colmap/images/{id}.{ext}", .text = "the pictures of stills" },
	{ .name = "scene-cameras",
	  .layout = "colmap/{id}/sparse/0/cameras.txt",
	  .text = "the same of a sample with several pictures: a sequence, or views",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "scene-images",
	  .layout = "colmap/{id}/sparse/0/images.txt",
	  .text = "the same",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "scene-points3D",
	  .layout = "colmap/{id}/sparse/0/points3D.txt",
	  .text = "the same",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "frame",
	  .is_image = true,
	  .layout = "colmap/{id}/images/{frame}.{ext}",
	  .text = "a frame",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "own",
	  .is_image = true,
	  .layout = "colmap/{id}/images/0.{ext}",
	  .text = "a still that has views besides",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "view",
	  .is_image = true,
	  .layout = "colmap/{id}/images/{view}{.frame}.{ext}",
	  .text = "a view's picture",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_colmap = {
	.name = "colmap",
	.title = "COLMAP",
	.summary = "COLMAP models as text: cameras, poses and points from depth",
	.readers = "COLMAP, Gaussian splatting, nerfstudio",
	.checked = "own reader",
	.load = "colmap model_analyzer --path dataset/colmap/sparse/0 (shell)",
	.carries = "pictures, poses, intrinsics, points with colours where there is depth",
	.loses = "objects and annotations; cameras that are not perspective",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_CAMERA,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

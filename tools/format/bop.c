/* SPDX-License-Identifier: MIT */
/* BOP. */
#include "format/bop.h"

#include "format/format.h"

const char *const format_bop_layouts[] = { "scenes", "webdataset", NULL };

struct format_bop_options format_bop_options = { .depth_scale = 1 };

static struct format_encoding encoding = FORMAT_ENCODING_INIT;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "layout",
	  .value = &format_bop_options.layout,
	  .argument = "NAME",
	  .help = "how scenes lie: as folders; or as shards in WebDataset's form, whose readers look for rgb.jpg "
	          "unless they are told rgb_suffix",
	  .choices = format_bop_layouts },
	{ .kind = RV_OPT_DOUBLE,
	  .name = "depth-scale",
	  .value = &format_bop_options.depth_scale,
	  .argument = "MM",
	  .help = "millimetres of a step of the depth maps, which have 65535: what lies beyond is unknown, 0",
	  .min = 0.001,
	  .max = 1000 },
	FORMAT_ENCODING_OPTIONS(encoding),
	{ .kind = RV_OPT_END },
};

#define SCENE "bop/{split}/{number}/"

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = SCENE "rgb/{frame}.{ext}",
	  .text = "the pictures, at most 1000 a scene",
	  .merge = FORMAT_MERGE_PLACED },
	{ .name = "depth",
	  .layout = SCENE "depth/{frame}.png",
	  .text = "16 bits; times depth_scale millimetres to the camera's plane, where the record has 'depth'",
	  .merge = FORMAT_MERGE_PLACED },
	{ .name = "mask",
	  .layout = SCENE "mask/{frame}_{object}.png",
	  .text = "0 or 255, of each object with a category; with what is hidden of it where the record has 'amodal', "
	          "else as mask_visib",
	  .merge = FORMAT_MERGE_PLACED },
	{ .name = "visible",
	  .layout = SCENE "mask_visib/{frame}_{object}.png",
	  .text = "what is seen of it",
	  .merge = FORMAT_MERGE_PLACED },
	{ .name = "camera",
	  .layout = SCENE "scene_camera.json",
	  .text = "intrinsics and pose of each picture; rv_id, rv_view, rv_frame say which it is",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "gt",
	  .layout = SCENE "scene_gt.json",
	  .text = "obj_id and pose of each object",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "info",
	  .layout = SCENE "scene_gt_info.json",
	  .text = "their boxes and numbers of pixels",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "shard",
	  .layout = "bop/{split}/shard-{number}.tar",
	  .text = "instead, with layout=webdataset: a scene; of each picture, under its key SCENE_IMAGE, rgb, "
	          "depth.png, camera.json, gt.json, gt_info.json, and masks as run lengths by the object's number, "
	          "mask.json and mask_visib.json",
	  .is_shard = true },
	{ .name = "keys", .layout = "bop/{split}/key_to_shard.json", .text = "the number of the shard of each key" },
	{ .name = "intrinsics",
	  .layout = "bop/camera.json",
	  .text = "intrinsics of the first picture",
	  .merge = FORMAT_MERGE_FIRST },
	{ .name = "models",
	  .layout = "bop/models/models_info.json",
	  .text = "of each obj_id, which is a category's id: the box around it in millimetres, and its diagonal",
	  .merge = FORMAT_MERGE_READ },
	{ .name = "targets",
	  .layout = "bop/test_targets_bop19.json",
	  .text = "of the split test: how many objects of which obj_id each picture has",
	  .merge = FORMAT_MERGE_READ },
	{ .name = NULL },
};

const struct format format_bop = {
	.name = "bop",
	.title = "BOP",
	.summary = "BOP's scenes for 6D poses: rgb, depth, masks, poses in millimetres",
	.readers = "bop_toolkit, MegaPose, GDR-Net, FoundationPose",
	.checked = "json, Pillow",
	.load = "json.load(open('dataset/bop/train/000000/scene_gt.json'))['0']",
	.carries = "poses of objects with a category and a box, cameras, depth, masks, boxes, splits",
	.loses = "meshes: a model is known by the box around it, with its origin in the middle; without rv-blend "
	         "--amodal what is hidden of an object: then mask and bbox_obj are those of what is seen and "
	         "visib_fract is 1; objects that nobody sees; symmetries; cameras that are not perspective",
	.lacks = FORMAT_HAS_KEYPOINTS | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_CAMERA,
	.has_splits = true,
	.has_categories = true,
	.encoding = &encoding,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

/* SPDX-License-Identifier: MIT */
/* KITTI's object detection. */
#include "format/kitti.h"

#include "format/format.h"

const char *const format_kitti_types[] = { "Car",     "Van",  "Truck", "Pedestrian",           "Person_sitting",
	                                   "Cyclist", "Tram", "Misc",  FORMAT_KITTI_DONT_CARE, NULL };
const char *const format_kitti_others[] = { "Misc", FORMAT_KITTI_DONT_CARE, NULL };

struct format_kitti_options format_kitti_options = { .other = -1 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "other",
	  .value = &format_kitti_options.other,
	  .argument = "TYPE",
	  .help = "what a category becomes that is none of Car, Van, Truck, Pedestrian, Person_sitting, Cyclist, Tram, "
	          "Misc, DontCare",
	  .choices = format_kitti_others,
	  .unset = "the sample is refused" },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = "kitti/training/image_2/{number}.{ext}",
	  .text = "the pictures of train and val",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "labels",
	  .layout = "kitti/training/label_2/{number}.txt",
	  .text = "a row of 15 columns for each object with a category",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "calib",
	  .layout = "kitti/training/calib/{number}.txt",
	  .text = "intrinsics; pixel centres have whole numbers",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "mapping",
	  .layout = "kitti/training/mapping.txt",
	  .text = "number, id, view and frame of each",
	  .merge = FORMAT_MERGE_COUNTED_IDS },
	{ .name = "test-image",
	  .is_image = true,
	  .layout = "kitti/testing/image_2/{number}.{ext}",
	  .text = "the same of test",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "test-labels",
	  .layout = "kitti/testing/label_2/{number}.txt",
	  .text = "the same",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "test-calib",
	  .layout = "kitti/testing/calib/{number}.txt",
	  .text = "the same",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "test-mapping",
	  .layout = "kitti/testing/mapping.txt",
	  .text = "the same",
	  .merge = FORMAT_MERGE_COUNTED_IDS },
	{ .name = "list",
	  .layout = "kitti/ImageSets/{split}.txt",
	  .text = "the numbers of a split",
	  .merge = FORMAT_MERGE_COUNTED_LINES },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "image", .is_image = true, .layout = "training/image_2/{number}.{ext}" },
	{ .name = "labels", .layout = "training/label_2/{number}.txt" },
	{ .name = "calib", .layout = "training/calib/{number}.txt" },
	{ .name = "test-image", .is_image = true, .layout = "testing/image_2/{number}.{ext}" },
	{ .name = "test-calib", .layout = "testing/calib/{number}.txt" },
	{ .name = "list", .layout = "ImageSets/{task}.txt" },
	{ .name = NULL },
};

const struct format format_kitti = {
	.name = "kitti",
	.title = "KITTI",
	.summary = "KITTI object detection: 2D and 3D boxes, calibration",
	.readers = "OpenPCDet, MMDetection3D; torchvision below Kitti/raw/",
	.checked = "own reader",
	.load = "ln -s ../dataset/kitti data/kitti (shell, in MMDetection3D)",
	.carries = "boxes, truncation, 3D boxes, intrinsics, splits; how much of an object in the picture others hide, "
	           "in three steps: occluded is 0 where at least 80 % of it are seen, 1 from 50 % on, else 2",
	.loses = "objects without a category, ids, masks, the camera's place; without rv-blend --amodal how much of an "
	         "object is hidden: then occluded is 3, unknown; the 3D box of an object that leans, seen from the "
	         "camera; pictures that are no PNG files for readers that look for .png alone, such as OpenPCDet",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW |
	         FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_CAMERA,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.foreign = foreign,
	.options = options,
};

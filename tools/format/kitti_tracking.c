/* SPDX-License-Identifier: MIT */
/* KITTI's tracking benchmark. */
#include "format/kitti_tracking.h"

#include "format/format.h"
#include "format/kitti.h"

const char *const format_kitti_tracking_types[] = { "Car",     "Van",  "Truck", "Pedestrian",           "Person",
	                                            "Cyclist", "Tram", "Misc",  FORMAT_KITTI_DONT_CARE, NULL };

struct format_kitti_tracking_options format_kitti_tracking_options = { .other = -1 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "other",
	  .value = &format_kitti_tracking_options.other,
	  .argument = "TYPE",
	  .help = "what a category becomes that is none of Car, Van, Truck, Pedestrian, Person, Cyclist, Tram, Misc, "
	          "DontCare",
	  .choices = format_kitti_others,
	  .unset = "the sample is refused" },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = "kitti-tracking/{part}/image_02/{sequence}/{number}.{ext}",
	  .text = "the frames, from 0; train and val in training, test in testing",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "labels",
	  .layout = "kitti-tracking/{part}/label_02/{sequence}.txt",
	  .text = "a row of 17 columns for each object with a category in each frame",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "calib",
	  .layout = "kitti-tracking/{part}/calib/{sequence}.txt",
	  .text = "intrinsics; pixel centres have whole numbers",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "mapping",
	  .layout = "kitti-tracking/{part}/mapping.txt",
	  .text = "number, id and view of each sequence",
	  .merge = FORMAT_MERGE_COUNTED_IDS },
	{ .name = "seqmap",
	  .layout = "kitti-tracking/{part}/evaluate_tracking.seqmap.{split}",
	  .text = "number and length of each sequence of a split",
	  .merge = FORMAT_MERGE_COUNTED_LINES },
	{ .name = NULL },
};

const struct format format_kitti_tracking = {
	.name = "kitti-tracking",
	.title = "KITTI tracking",
	.summary = "KITTI's tracking benchmark: 2D and 3D boxes of sequences with an id that lasts",
	.readers = "TrackEval (GT_FOLDER dataset/kitti-tracking/training), AB3DMOT, KITTI's development kit",
	.checked = "own reader",
	.load = "open('dataset/kitti-tracking/training/label_02/0000.txt').read().split()",
	.carries = "boxes, 3D boxes, ids over a clip, truncation in three steps, occluded as in kitti, intrinsics, "
	           "splits; the object's index is its id",
	.loses = "objects without a category, masks, the camera's place; without rv-blend --amodal how much of an "
	         "object is hidden: then occluded is 0, since TrackEval does not score 3, unknown; the 3D box of an "
	         "object that leans, seen from the camera; pictures that are no PNG files for readers that look for "
	         ".png alone",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW |
	         FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_CAMERA |
	         FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

/* SPDX-License-Identifier: MIT */
/* KITTI MOTS. */
#include "format/mots.h"

#include "format/format.h"

const char *const format_mots_classes[] = { "car", "pedestrian", NULL };
static const char *const others[] = { "ignore", NULL };

struct format_mots_options format_mots_options = { .other = -1 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "other",
	  .value = &format_mots_options.other,
	  .argument = "CLASS",
	  .help = "what a category becomes that is none of car, pedestrian",
	  .choices = others,
	  .unset = "the sample is refused" },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = "mots/{part}/image_02/{sequence}/{number}.{ext}",
	  .text = "the frames, from 0; train and val in training, test in testing",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "mask",
	  .layout = "mots/{part}/instances/{sequence}/{number}.png",
	  .text = "16 bits: 1000 times the class and a number that lasts over the clip, from 1; 10000 is ignored",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "labels",
	  .layout = "mots/{part}/label_02/{sequence}.txt",
	  .text = "frame, id as in the masks, class, height, width and run lengths",
	  .merge = FORMAT_MERGE_COUNTED },
	{ .name = "mapping",
	  .layout = "mots/{part}/mapping.txt",
	  .text = "number, id and view of each sequence",
	  .merge = FORMAT_MERGE_COUNTED_IDS },
	{ .name = "seqmap",
	  .layout = "mots/{part}/evaluate_mots.seqmap.{split}",
	  .text = "number and length of each sequence of a split",
	  .merge = FORMAT_MERGE_COUNTED_LINES },
	{ .name = NULL },
};

const struct format format_mots = {
	.name = "mots",
	.title = "KITTI MOTS",
	.summary = "KITTI MOTS: masks of cars and pedestrians with an id that lasts, as PNG and as text",
	.readers = "TrackEval (GT_FOLDER dataset/mots/training), mots_tools, PointTrack",
	.checked = "Pillow",
	.load = "PIL.Image.open('dataset/mots/training/instances/0000/000000.png')",
	.carries = "masks of objects with an id that lasts over the clip, two classes, splits",
	.loses = "categories but two, objects without one, which object of the record an id is, depth, cameras; "
	         "pictures that are no PNG files for readers that look for .png alone",
	.lacks = FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

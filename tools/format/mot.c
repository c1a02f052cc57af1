/* SPDX-License-Identifier: MIT */
/* MOT Challenge. */
#include "format/mot.h"

#include "format/format.h"

const char *const format_mot_classes[] = {
	"pedestrian",      "person_on_vehicle", "car",        "bicycle",  "motorbike",
	"non_mot_vehicle", "static_person",     "distractor", "occluder", "occluder_ground",
	"occluder_full",   "reflection",        "crowd",      NULL
};

struct format_mot_options format_mot_options = { .other = -1 };

static struct format_encoding encoding = FORMAT_ENCODING_INIT;

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "other",
	  .value = &format_mot_options.other,
	  .argument = "CLASS",
	  .help = "what a category becomes that is none of MOT's classes; pedestrian is the one that is scored",
	  .choices = format_mot_classes,
	  .unset = "the sample is refused" },
	FORMAT_ENCODING_OPTIONS(encoding),
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "image",
	  .is_image = true,
	  .layout = "mot/{split}/{id}{.view}/img1/{number}.{ext}",
	  .text = "the frames, from 1",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "gt",
	  .layout = "mot/{split}/{id}{.view}/gt/gt.txt",
	  .text = "frame, id, left, top, width, height, 1 where it is scored, class, visibility (the record's "
	          "visib_fract, else 1); pixels from 1",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "seqinfo",
	  .layout = "mot/{split}/{id}{.view}/seqinfo.ini",
	  .text = "length, size, frames per second",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "seqmap",
	  .layout = "mot/seqmaps/{split}.txt",
	  .text = "a heading, then a sequence a line",
	  .merge = FORMAT_MERGE_TABLE },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "image", .is_image = true, .layout = "{split}/{id}/img1/{number}.{ext}" },
	{ .name = "gt", .layout = "{split}/{id}/gt/gt.txt" },
	{ .name = "seqinfo", .layout = "{split}/{id}/seqinfo.ini" },
	{ .name = "image", .is_image = true, .layout = "{id}/img1/{number}.{ext}" },
	{ .name = "gt", .layout = "{id}/gt/gt.txt" },
	{ .name = "seqinfo", .layout = "{id}/seqinfo.ini" },
	{ .name = NULL },
};

const struct format format_mot = {
	.name = "mot",
	.title = "MOT Challenge",
	.summary = "MOT Challenge: boxes of sequences with an id that lasts",
	.readers = "TrackEval (SKIP_SPLIT_FOL), MMTracking",
	.checked = "configparser, csv",
	.load = "configparser.ConfigParser().read('dataset/mot/train/a/seqinfo.ini')",
	.carries = "boxes, ids over a clip, how much of an object is seen, splits; the object's index is its id",
	.loses = "objects without a category, masks, depth, cameras; without rv-blend --amodal how much of an object "
	         "is hidden: then visibility is 1",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.encoding = &encoding,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.foreign = foreign,
	.options = options,
};

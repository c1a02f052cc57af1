/* SPDX-License-Identifier: MIT */
/* YouTube-VIS. */
#include "format/format.h"

static struct format_encoding encoding = FORMAT_ENCODING_INIT;

static const struct rv_option options[] = {
	FORMAT_ENCODING_OPTIONS(encoding),
	{ .kind = RV_OPT_END },
};

static const struct format_list lists[] = {
	{ .name = "videos", .number = "id" },
	{ .name = "annotations", .number = "id", .of = "video_id" },
	{ .name = NULL },
};

static const struct format_path paths[] = {
	{ .name = "instances",
	  .layout = "youtube-vis/{split}/instances.json",
	  .text = "videos, categories, and of each object its masks, boxes and areas over the clip",
	  .merge = FORMAT_MERGE_LISTS,
	  .lists = lists },
	{ .name = "image",
	  .is_image = true,
	  .layout = "youtube-vis/{split}/JPEGImages/{id}{.view}/{count}.{ext}",
	  .text = "the frames, from 0",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_youtube_vis = {
	.name = "youtube-vis",
	.title = "YouTube-VIS",
	.summary = "YouTube-VIS: video instance segmentation, an annotation for each object of a clip",
	.readers = "TrackEval, Mask2Former, MMTracking",
	.checked = "json, own reader",
	.load = "json.load(open('dataset/youtube-vis/train/instances.json'))['annotations']",
	.carries = "masks as run lengths, boxes, areas, categories, objects over a clip, splits; rv_index is the index",
	.loses = "objects without a category, depth, cameras; without image=jpg pictures for readers that look "
	         "for .jpg alone",
	.lacks = FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PHOTO | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.has_categories = true,
	.encoding = &encoding,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

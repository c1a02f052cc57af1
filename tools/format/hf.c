/* SPDX-License-Identifier: MIT */
/* Hugging Face's ImageFolder. */
#include "format/format.h"

static const struct format_column columns[] = {
	{ "file_name", "sc:Text", "the picture, beside the table" },
	{ "id", "sc:Text", "the sample" },
	{ "view", "sc:Text", "the camera's name; empty: the sample's own" },
	{ "frame", "sc:Text", "its number in Blender, six digits; empty: a still" },
	{ "width", "sc:Integer", "pixels" },
	{ "height", "sc:Integer", "pixels" },
	{ "prompt", "sc:Text", "what the picture is to show" },
	{ .name = NULL },
};

static const struct format_path paths[] = {
	{ .name = "card",
	  .layout = "hf/README.md",
	  .text = "the dataset card: which folder is which split",
	  .merge = FORMAT_MERGE_MADE },
	{ .name = "rows",
	  .layout = "hf/{split}/metadata.jsonl",
	  .text = "a row for each picture: file_name, id, view, frame, width, height, prompt, objects",
	  .merge = FORMAT_MERGE_LINES,
	  .columns = columns },
	{ .name = "file",
	  .is_image = true,
	  .layout = "hf/{split}/{id}{.view}{.frame}.{ext}",
	  .text = "the pictures",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

static const struct format_path foreign[] = {
	{ .name = "card", .layout = "README.md" },
	{ .name = "rows", .layout = "metadata.jsonl" },
	{ .name = "rows", .layout = "{path}/metadata.jsonl" },
	{ .name = "file", .is_image = true, .layout = "{path}.{ext}" },
	{ .name = NULL },
};

const struct format format_hf = {
	.name = "hf",
	.title = "Hugging Face ImageFolder",
	.summary = "Hugging Face's folders of pictures: metadata.jsonl with boxes and prompts, and a dataset card",
	.readers = "Hugging Face datasets",
	.checked = "json, PyYAML",
	.load = "datasets.load_dataset('dataset/hf')",
	.carries = "boxes, areas, categories by name, prompts, splits",
	.loses = "objects without a category, masks, depth, cameras; every other file",
	.lacks = FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS | FORMAT_HAS_DEPTH |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_COMMON,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.foreign = foreign,
};

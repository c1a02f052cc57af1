/* SPDX-License-Identifier: MIT */
/* Hugging Face's VideoFolder. */
#include "format/format.h"
#include "format/video.h"

/* Those of the format video, with the same values: what is said to one holds for both. */
static const struct rv_option options[] = {
	FORMAT_VIDEO_ENCODING_ROWS,
	{ .kind = RV_OPT_END },
};

static const struct format_column columns[] = {
	{ "file_name", "sc:Text", "the clip, beside the table" },
	{ "id", "sc:Text", "the sample" },
	{ "view", "sc:Text", "the camera's name; empty: the sample's own" },
	{ "width", "sc:Integer", "pixels" },
	{ "height", "sc:Integer", "pixels" },
	{ "frames", "sc:Integer", "of the clip" },
	{ "prompt", "sc:Text", "what the clip is to show" },
	{ .name = NULL },
};

static const struct format_path paths[] = {
	{ .name = "card",
	  .layout = "hfvideo/README.md",
	  .text = "the dataset card: which folder is which split",
	  .merge = FORMAT_MERGE_MADE },
	{ .name = "rows",
	  .layout = "hfvideo/{split}/metadata.jsonl",
	  .text = "a row for each clip: file_name, id, view, width, height, frames, prompt",
	  .merge = FORMAT_MERGE_LINES,
	  .columns = columns },
	{ .name = "file",
	  .is_image = true,
	  .layout = "hfvideo/{split}/{id}{.view}.{ext}",
	  .text = "the clips; odd sides are padded by a pixel",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_hfvideo = {
	.name = "hfvideo",
	.title = "Hugging Face VideoFolder",
	.summary = "Hugging Face's folders of clips: metadata.jsonl with prompts, and a dataset card",
	.readers = "Hugging Face datasets, trainers of video models",
	.checked = "FFmpeg, json, PyYAML",
	.load = "datasets.load_dataset('dataset/hfvideo')",
	.carries = "the frames of sequences, prompts, splits",
	.loses = "every label; exact colours, but with codec=ffv1",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS |
	         FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_STILL | FORMAT_NEEDS_SEQUENCE,
	.has_splits = true,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

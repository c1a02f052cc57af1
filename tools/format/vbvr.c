/* SPDX-License-Identifier: MIT */
/* VBVR. */
#include "format/vbvr.h"

#include "format/format.h"

const char *const format_vbvr_dialects[] = { "template", "bench-in", "bench-out", "multistep", NULL };

struct format_vbvr_options format_vbvr_options = { .task = "rv" };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_CHOICE,
	  .name = "dialect",
	  .value = &format_vbvr_options.dialect,
	  .argument = "NAME",
	  .help = "whose folders: those of VBVR's generators; of its benchmark, for tasks in or out of the domain that "
	          "models were trained on; of its tasks of several steps",
	  .choices = format_vbvr_dialects },
	{ .kind = RV_OPT_STRING,
	  .name = "task",
	  .value = &format_vbvr_options.task,
	  .argument = "NAME",
	  .help = "the domain, task or generator as the folders have it: letters, digits, '-' and '_'" },
	{ .kind = RV_OPT_STRING,
	  .name = "floor",
	  .value = &format_vbvr_options.floor,
	  .argument = "FILE",
	  .help = "put noise floors into the dataset, as rv-verify --measure-floor writes them",
	  .unset = "none" },
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "rows",
	  .layout = "vbvr/metadata.jsonl",
	  .text = "a row for each task: id, view, generator, prompt, frames, and where its folder is",
	  .merge = FORMAT_MERGE_LINES },
	{ .name = "floor",
	  .layout = FORMAT_VBVR_FLOOR,
	  .text = "noise floors for the scores of candidates, where they were measured",
	  .merge = FORMAT_MERGE_SAME },
	{ .name = "bench-in",
	  .layout = "vbvr/In-Domain_50/{task}/{count}/{role}.{ext}",
	  .text = "first_frame.png, final_frame.png, ground_truth.mp4, prompt.txt" },
	{ .name = "bench-out", .layout = "vbvr/Out-of-Domain_50/{task}/{count}/{role}.{ext}", .text = "the same" },
	{ .name = "multistep",
	  .layout = "vbvr/{task}/{task}_task/{task}_{id}{.view}/{role}.{ext}",
	  .text = "the same, and question_metadata.json: seed, version, and what the scene says of the task",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "template",
	  .layout = "vbvr/{task}_task/{task}_{id}{.view}/{role}.{ext}",
	  .text = "the same, with metadata.json: parameters, and the hash that tells equal ones",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_vbvr = {
	.name = "vbvr",
	.title = "VBVR",
	.summary = "VBVR's tasks for models that reason by video: prompt, first and last frame, video",
	.readers = "VBVR-EvalKit, VBVR-DataFactory",
	.checked = "FFmpeg, json",
	.load = "json.load(open('dataset/vbvr/rv_task/rv_00000000/metadata.json'))['parameters']",
	.carries = "prompt, first and last frame, the whole video (H.264, crf 20), seed, metadata of the scene",
	.loses = "every label, splits, the time when it was made and the state of a Git repository, which are empty; "
	         "metadata in the benchmark's dialects",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS |
	         FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_PNG | FORMAT_NEEDS_SEQUENCE,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
	.own_folder = "task",
};

/* SPDX-License-Identifier: MIT */
/* Control clips. */
#include "format/control.h"

#include "format/format.h"
#include "format/video.h"

const char *const format_control_clips[] = {
#define FORMAT_CONTROL_CLIP(constant, name) name,
	FORMAT_CONTROL_CLIP_LIST(FORMAT_CONTROL_CLIP)
#undef FORMAT_CONTROL_CLIP
	        NULL
};

static const struct rv_option options[] = {
	FORMAT_VIDEO_ENCODING_ROWS,
	{ .kind = RV_OPT_END },
};

static const struct format_path paths[] = {
	{ .name = "description",
	  .layout = "control/{id}{.view}/control.json",
	  .text = "fps, frames, size, clips, the range of depth in metres, and each object's colour",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "prompt",
	  .layout = "control/{id}{.view}/prompt.json",
	  .text = "{\"prompt\": ...}",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "color",
	  .layout = "control/{id}{.view}/segmentation/{count}.png",
	  .text = "the frames of segmentation as they are before a video's coding smears them, from 0",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "clip",
	  .layout = "control/{id}{.view}/{role}.{ext}",
	  .text = "rgb; depth, 255 near to 1 far, 0 nothing; segmentation; edges, between objects",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

const struct format format_control = {
	.name = "control",
	.title = "Control clips",
	.summary = "Clips that world models are conditioned on: rgb, depth, segmentation, edges, with a prompt",
	.readers = "Cosmos Transfer, video ControlNets",
	.checked = "FFmpeg, json, Pillow",
	.load = "cv2.VideoCapture('dataset/control/00000000/depth.mp4')",
	.carries = "frames, depth of 8 bits with its range, objects by colours that last, their borders, prompts",
	.loses = "exact depth, categories, cameras, splits; more than 192 objects share colours",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS |
	         FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_STILL | FORMAT_NEEDS_ANNOTATIONS | FORMAT_NEEDS_SEQUENCE,
	.by_default = FORMAT_WHEN_ASKED,
	.paths = paths,
	.options = options,
};

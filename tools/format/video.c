/* SPDX-License-Identifier: MIT */
/* Videos. */
#include "format/video.h"

#include "format/format.h"

const char *const format_video_codecs[] = { "h264", NULL };
const char *const format_video_presets[] = { "ultrafast", "superfast", "veryfast", "faster",   "fast",
	                                     "medium",    "slow",      "slower",   "veryslow", NULL };

struct format_video_options format_video_options = { .role = "image", .preset = 5, .crf = 18 };

static const struct rv_option options[] = {
	{ .kind = RV_OPT_RATIO,
	  .name = "fps",
	  .value = &format_video_options.fps,
	  .argument = "N[/M]",
	  .help = "frames per second, \"30000/1001\"",
	  .unset = "the record's, else 24" },
	{ .kind = RV_OPT_CHOICE,
	  .name = "codec",
	  .value = &format_video_options.codec,
	  .argument = "CODEC",
	  .help = "how frames are encoded",
	  .choices = format_video_codecs },
	{ .kind = RV_OPT_U64,
	  .name = "crf",
	  .value = &format_video_options.crf,
	  .argument = "N",
	  .help = "x264's quality, 0 best .. 51 worst",
	  .max = 51 },
	{ .kind = RV_OPT_CHOICE,
	  .name = "preset",
	  .value = &format_video_options.preset,
	  .argument = "NAME",
	  .help = "x264's speed against size",
	  .choices = format_video_presets },
	{ .kind = RV_OPT_STRING,
	  .name = "role",
	  .value = &format_video_options.role,
	  .argument = "ROLE",
	  .help = "which files are the frames" },
	{ .kind = RV_OPT_END },
};

static const struct format_alias aliases[] = {
	{ .global = "fps", .option = "fps" },         { .global = "codec", .option = "codec" },
	{ .global = "crf", .option = "crf" },         { .global = "preset", .option = "preset" },
	{ .global = "video-role", .option = "role" }, { .global = NULL },
};

static const struct format_path paths[] = {
	{ .name = "stills", .layout = "video/" FORMAT_VIDEO_STILLS ".mp4", .text = "all stills, in order" },
	{ .name = "sequence", .layout = "video/{id}{/view}.mp4", .text = "the frames of a sequence" },
	{ .name = NULL },
};

const struct format format_video = {
	.name = "video",
	.title = "Video",
	.summary = "H.264 in MP4: one of all stills, one of each sequence",
	.readers = "FFmpeg, OpenCV, decord, browsers",
	.load = "cv2.VideoCapture('dataset/video/00000000.mp4')",
	.carries = "the frames of one role",
	.loses = "every label; exact colours, since frames become 4:2:0",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS |
	         FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_STILL,
	.role = &format_video_options.role,
	.by_default = FORMAT_WITH_SEQUENCES,
	.paths = paths,
	.options = options,
	.aliases = aliases,
};

/* SPDX-License-Identifier: MIT */
/* Videos. */
#include "format/video.h"

#include "format/format.h"

const char *const format_video_codecs[] = { "h264",   "h265",       "av1",        "vp9",       "ffv1",
	                                    "prores", "h264_nvenc", "hevc_nvenc", "av1_nvenc", NULL };
const char *const format_video_presets[] = { "ultrafast", "superfast", "veryfast", "faster",   "fast",
	                                     "medium",    "slow",      "slower",   "veryslow", NULL };
const char *const format_video_pixels[] = { "yuv420p", "yuv422p", "yuv444p", "bgr0", "yuv422p10le", NULL };

struct format_video_options format_video_options = { .role = "image", .preset = 5, .pixels = -1, .crf = 18 };

static const struct rv_option options[] = {
	FORMAT_VIDEO_ENCODING_ROWS,
	{ .kind = RV_OPT_STRING,
	  .name = "role",
	  .value = &format_video_options.role,
	  .argument = "ROLE",
	  .help = "which files are the frames" },
	{ .kind = RV_OPT_FLAG,
	  .name = "metadata",
	  .value = &format_video_options.metadata,
	  .help = "tables of the clips, metadata.jsonl and metadata.csv, as trainers of video models read them, and "
	          "the first and the last frame of each" },
	{ .kind = RV_OPT_U64,
	  .name = "segments",
	  .value = &format_video_options.segments,
	  .argument = "N",
	  .help = "cut sequences into clips of N frames, the last of what is left, named by their first frame",
	  .min = 1,
	  .max = 1000000,
	  .unset = "a sequence is one clip" },
	{ .kind = RV_OPT_STRING,
	  .name = "tiles",
	  .value = &format_video_options.tiles,
	  .argument = "CxR",
	  .help = "put the sequences of so many columns and rows into one clip, row after row in the order of samples, "
	          "cameras and channels; those of another size or rate begin the next clip",
	  .unset = "a sequence is a clip of its own" },
	{ .kind = RV_OPT_STRING,
	  .name = "channels",
	  .value = &format_video_options.channels,
	  .argument = "ROLE[+ROLE]",
	  .help = "with tiles: roles whose files are tiles behind that of the option role",
	  .unset = "none" },
	{ .kind = RV_OPT_END },
};

static const struct format_alias aliases[] = {
	{ .global = "fps", .option = "fps" },         { .global = "codec", .option = "codec" },
	{ .global = "crf", .option = "crf" },         { .global = "preset", .option = "preset" },
	{ .global = "video-role", .option = "role" }, { .global = NULL },
};

static const struct format_column columns[] = {
	{ "file_name", "sc:Text", "the clip, beside the table" },
	{ "prompt", "sc:Text", "what the clip is to show" },
	{ "first_frame", "sc:Text", "a picture beside the table" },
	{ "last_frame", "sc:Text", "likewise" },
	{ "fps", "sc:Float", "frames per second" },
	{ "frames", "sc:Integer", "of the clip" },
	{ "width", "sc:Integer", "pixels" },
	{ "height", "sc:Integer", "pixels" },
	{ "id", "sc:Text", "the sample" },
	{ "view", "sc:Text", "the camera's name; empty: the sample's own" },
	{ .name = NULL },
};

static const struct format_column tile_columns[] = {
	{ "file_name", "sc:Text", "the clip, beside the table" },
	{ "x", "sc:Integer", "pixels from the clip's left side" },
	{ "y", "sc:Integer", "pixels from its top" },
	{ "width", "sc:Integer", "pixels" },
	{ "height", "sc:Integer", "pixels" },
	{ "frames", "sc:Integer", "of the tile; it is black behind them" },
	{ "fps", "sc:Float", "frames per second" },
	{ "id", "sc:Text", "the sample" },
	{ "view", "sc:Text", "the camera's name; empty: the sample's own" },
	{ "role", "sc:Text", "whose files the frames are" },
	{ "prompt", "sc:Text", "what the sequence is to show" },
	{ .name = NULL },
};

static const struct format_path paths[] = {
	{ .name = "rows",
	  .layout = "video/metadata.jsonl",
	  .text = "with metadata: a row for each clip: file_name, prompt, fps, frames, size, first and last frame",
	  .merge = FORMAT_MERGE_LINES,
	  .columns = columns },
	{ .name = "table",
	  .layout = "video/metadata.csv",
	  .text = "the same",
	  .merge = FORMAT_MERGE_TABLE,
	  .columns = columns },
	{ .name = "tile-rows",
	  .layout = "video/tiles.jsonl",
	  .text = "with tiles: a row for each: file_name, x, y, width, height, frames, fps, id, view, role, prompt",
	  .columns = tile_columns },
	{ .name = "tiles",
	  .layout = "video/{number}." FORMAT_VIDEO_TILES ".{ext}",
	  .text = "with tiles, instead of clips of one sequence: those of several, each tile with even sides; a place "
	          "without a sequence is black" },
	{ .name = "stills", .layout = "video/" FORMAT_VIDEO_STILLS ".{ext}", .text = "all stills, in order" },
	{ .name = "sequence",
	  .is_image = true,
	  .layout = "video/{id}{/view}.{ext}",
	  .text = "the frames of a sequence",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "segment",
	  .is_image = true,
	  .layout = "video/{id}{/view}.{number}.{ext}",
	  .text = "with segments, instead: some of its frames, the first of which has this number from 1",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "segment-still",
	  .layout = "video/{id}{/view}.{number}.{role}.{ext}",
	  .text = "with metadata: the first and the last frame of it",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = "still",
	  .layout = "video/{id}{/view}.{role}.{ext}",
	  .text = "with metadata: the first and the last frame of a sequence",
	  .merge = FORMAT_MERGE_FILE },
	{ .name = NULL },
};

static unsigned int gains(void)
{
	return format_video_options.metadata || format_video_options.tiles ? FORMAT_HAS_PROMPTS : 0;
}

const struct format format_video = {
	.name = "video",
	.title = "Video",
	.summary = "H.264 and other codecs: a video of all stills, one of each sequence",
	.readers = "FFmpeg, OpenCV, decord, browsers",
	.checked = "FFmpeg, json",
	.load = "cv2.VideoCapture('dataset/video/00000000.mp4')",
	.carries = "the frames of one role; prompts, frame rates and sizes with metadata; places of tiles",
	.loses = "every label; exact colours, but with codec=ffv1",
	.lacks = FORMAT_HAS_BOXES | FORMAT_HAS_MASKS | FORMAT_HAS_KEYPOINTS | FORMAT_HAS_BOXES_3D | FORMAT_HAS_CAMERAS |
	         FORMAT_HAS_DEPTH | FORMAT_HAS_NORMALS | FORMAT_HAS_FLOW | FORMAT_HAS_PROMPTS,
	.gains = gains,
	.needs = FORMAT_NEEDS_IMAGE | FORMAT_NEEDS_STILL,
	.role = &format_video_options.role,
	.by_default = FORMAT_WITH_SEQUENCES,
	.paths = paths,
	.options = options,
	.aliases = aliases,
};

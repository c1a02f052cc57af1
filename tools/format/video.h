/* SPDX-License-Identifier: MIT */
/* Videos of sequences and of stills. */
#ifndef RV_FORMAT_VIDEO_H
#define RV_FORMAT_VIDEO_H

#include "options.h"

#define FORMAT_VIDEO_STILLS "video" /* the video of all stills is called so: no sequence may be */
#define FORMAT_VIDEO_FPS 24         /* where neither the option nor the record says */
#define FORMAT_VIDEO_TRAINING_GOP 8 /* frames, where `training` is asked for and `gop` is not */
#define FORMAT_VIDEO_FIRST "first"  /* beside a clip: its first frame, */
#define FORMAT_VIDEO_LAST "last"    /* and its last */
#define FORMAT_VIDEO_TILES "tiles"  /* behind the number of a clip of tiles */
#define FORMAT_VIDEO_TILES_MAX 256  /* in a clip */

struct format_video_options {
	struct rv_ratio fps;  /* not given: the record's */
	const char *role;     /* whose files are the frames */
	int codec, preset;    /* places in the lists below */
	int pixels;           /* likewise; -1: the codec's own */
	uint64_t crf, gop;    /* gop 0: the encoder's choice */
	uint64_t segments;    /* frames of a clip; 0: a sequence is one */
	const char *tiles;    /* "2x3": columns and rows; NULL: a sequence is a clip of its own */
	const char *channels; /* with tiles: roles whose files are tiles, too, "depth_preview+mask"; NULL: none */
	bool training, metadata;
};
extern struct format_video_options format_video_options;
extern const char *const format_video_codecs[], *const format_video_presets[], *const format_video_pixels[];

/* How frames are encoded: rows for every format with such videos, which share their values. */
#define FORMAT_VIDEO_ENCODING_ROWS \
	{ .kind = RV_OPT_RATIO, \
	  .name = "fps", \
	  .value = &format_video_options.fps, \
	  .argument = "N[/M]", \
	  .help = "frames per second, \"30000/1001\"", \
	  .unset = "the record's, else 24" }, \
	        { .kind = RV_OPT_CHOICE, \
		  .name = "codec", \
		  .value = &format_video_options.codec, \
		  .argument = "CODEC", \
		  .help = "how frames are encoded: ffv1 (.mkv) without loss, prores (.mov) for editing, others .mp4; " \
		          "*_nvenc on an NVIDIA card, which the bytes then depend on", \
		  .choices = format_video_codecs }, \
	        { .kind = RV_OPT_U64, \
		  .name = "crf", \
		  .value = &format_video_options.crf, \
		  .argument = "N", \
		  .help = "quality, 0 best .. 51 worst, of av1 and vp9 .. 63", \
		  .max = 63 }, \
	        { .kind = RV_OPT_CHOICE, \
		  .name = "preset", \
		  .value = &format_video_options.preset, \
		  .argument = "NAME", \
		  .help = "the encoder's speed against size", \
		  .choices = format_video_presets }, \
	        { .kind = RV_OPT_U64, \
		  .name = "gop", \
		  .value = &format_video_options.gop, \
		  .argument = "N", \
		  .help = "frames from one that stands alone to the next: fewer are quicker to seek in, and larger", \
		  .max = 100000, \
		  .unset = "the encoder's choice" }, \
	        { .kind = RV_OPT_CHOICE, \
		  .name = "pix_fmt", \
		  .value = &format_video_options.pixels, \
		  .argument = "FORMAT", \
		  .help = "pixels as FFmpeg calls them; sides are always even, by repeating the last row or column", \
		  .choices = format_video_pixels, \
		  .unset = "yuv420p, of ffv1 bgr0, of prores yuv422p10le" }, \
	{ \
		.kind = RV_OPT_FLAG, .name = "training", .value = &format_video_options.training, \
		.help = "for random access: no frame needs a later one, and every 8th stands alone unless gop says so" \
	}

#endif

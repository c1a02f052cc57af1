/* SPDX-License-Identifier: MIT */
/* Frames to an MP4 and back, through FFmpeg's libraries: video.c is the only file that knows them. */
#ifndef RV_VIDEO_H
#define RV_VIDEO_H

#include "image.h"

struct rv_video;

struct rv_video_settings {
	uint32_t fps_num, fps_den; /* frames per second as a fraction */
	const char *codec;         /* "h264" */
	const char *preset;        /* x264's: "medium" */
	int crf;                   /* 0..51 */
};

/* Opens PATH for writing; the first frame's size is the video's (odd sides are padded by repeating the last row or
 * column, which yuv420p needs). Bytes depend on frames and settings alone: fixed thread count, no dates, no version
 * strings of the container. BT.709 tagged. Not atomic: write into a hidden directory. */
int rv_video_open(struct rv_video **video, const char *path, const struct rv_video_settings *settings,
                  struct rv_err *err) RV_MUST_USE;
/* U8 image with 1, 3 or 4 channels (alpha is dropped); U16 is scaled down. All of one size. */
int rv_video_add(struct rv_video *video, const struct rv_image *frame, struct rv_err *err) RV_MUST_USE;
/* Finishes the file; frees in every case. */
int rv_video_close(struct rv_video *video, struct rv_err *err) RV_MUST_USE;
/* Frees without finishing. */
void rv_video_abort(struct rv_video *video);

/* Decodes everything; counts. Fails on any decoding error. */
int rv_video_check(const char *path, uint32_t *width, uint32_t *height, uint64_t *n_frames, struct rv_err *err)
	RV_MUST_USE;
const char *rv_video_library(void); /* "libavcodec 59.37.100" */

#endif

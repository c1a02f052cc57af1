/* SPDX-License-Identifier: MIT */
/* What the files of video share: frames, and what they are made with. */
#ifndef RV_VIDEO_PRIVATE_H
#define RV_VIDEO_PRIVATE_H

#include <pthread.h>

#include "video.h"
#include "video_av.h"

struct rv_video_frame {
	AVFrame *yuv;           /* of even sides */
	uint32_t width, height; /* of the picture */
};

/* One for each thread that converts frames of a video at a time; private to video_frame.c. */
struct rv_video_converters {
	pthread_mutex_t lock;
	struct converter *idle;
};
#define RV_VIDEO_CONVERTERS_INIT \
	{ \
		.lock = PTHREAD_MUTEX_INITIALIZER \
	}
struct rv_video_converters *rv_video_get_converters(struct rv_video *video);
enum AVPixelFormat rv_video_get_pixels(const struct rv_video *video);
void rv_video_converters_release(struct rv_video_converters *converters);

/* video_check.c: decodes everything as rv_video_check does, and hands out the frames in their order; -1 with *err ends
 * it. */
typedef int rv_video_take_fn(void *context, uint64_t number, const AVFrame *frame, struct rv_err *err);
int rv_video_decode(const char *path, const char *extension, rv_video_take_fn *take, void *context,
                    struct rv_video_info *info, struct rv_err *err) RV_MUST_USE;

/* video_codec.c: of settings that were checked. */
enum AVPixelFormat rv_video_pixels(const struct rv_video_settings *settings);
const struct rv_video_codec *rv_video_codec(const struct rv_video_settings *settings);
/* Tells an encoder that is not open yet what the settings say. A libav code. */
int rv_video_tune(AVCodecContext *encoder, const struct rv_video_settings *settings);

#endif

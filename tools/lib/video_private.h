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
void rv_video_converters_release(struct rv_video_converters *converters);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The frames of videos: pictures decoded, checked and encoded. Those of a sequence are decoded and converted ahead of
 * the encoder, on several threads; what is written, and which frame is the first that is refused, does not depend on
 * how many.
 */
#ifndef RV_SINK_FRAMES_H
#define RV_SINK_FRAMES_H

#include "sink/picture.h"
#include "video.h"

/* The frames that a video has so far are of this size, which the first sets: 0x0 before it. */
struct sink_frame_size {
	uint32_t width, height;
};

/* Decodes a picture, its file of that role, that is to be a frame after those of that size. */
int sink_frame_read(struct sink_sample *sample, const struct rv_picture *picture, const char *role,
                    struct sink_frame_size *size, struct rv_image *image, struct rv_err *err) RV_MUST_USE;
/* Of a video that could not be made: SINK_REFUSED when its pictures are too large for the memory there is, which others
 * may not be, else SINK_BROKEN. */
int sink_frames_status(const struct rv_err *err);

/* Puts the pictures, their files of that role, into a video, which stays open. 0, SINK_REFUSED for a picture that is no
 * good, SINK_BROKEN when the video cannot be written or a signal asks to stop. */
int sink_frames_encode(struct rv_video *video, struct sink_sample *sample, const struct sink_picture *pictures,
                       size_t n_pictures, const char *role, size_t n_threads, struct rv_err *err) RV_MUST_USE;

#endif

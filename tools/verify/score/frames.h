/* SPDX-License-Identifier: MIT */
/*
 * The frames of a video as VBVR's tools take them, for the profile `vbvr`: at most 100, equally far apart; colours as
 * OpenCV decodes them; of the size of the truth's first picture. Of another size they are scaled as OpenCV's
 * INTER_LINEAR does; where the sides' ratio is another by 5 % or more, borders in grey, white or black (within 20
 * levels) are cut off first, but for 2 pixels: of the three the smallest rest with more than a fifth of the picture.
 */
#ifndef RV_VERIFY_SCORE_FRAMES_H
#define RV_VERIFY_SCORE_FRAMES_H

#include "image.h"

#define VERIFY_SCORE_FRAMES_MOST 100

struct verify_score_frames {
	size_t n;
	uint32_t width, height;
	uint8_t *grey;               /* planes of 8 bits, frame after frame */
	double *steps;               /* n - 1: the mean absolute difference of the colours from frame to frame, 0..1 */
	struct rv_image first, last; /* in colours */
};
#define VERIFY_SCORE_FRAMES_INIT \
	{ \
		.first = RV_IMAGE_INIT, .last = RV_IMAGE_INIT \
	}

/* Of that size; 0: their own. */
int verify_score_frames_read(struct verify_score_frames *frames, const char *path, uint32_t width, uint32_t height,
                             struct rv_err *err) RV_MUST_USE;
void verify_score_frames_release(struct verify_score_frames *frames);
static inline const uint8_t *verify_score_frames_grey(const struct verify_score_frames *frames, size_t number)
{
	return frames->grey + number * frames->width * frames->height;
}

/* As above, of one picture of RGB: *to is replaced, and has that size. */
int verify_score_frame_fit(const struct rv_image *from, uint32_t width, uint32_t height, struct rv_image *to,
                           struct rv_err *err) RV_MUST_USE;
/* Brightness as OpenCV's BGR2GRAY has it, a byte for each pixel of RGB. */
void verify_score_frame_grey(const struct rv_image *rgb, uint8_t *grey);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Borders that fill a candidate's frames up from the truth's shape to another: bars at both sides, or above and below,
 * of one colour, equally wide.
 */
#ifndef RV_VERIFY_SCORE_BORDERS_H
#define RV_VERIFY_SCORE_BORDERS_H

#include "verify/score/clip.h"
#include "video.h"

/* In which size a video, whose own size is in `want`, has to be read for what it shows to have that of `like`: larger
 * by the borders of its first frame, where its shape is another by 5 % or more and it has such; else that size. */
int verify_score_borders_want(const char *path, const char *extension, const struct verify_score_clip *like,
                              struct rv_video_want *want, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Whether clips are in step with their sequences: frame k of a clip shows picture k of the sequence, its first and its
 * last frame, where a format has them as pictures, are those of the clip. Formats tell each frame of a clip, and that
 * whose files are the sequence's own each picture, in any order and from any thread; at the end they are compared.
 *
 * Two frames are compared as 16 x 16 means of brightness (luma.h), their distance is the mean difference of these,
 * 0..255: what a codec loses hardly shows in it. Without how much brighter the one is as a whole, a clip's frame is
 * another when the picture before or after its own is nearer than half as far, by a level or more; a clip is late or
 * early as a whole when that holds for the sum over its frames, by a quarter of a level for each; it is another clip
 * when most of its frames are further than 20 from theirs.
 *
 * Memory grows with the longest sequence, not with their number.
 */
#ifndef RV_VERIFY_FRAMES_H
#define RV_VERIFY_FRAMES_H

#include "verify/luma.h"
#include "verify/problems.h"

struct verify_frames;
struct verify_frames *verify_frames_new(void);
void verify_frames_free(struct verify_frames *frames); /* NULL is allowed */

/* Which sequence: "ID VIEW". `path` is what problems name. A failure of the environment is kept for the end. */
void verify_frames_picture(struct verify_frames *frames, const char *sequence, const char *path, uint64_t number,
                           const struct verify_luma *luma);
/* The frame of a clip that is to show picture `number` of the sequence, from 0. */
void verify_frames_clip(struct verify_frames *frames, const char *sequence, const char *path, uint64_t number,
                        const struct verify_luma *luma);
/* A picture that is to be the first or the last frame of a clip: "CLIP.mp4", or the one in the folder CLIP. */
void verify_frames_end_of(struct verify_frames *frames, const char *sequence, const char *path, const char *clip,
                          bool is_last, const struct verify_luma *luma);

/* To be called once. */
int verify_frames_compare(struct verify_frames *frames, struct verify_problems *problems,
                          struct rv_err *err) RV_MUST_USE;

#endif

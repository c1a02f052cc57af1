/* SPDX-License-Identifier: MIT */
/* The frames that --frames may name: "7", "1..24", "0..100:5", and such parts with commas between them;
 * "all": those of the scene itself. */
#ifndef RV_BLEND_FRAMES_H
#define RV_BLEND_FRAMES_H

#include "json.h"

/* Appends the member `key`: a text, written in one way for the same frames of the same parts.
 * RV_E_USAGE unless the frames ascend, each once, and there is one at least. */
int blend_frames_put(struct rv_json_out *out, const char *key, const char *text, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/* Videos of sequences and of stills. */
#ifndef RV_FORMAT_VIDEO_H
#define RV_FORMAT_VIDEO_H

#include "options.h"

#define FORMAT_VIDEO_STILLS "video" /* the video of all stills is called so: no sequence may be */
#define FORMAT_VIDEO_FPS 24         /* where neither the option nor the record says */

struct format_video_options {
	struct rv_ratio fps; /* not given: the record's */
	const char *role;    /* whose files are the frames */
	int codec, preset;
	uint64_t crf;
};
extern struct format_video_options format_video_options;
extern const char *const format_video_codecs[], *const format_video_presets[];

#endif

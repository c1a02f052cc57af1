/* SPDX-License-Identifier: MIT */
/*
 * The sequences of a sample as videos, one for each camera. They are encoded when the sample is prepared, into
 * temporary files, and put in their places when it is added: so a frame that cannot be decoded refuses the sample, and
 * no frame is decoded twice.
 *
 *	struct sink_clips clips;
 *	sink_clips_init(&clips, dataset, "video", &settings, "image");
 *	sink_clips_prepare(&clips, sample, err);              0, SINK_REFUSED or SINK_BROKEN, any number of times
 *	sink_clips_add(&clips, i, "video/a.mp4", err);        camera i of the sample that was prepared last
 *	sink_clips_release(&clips);
 */
#ifndef RV_SINK_CLIP_H
#define RV_SINK_CLIP_H

#include "sink/dataset.h"
#include "sink/picture.h"
#include "video.h"

struct sink_clips {
	struct rv_video_settings settings; /* fps_num 0: what a record says, else FORMAT_VIDEO_FPS */
	struct sink_dataset *dataset;      /* private, as is what follows */
	const char *name, *role;
	struct rv_str path;
};

/* `name` is that of the temporary files, unique among those of the dataset; `role` has the frames. */
void sink_clips_init(struct sink_clips *clips, struct sink_dataset *dataset, const char *name,
                     const struct rv_video_settings *settings, const char *role);
void sink_clips_release(struct sink_clips *clips);
int sink_clips_prepare(struct sink_clips *clips, struct sink_sample *sample, struct rv_err *err) RV_MUST_USE;
int sink_clips_add(struct sink_clips *clips, size_t camera, const char *relative, struct rv_err *err) RV_MUST_USE;

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The sequences of a sample as videos, one for each camera. They are encoded when the sample is prepared, into
 * temporary files, and put in their places when it is added: so a frame that cannot be decoded refuses the sample, and
 * no frame is decoded twice.
 *
 *	struct sink_clips clips;
 *	sink_clips_init(&clips, dataset, "video", &settings, "image");
 *	sink_clips_prepare(&clips, sample, err);              0, SINK_REFUSED or SINK_BROKEN, any number of times
 *	sink_clips_add(&clips, i, "video/a.mp4", err);        clip i of the sample that was prepared last
 *	sink_clips_release(&clips);
 */
#ifndef RV_SINK_CLIP_H
#define RV_SINK_CLIP_H

#include "sink/dataset.h"
#include "sink/picture.h"
#include "video.h"

struct sink_clips {
	size_t segment; /* frames of a clip, the last of a camera has what is left; 0: all. Set after sink_clips_init */
	struct rv_video_settings settings; /* fps_num 0: what a record says, else FORMAT_VIDEO_FPS */
	struct sink_dataset *dataset;      /* private, as is what follows */
	const char *name, *role;
	struct rv_str path;
};

/* What the options of the format video say. Fails with RV_E_USAGE when the codec cannot. */
int sink_clip_settings(struct rv_video_settings *settings, struct rv_err *err) RV_MUST_USE;
/* What the names of files of a codec end in: "mp4". */
const char *sink_clip_extension(const char *codec);

/* `name` is that of the temporary files, unique among those of the dataset; `role` has the frames. */
void sink_clips_init(struct sink_clips *clips, struct sink_dataset *dataset, const char *name,
                     const struct rv_video_settings *settings, const char *role);
void sink_clips_release(struct sink_clips *clips);
/* The frame rate of a sample's clips: that of the settings unless it is 0, else the record's. */
int sink_clips_fps(const struct sink_clips *clips, const struct sink_sample *sample, struct rv_video_settings *settings,
                   struct rv_err *err) RV_MUST_USE;
int sink_clips_prepare(struct sink_clips *clips, struct sink_sample *sample, struct rv_err *err) RV_MUST_USE;
/* How many clips each camera of a sample has: they are numbered camera by camera. */
size_t sink_clips_count(const struct sink_clips *clips, const struct sink_sample *sample);
/* How many frames has the clip of a camera with this number, from 0. */
size_t sink_clips_frames(const struct sink_clips *clips, const struct sink_sample *sample, size_t number);
int sink_clips_add(struct sink_clips *clips, size_t clip, const char *relative, struct rv_err *err) RV_MUST_USE;

#endif

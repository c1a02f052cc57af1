/* SPDX-License-Identifier: MIT */
/* The sequences of a sample as videos. */
#include "sink/clip.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "diag.h"
#include "format/video.h"
#include "sink/frames.h"
#include "sink/sink.h"

#define NTSC_NEAR 0.0005 /* that a record's 29.97 may be off from 30000/1001 */

int sink_clip_settings(struct rv_video_settings *settings, struct rv_err *err)
{
	const struct format_video_options *const options = &format_video_options;
	const uint64_t gop = options->training && options->gop == 0 ? FORMAT_VIDEO_TRAINING_GOP : options->gop;
	*settings = (struct rv_video_settings) { .fps_num = options->fps.num,
		                                 .fps_den = options->fps.den,
		                                 .codec = format_video_codecs[options->codec],
		                                 .preset = format_video_presets[options->preset],
		                                 .crf = (int)options->crf,
		                                 .gop = (uint32_t)gop,
		                                 .has_no_b_frames = options->training };
	if (options->pixels >= 0) {
		settings->pixels = format_video_pixels[options->pixels];
	}
	return rv_video_check_settings(settings, err);
}

const char *sink_clip_extension(const char *codec)
{
	for (size_t i = 0; i < RV_VIDEO_CODECS; i++) {
		if (strcmp(rv_video_codecs[i].name, codec) == 0) {
			return rv_video_codecs[i].extension;
		}
	}
	rv_bug("a codec '%s'", codec);
}

void sink_clips_init(struct sink_clips *clips, struct sink_dataset *dataset, const char *name,
                     const struct rv_video_settings *settings, const char *role)
{
	*clips = (struct sink_clips) {
		.settings = *settings, .dataset = dataset, .name = name, .role = role, .path = RV_STR_INIT
	};
}

void sink_clips_release(struct sink_clips *clips)
{
	rv_str_release(&clips->path);
}

/* A record says 29.97 for 30000/1001. */
int sink_clips_fps(const struct sink_clips *clips, const struct sink_sample *sample, struct rv_video_settings *settings,
                   struct rv_err *err)
{
	double fps;
	*settings = clips->settings;
	if (settings->fps_num > 0) {
		return 0;
	}
	if (sink_sample_fps(sample, &fps, err) < 0) {
		return -1;
	}
	fps = isnan(fps) ? FORMAT_VIDEO_FPS : fps;
	const double whole = round(fps), ntsc = round(fps * 1.001);
	settings->fps_num = (uint32_t)whole;
	settings->fps_den = 1;
	if (whole != fps && fabs(ntsc / 1.001 - fps) < NTSC_NEAR) {
		settings->fps_num = (uint32_t)ntsc * 1000;
		settings->fps_den = 1001;
	} else if (whole != fps) {
		settings->fps_num = (uint32_t)round(fps * 1000);
		settings->fps_den = 1000;
	}
	return 0;
}

size_t sink_clips_count(const struct sink_clips *clips, const struct sink_sample *sample)
{
	const size_t n_frames = sample->sample->n_frames;
	return clips->segment > 0 ? (n_frames + clips->segment - 1) / clips->segment : 1;
}

size_t sink_clips_frames(const struct sink_clips *clips, const struct sink_sample *sample, size_t number)
{
	const size_t n_frames = sample->sample->n_frames;
	return clips->segment > 0 ? RV_MIN(clips->segment, n_frames - number * clips->segment) : n_frames;
}

/* The temporary file of a clip of the sample. */
static const char *temporary(struct sink_clips *clips, size_t clip)
{
	char name[80];
	snprintf(name, sizeof(name), "%s-%zu.%s", clips->name, clip, sink_clip_extension(clips->settings.codec));
	sink_dataset_scratch(clips->dataset, name, &clips->path);
	return clips->path.ptr;
}

static int encode(struct sink_clips *clips, struct sink_sample *sample, const struct rv_video_settings *settings,
                  size_t clip, struct rv_err *err)
{
	const size_t count = sink_clips_count(clips, sample), number = clip % count;
	const struct sink_picture *const pictures =
	        &sample->pictures[clip / count * sample->sample->n_frames + number * clips->segment];
	struct rv_video *video;
	if (rv_video_open(&video, temporary(clips, clip), settings, err) < 0) {
		return SINK_BROKEN;
	}
	const int status = sink_frames_encode(video, sample, pictures, sink_clips_frames(clips, sample, number),
	                                      clips->role, sink_dataset_threads(clips->dataset), err);
	if (status < 0) {
		rv_video_abort(video);
		return status;
	}
	return rv_video_close(video, err) < 0 ? sink_frames_status(err) : 0;
}

int sink_clips_prepare(struct sink_clips *clips, struct sink_sample *sample, struct rv_err *err)
{
	struct rv_video_settings settings;
	const size_t n_cameras = sample->n_pictures / sample->sample->n_frames;
	int status = 0;
	if (sink_clips_fps(clips, sample, &settings, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < n_cameras * sink_clips_count(clips, sample) && status == 0; i++) {
		status = encode(clips, sample, &settings, i, err);
	}
	return status;
}

int sink_clips_add(struct sink_clips *clips, size_t clip, const char *relative, struct rv_err *err)
{
	const char *const from = temporary(clips, clip);
	struct rv_str target = RV_STR_INIT;
	int status = sink_dataset_path(clips->dataset, relative, &target, err);
	if (status == 0 && rename(from, target.ptr) < 0) {
		status = rv_fail_errno(err, "cannot rename '%s' to '%s'", from, target.ptr);
	}
	if (status == 0) {
		status = sink_dataset_add_file(clips->dataset, relative, err);
	}
	rv_str_release(&target);
	return status;
}

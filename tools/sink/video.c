/* SPDX-License-Identifier: MIT */
/*
 * Videos: one for each camera of a sequence (the record's own, its views), and one with all the stills in order.
 *
 * A sequence is encoded while it is prepared, into temporary files: that way a frame that cannot be decoded refuses the
 * sample, and no frame is decoded twice.
 */
#include "format/video.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sink/frames.h"
#include "sink/sink.h"
#include "video.h"

#define NTSC_NEAR 0.0005 /* that a record's 29.97 may be off from 30000/1001 */

struct videos {
	const struct sink_target *target;
	struct rv_video_settings settings; /* fps_num 0: what a record says, else FORMAT_VIDEO_FPS */
	struct rv_video *stills;           /* NULL before the first */
	struct sink_frame_size size;       /* of the stills */
	struct rv_str temporary, path;
	struct rv_image *images; /* of the sample at hand, a still */
	size_t n_images;
};

static int video_open(void *state, const struct sink_target *target, struct rv_err *err)
{
	struct videos *const videos = state;
	const struct format_video_options *const options = &format_video_options;
	(void)err;
	videos->target = target;
	videos->settings = (struct rv_video_settings) { .codec = format_video_codecs[options->codec],
		                                        .preset = format_video_presets[options->preset],
		                                        .crf = (int)options->crf,
		                                        .fps_num = options->fps.num,
		                                        .fps_den = options->fps.den };
	rv_str_init(&videos->temporary);
	rv_str_init(&videos->path);
	return 0;
}

static void video_release(void *state)
{
	struct videos *const videos = state;
	rv_video_abort(videos->stills);
	for (size_t i = 0; i < videos->n_images; i++) {
		rv_image_release(&videos->images[i]);
	}
	free(videos->images);
	rv_str_release(&videos->temporary);
	rv_str_release(&videos->path);
}

static void keep_images(struct videos *videos, size_t n)
{
	if (n > videos->n_images) {
		videos->images = rv_realloc(videos->images, n, sizeof(*videos->images));
		for (; videos->n_images < n; videos->n_images++) {
			videos->images[videos->n_images] = (struct rv_image)RV_IMAGE_INIT;
		}
	}
}

/* ---- sequences ---- */

/* Sets the frame rate unless the user did: that of the record, which is 29.97 for 30000/1001. */
static int set_fps(struct rv_video_settings *settings, const struct sink_sample *sample, struct rv_err *err)
{
	double fps;
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

/* The temporary file of the sample's camera `i`. */
static const char *temporary(struct videos *videos, size_t i)
{
	char name[48];
	snprintf(name, sizeof(name), "sequence-%zu.mp4", i);
	sink_dataset_scratch(videos->target->dataset, name, &videos->temporary);
	return videos->temporary.ptr;
}

static int prepare_sequence(struct videos *videos, struct sink_sample *sample, struct rv_err *err)
{
	struct rv_video_settings settings = videos->settings;
	const size_t n_frames = sample->sample->n_frames, n_threads = sink_dataset_threads(videos->target->dataset);
	if (strcmp(sample->sample->id, FORMAT_VIDEO_STILLS) == 0) {
		rv_fail(err, RV_E_BAD_RECORD,
		        "field 'id': '" FORMAT_VIDEO_STILLS "' is taken by the video of the stills");
		return SINK_REFUSED;
	}
	if (set_fps(&settings, sample, err) < 0) {
		return SINK_REFUSED;
	}
	for (size_t i = 0; i < sample->n_pictures; i += n_frames) {
		struct rv_video *video;
		if (rv_video_open(&video, temporary(videos, i / n_frames), &settings, err) < 0) {
			return SINK_BROKEN;
		}
		const int status = sink_frames_encode(video, sample, &sample->pictures[i], n_frames, n_threads, err);
		if (status < 0) {
			rv_video_abort(video);
			return status;
		}
		if (rv_video_close(video, err) < 0) {
			return SINK_BROKEN;
		}
	}
	return 0;
}

static int add_sequence(struct videos *videos, const struct sink_sample *sample, struct rv_err *err)
{
	struct sink_dataset *const dataset = videos->target->dataset;
	struct rv_str target = RV_STR_INIT;
	int status = 0;
	for (size_t i = 0; status == 0 && i < sample->n_pictures; i += sample->sample->n_frames) {
		sink_picture_path(sample->pictures[i].picture, &format_video, "sequence", "", "", &videos->path);
		status = sink_dataset_path(dataset, videos->path.ptr, &target, err);
		const char *const from = temporary(videos, i / sample->sample->n_frames);
		if (status == 0 && rename(from, target.ptr) < 0) {
			status = rv_fail_errno(err, "cannot rename '%s' to '%s'", from, target.ptr);
		}
		if (status == 0) {
			status = sink_dataset_add_file(dataset, videos->path.ptr, err);
		}
	}
	rv_str_release(&target);
	return status;
}

/* ---- stills ---- */

static int prepare_stills(struct videos *videos, struct sink_sample *sample, struct rv_err *err)
{
	struct sink_frame_size size = videos->size;
	keep_images(videos, sample->n_pictures);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (sink_frame_read(sample, sample->pictures[i].picture, &size, &videos->images[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

static int open_stills(struct videos *videos, struct rv_err *err)
{
	struct rv_video_settings settings = videos->settings;
	if (settings.fps_num == 0) {
		settings.fps_num = FORMAT_VIDEO_FPS;
		settings.fps_den = 1;
	}
	videos->size = (struct sink_frame_size) { videos->images[0].width, videos->images[0].height };
	return sink_dataset_path(videos->target->dataset, format_layout(&format_video, "stills"), &videos->path, err) <
	                               0 ||
	                       rv_video_open(&videos->stills, videos->path.ptr, &settings, err) < 0
	               ? -1
	               : 0;
}

static int add_stills(struct videos *videos, const struct sink_sample *sample, struct rv_err *err)
{
	if (!videos->stills && open_stills(videos, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (rv_video_add(videos->stills, &videos->images[i], err) < 0) {
			return -1;
		}
	}
	return 0;
}

/* ---- the whole ---- */

static int video_prepare(void *state, struct sink_sample *sample, struct rv_err *err)
{
	return (sample->sample->is_sequence ? prepare_sequence : prepare_stills)(state, sample, err);
}

static int video_add(void *state, struct sink_sample *sample, struct rv_err *err)
{
	return sample->sample->is_sequence ? add_sequence(state, sample, err) : add_stills(state, sample, err);
}

static int video_finish(void *state, struct rv_err *err)
{
	struct videos *const videos = state;
	struct rv_video *const stills = videos->stills;
	videos->stills = NULL;
	if (!stills) {
		return 0;
	}
	return rv_video_close(stills, err) < 0
	               ? -1
	               : sink_dataset_add_file(videos->target->dataset, format_layout(&format_video, "stills"), err);
}

const struct sink_class sink_video = {
	.format = &format_video,
	.state_bytes = sizeof(struct videos),
	.open = video_open,
	.prepare = video_prepare,
	.add = video_add,
	.finish = video_finish,
	.release = video_release,
};

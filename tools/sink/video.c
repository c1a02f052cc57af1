/* SPDX-License-Identifier: MIT */
/*
 * Videos: video/ID.mp4 for each sample whose role is a sequence, video/video.mp4 with all the stills in order.
 *
 * A sequence is encoded while it is prepared, into a temporary file: that way a frame that cannot be decoded refuses
 * the sample, and no frame is decoded twice.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "png.h"
#include "sig.h"
#include "sink.h"

#define STILLS_NAME "video"
#define FPS_DEFAULT 24
#define FPS_MAX 1000

struct video_sink {
	struct sink_dataset *dataset;
	const struct sink_settings *settings;
	struct rv_video *stills; /* NULL before the first */
	uint32_t width, height;  /* of the stills */
	struct rv_str sequence;  /* path of the temporary file */
	/* The sample at hand. */
	bool is_sequence;
	struct rv_image image;
};

static int read_frame(struct video_sink *sink, const char *path, struct rv_err *err)
{
	if (rv_png_read(path, &sink->image, err) < 0) {
		return -1;
	}
	if (sink->image.channels == 2 || sink->image.width > RV_VIDEO_SIDE_MAX ||
	    sink->image.height > RV_VIDEO_SIDE_MAX) {
		return rv_fail(err, RV_E_BAD_FILE,
		               "'%s' has %" PRIu32 " channels and %" PRIu32 "x%" PRIu32
		               " pixels: a frame of a video has "
		               "1, 3 or 4 channels and sides of at most %d",
		               path, sink->image.channels, sink->image.width, sink->image.height, RV_VIDEO_SIDE_MAX);
	}
	return 0;
}

static int check_size(const struct video_sink *sink, const char *path, uint32_t width, uint32_t height,
                      struct rv_err *err)
{
	if (sink->image.width == width && sink->image.height == height) {
		return 0;
	}
	return rv_fail(err, RV_E_BAD_FILE,
	               "'%s' has %" PRIu32 "x%" PRIu32 " pixels, the frames before it in its video have "
	               "%" PRIu32 "x%" PRIu32,
	               path, sink->image.width, sink->image.height, width, height);
}

/* Reads, checks and encodes the frames of a sequence; `video` stays open. */
static int encode_frames(struct video_sink *sink, struct rv_video *video, const struct sink_role *role,
                         struct rv_err *err)
{
	uint32_t width = 0, height = 0;
	for (size_t i = 0; i < role->n_files; i++) {
		if (rv_sig_stop()) {
			rv_fail(err, RV_E_CANCELLED, "stopped by a signal");
			return SINK_BROKEN;
		}
		if (read_frame(sink, role->paths[i], err) < 0) {
			return SINK_REFUSED;
		}
		if (i == 0) {
			width = sink->image.width;
			height = sink->image.height;
		} else if (check_size(sink, role->paths[i], width, height, err) < 0) {
			return SINK_REFUSED;
		}
		if (rv_video_add(video, &sink->image, err) < 0) {
			return SINK_BROKEN;
		}
	}
	return 0;
}

/* Sets the frame rate unless the user did: that of the record, which is 29.97 for 30000/1001. */
static int set_fps(struct rv_video_settings *settings, const struct sink_sample *sample, struct rv_err *err)
{
	double fps = rv_json_number(rv_json_get(sample->json, "fps"), FPS_DEFAULT);
	if (settings->fps_num > 0) {
		return 0;
	}
	if (!(fps >= 0.001 && fps <= FPS_MAX)) {
		return rv_fail(err, RV_E_BAD_RECORD, "field 'fps' is %g, allowed is 0.001..%d", fps, FPS_MAX);
	}
	double whole = round(fps), ntsc = round(fps * 1.001);
	settings->fps_num = (uint32_t)whole;
	settings->fps_den = 1;
	if (whole != fps && fabs(ntsc / 1.001 - fps) < 0.0005) {
		settings->fps_num = (uint32_t)ntsc * 1000;
		settings->fps_den = 1001;
	} else if (whole != fps) {
		settings->fps_num = (uint32_t)round(fps * 1000);
		settings->fps_den = 1000;
	}
	return 0;
}

static int prepare_sequence(struct video_sink *sink, const struct sink_sample *sample, const struct sink_role *role,
                            struct rv_err *err)
{
	if (strcmp(sample->id.ptr, STILLS_NAME) == 0) {
		rv_fail(err, RV_E_BAD_RECORD, "field 'id': '" STILLS_NAME "' is taken by the video of the stills");
		return SINK_REFUSED;
	}
	struct rv_video *video;
	struct rv_video_settings settings = sink->settings->video;
	if (set_fps(&settings, sample, err) < 0) {
		return SINK_REFUSED;
	}
	if (rv_video_open(&video, sink->sequence.ptr, &settings, err) < 0) {
		return SINK_BROKEN;
	}
	int result = encode_frames(sink, video, role, err);
	if (result < 0) {
		rv_video_abort(video);
		return result;
	}
	return rv_video_close(video, err) < 0 ? SINK_BROKEN : 0;
}

static int video_prepare(void *to, const struct sink_sample *sample, struct rv_err *err)
{
	struct video_sink *sink = to;
	const struct sink_role *role = sink_sample_need_png(sample, sink->settings->video_role, "video", err);
	if (!role) {
		return SINK_REFUSED;
	}
	sink->is_sequence = role->is_array;
	if (sink->is_sequence) {
		return prepare_sequence(sink, sample, role, err);
	}
	if (read_frame(sink, role->paths[0], err) < 0 ||
	    (sink->stills && check_size(sink, role->paths[0], sink->width, sink->height, err) < 0)) {
		return SINK_REFUSED;
	}
	return 0;
}

static int add_sequence(struct video_sink *sink, const struct sink_sample *sample, struct rv_err *err)
{
	struct rv_str relative = RV_STR_INIT;
	struct rv_str path = RV_STR_INIT;
	rv_str_printf(&relative, "video/%s.mp4", sample->id.ptr);
	int result = sink_dataset_path(sink->dataset, relative.ptr, &path, err);
	if (result == 0 && rename(sink->sequence.ptr, path.ptr) < 0) {
		result = rv_fail_errno(err, "cannot rename '%s' to '%s'", sink->sequence.ptr, path.ptr);
	}
	if (result == 0) {
		result = sink_dataset_add_file(sink->dataset, relative.ptr, err);
	}
	rv_str_release(&path);
	rv_str_release(&relative);
	return result;
}

static int open_stills(struct video_sink *sink, struct rv_err *err)
{
	struct rv_str path = RV_STR_INIT;
	struct rv_video_settings settings = sink->settings->video;
	if (settings.fps_num == 0) {
		settings.fps_num = FPS_DEFAULT;
		settings.fps_den = 1;
	}
	int result = sink_dataset_path(sink->dataset, "video/" STILLS_NAME ".mp4", &path, err);
	if (result == 0) {
		result = rv_video_open(&sink->stills, path.ptr, &settings, err);
	}
	sink->width = sink->image.width;
	sink->height = sink->image.height;
	rv_str_release(&path);
	return result;
}

static int video_add(void *to, const struct sink_sample *sample, struct rv_err *err)
{
	struct video_sink *sink = to;
	if (sink->is_sequence) {
		return add_sequence(sink, sample, err);
	}
	if (!sink->stills && open_stills(sink, err) < 0) {
		return -1;
	}
	return rv_video_add(sink->stills, &sink->image, err);
}

static int video_finish(void *to, struct rv_err *err)
{
	struct video_sink *sink = to;
	if (!sink->stills) {
		return 0;
	}
	struct rv_video *stills = sink->stills;
	sink->stills = NULL;
	return rv_video_close(stills, err) < 0 ? -1
	                                       : sink_dataset_add_file(sink->dataset, "video/" STILLS_NAME ".mp4", err);
}

static void *video_open(struct sink_dataset *dataset, const struct sink_settings *settings, struct rv_err *err)
{
	(void)err;
	struct video_sink *sink = rv_alloc_zero(1, sizeof(*sink));
	sink->dataset = dataset;
	sink->settings = settings;
	rv_str_init(&sink->sequence);
	sink_dataset_scratch(dataset, "sequence.mp4", &sink->sequence);
	return sink;
}

static void video_free(void *to)
{
	struct video_sink *sink = to;
	rv_video_abort(sink->stills);
	rv_image_release(&sink->image);
	rv_str_release(&sink->sequence);
	free(sink);
}

const struct sink_class sink_video = {
	.name = "video",
	.help = "H.264 in MP4: one of all stills, one of each sequence",
	.open = video_open,
	.prepare = video_prepare,
	.add = video_add,
	.finish = video_finish,
	.free = video_free,
};

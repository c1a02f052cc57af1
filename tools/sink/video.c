/* SPDX-License-Identifier: MIT */
/* Videos: one for each camera of a sequence (the record's own, its views), or of several (tiles.h), and one with all
 * the stills in order. */
#include "format/video.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "format/layout.h"
#include "sink/clip.h"
#include "sink/clip_table.h"
#include "sink/frames.h"
#include "sink/sink.h"
#include "sink/tiles.h"
#include "video.h"

struct videos {
	const struct sink_target *target;
	struct sink_clips clips; /* sequences */
	struct sink_clip_table table;
	struct sink_tiles *tiles;    /* instead; NULL: there are none */
	struct rv_video *stills;     /* NULL before the first */
	struct sink_frame_size size; /* of the stills */
	struct rv_str path;
	/* The sample at hand: its stills. */
	struct rv_image *images;
	size_t n_images;
};

static int video_open(void *state, const struct sink_target *target, struct rv_err *err)
{
	struct videos *const videos = state;
	struct rv_video_settings settings;
	const int status = sink_clip_settings(&settings, err);
	videos->target = target;
	sink_clips_init(&videos->clips, target->dataset, "sequence", &settings, format_video_options.role);
	videos->clips.segment = format_video_options.segments;
	sink_clip_table_init(&videos->table, target, format_video_options.role);
	rv_str_init(&videos->path);
	if (status == 0 && format_video_options.tiles) {
		videos->tiles = sink_tiles_new(target, err);
		return videos->tiles ? 0 : -1;
	}
	return status == 0 && format_video_options.channels
	               ? rv_fail(err, RV_E_USAGE, "format video: channels are of tiles: say how many (tiles=CxR)")
	               : status;
}

static void video_release(void *state)
{
	struct videos *const videos = state;
	rv_video_abort(videos->stills);
	for (size_t i = 0; i < videos->n_images; i++) {
		rv_image_release(&videos->images[i]);
	}
	free(videos->images);
	sink_clips_release(&videos->clips);
	sink_clip_table_release(&videos->table);
	sink_tiles_free(videos->tiles);
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

static int prepare_sequence(struct videos *videos, struct sink_sample *sample, struct rv_err *err)
{
	if (strcmp(sample->sample->id, FORMAT_VIDEO_STILLS) == 0) {
		rv_fail(err, RV_E_BAD_RECORD,
		        "field 'id': '" FORMAT_VIDEO_STILLS "' is taken by the video of the stills");
		return SINK_REFUSED;
	}
	if (!videos->tiles) {
		return sink_clips_prepare(&videos->clips, sample, err);
	}
	struct rv_video_settings settings;
	return sink_clips_fps(&videos->clips, sample, &settings, err) < 0
	               ? SINK_REFUSED
	               : sink_tiles_prepare(videos->tiles, sample, &settings, err);
}

static const char *extension(const struct videos *videos)
{
	return sink_clip_extension(videos->clips.settings.codec);
}

/* A clip of the sample, whose pictures begin with these. */
static int add_clip(struct videos *videos, struct sink_sample *sample, size_t clip,
                    const struct rv_video_settings *settings, struct rv_err *err)
{
	const size_t count = sink_clips_count(&videos->clips, sample), number = clip % count;
	const struct sink_picture *const pictures =
	        &sample->pictures[clip / count * sample->sample->n_frames + number * videos->clips.segment];
	sink_picture_path(pictures[0].picture, &format_video, videos->clips.segment > 0 ? "segment" : "sequence", "",
	                  extension(videos), &videos->path);
	if (sink_clips_add(&videos->clips, clip, videos->path.ptr, err) < 0) {
		return -1;
	}
	return format_video_options.metadata ? sink_clip_table_add(&videos->table, sample, pictures,
	                                                           sink_clips_frames(&videos->clips, sample, number),
	                                                           videos->path.ptr, settings, err)
	                                     : 0;
}

static int add_sequence(struct videos *videos, struct sink_sample *sample, struct rv_err *err)
{
	const size_t n_cameras = sample->n_pictures / sample->sample->n_frames;
	struct rv_video_settings settings;
	if (videos->tiles) {
		return sink_tiles_add(videos->tiles, err);
	}
	int status = sink_clips_fps(&videos->clips, sample, &settings, err);
	for (size_t i = 0; i < n_cameras * sink_clips_count(&videos->clips, sample) && status == 0; i++) {
		status = add_clip(videos, sample, i, &settings, err);
	}
	return status;
}

/* ---- stills ---- */

static int prepare_stills(struct videos *videos, struct sink_sample *sample, struct rv_err *err)
{
	struct sink_frame_size size = videos->size;
	keep_images(videos, sample->n_pictures);
	for (size_t i = 0; i < sample->n_pictures; i++) {
		if (sink_frame_read(sample, sample->pictures[i].picture, format_video_options.role, &size,
		                    &videos->images[i], err) < 0) {
			return SINK_REFUSED;
		}
	}
	return 0;
}

static void set_stills_path(struct videos *videos)
{
	struct format_place place = { .id = "" };
	snprintf(place.ext, sizeof(place.ext), "%s", extension(videos));
	rv_str_clear(&videos->path);
	format_expand(format_layout(&format_video, "stills"), &place, &videos->path);
}

static int open_stills(struct videos *videos, struct rv_arena *arena, struct rv_err *err)
{
	struct rv_video_settings settings = videos->clips.settings;
	if (settings.fps_num == 0) {
		settings.fps_num = FORMAT_VIDEO_FPS;
		settings.fps_den = 1;
	}
	videos->size = (struct sink_frame_size) { videos->images[0].width, videos->images[0].height };
	set_stills_path(videos);
	const char *const relative = rv_arena_strndup(arena, videos->path.ptr, videos->path.len);
	return sink_dataset_path(videos->target->dataset, relative, &videos->path, err) < 0 ||
	                       rv_video_open(&videos->stills, videos->path.ptr, &settings, err) < 0
	               ? -1
	               : 0;
}

static int add_stills(struct videos *videos, struct sink_sample *sample, struct rv_err *err)
{
	if (!videos->stills && open_stills(videos, &sample->arena, err) < 0) {
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
	if (stills) {
		set_stills_path(videos);
	}
	if (stills && (rv_video_close(stills, err) < 0 ||
	               sink_dataset_add_file(videos->target->dataset, videos->path.ptr, err) < 0)) {
		return -1;
	}
	return videos->tiles ? sink_tiles_finish(videos->tiles, err) : sink_clip_table_finish(&videos->table, err);
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

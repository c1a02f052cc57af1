/* SPDX-License-Identifier: MIT */
/*
 * Videos: every frame decodes, and there are as many as pictures. All stills are frames of one video, each sequence is
 * a video, or several that follow each other. Where there are tables of the clips, each clip is in both with the same
 * values, its own, and its first and its last frame are there. Clips of tiles: video_tiles.h.
 */
#include "format/video.h"

#include <inttypes.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "verify/format.h"
#include "verify/formats/video_table.h"
#include "verify/formats/video_tiles.h"
#include "verify/groups.h"

#define ROOT "video/"  /* paths in tables are relative to it */
#define FPS_NEAR 0.001 /* containers round */

struct video {
	const struct verify_context *context;
	struct verify_groups *groups;   /* by file */
	struct verify_groups *segments; /* of a sequence, by "ID VIEW": "NUMBER FRAMES", from 1 */
	struct verify_problems *problems;
	atomic_bool has_tables;
};

/* Kinds of parts: a clip, "ID VIEW W H FRAMES\nFPS"; a picture, "W H"; its row in a table, and that a row has a picture
 * as a frame, which begin with the same, made even. */
enum { CLIP = 'c', SEGMENT = 's', FRAME = 'f', ROW = 'j', PICTURE = 'p', LINE = 't' };

static void *open_video(const struct verify_context *context)
{
	struct video *const video = rv_alloc_zero(1, sizeof(*video));
	video->context = context;
	video->groups = verify_groups_new();
	video->segments = verify_groups_new();
	return video;
}

static void free_video(void *state)
{
	struct video *const video = state;
	verify_groups_free(video->groups);
	verify_groups_free(video->segments);
	free(video);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int add(struct video *video, const char *file, char kind, const char *path, const char *text, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT;
	rv_str_printf(&key, ROOT "%s", file);
	const int status = verify_groups_add(video->groups, key.ptr, kind, path, text, err);
	rv_str_release(&key);
	return status;
}

struct reading {
	struct video *video;
	const struct verify_item *item;
	char kind;
};

/* The picture of a clip's end is called as the clip. */
static void check_end(const struct verify_item *item, const char *file, const char *picture, const char *role)
{
	struct rv_str stem = RV_STR_INIT;
	const char *const dot = strrchr(file, '.');
	rv_str_append(&stem, file, dot ? (size_t)(dot - file) : strlen(file));
	rv_str_printf(&stem, ".%s.", role);
	if (strncmp(picture, stem.ptr, stem.len) != 0) {
		verify_problems_add(item->problems, VERIFY_VIDEO_FRAME, item->path,
		                    "the row of '%s' names '%s' as its %s frame", file, picture, role);
	}
	rv_str_release(&stem);
}

/* A verify_video_row_fn. */
static int take_row(void *context, const struct verify_video_row *row, struct rv_err *err)
{
	const struct reading *const reading = context;
	struct rv_str text = RV_STR_INIT;
	rv_str_printf(&text, "%s %s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n%.12g\n%s\n%s\n%s", row->id, row->view,
	              row->width, row->height, row->n_frames, row->fps, row->first, row->last, row->prompt);
	int status = add(reading->video, row->file, reading->kind, reading->item->path, text.ptr, err);
	if (reading->kind == ROW && status == 0) {
		check_end(reading->item, row->file, row->first, FORMAT_VIDEO_FIRST);
		check_end(reading->item, row->file, row->last, FORMAT_VIDEO_LAST);
		rv_str_clear(&text);
		rv_str_printf(&text, "%" PRIu64 " %" PRIu64, row->width, row->height);
		status = add(reading->video, row->first, FRAME, reading->item->path, text.ptr, err) < 0
		                 ? -1
		                 : add(reading->video, row->last, FRAME, reading->item->path, text.ptr, err);
	}
	rv_str_release(&text);
	return status;
}

static int look_at_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct video *const video = state;
	const bool is_csv = verify_item_is(item, "table");
	struct reading reading = { .video = video, .item = item, .kind = is_csv ? LINE : ROW };
	if (!is_csv && !verify_item_is(item, "rows") && !verify_item_is(item, "tile-rows")) {
		if (!verify_item_is(item, "stills") && !verify_item_is(item, "tiles")) {
			verify_item_is_clip(item, video->context, FORMAT_ID_video);
		}
		verify_item_decode(item);
		return 0;
	}
	if (verify_item_is(item, "tile-rows")) {
		return verify_video_read_tiles(item, video->groups, video->segments, err);
	}
	atomic_store(&video->has_tables, true);
	return (is_csv ? verify_video_read_csv : verify_video_read_rows)(item, take_row, &reading, err);
}

static int add_segment(struct video *video, const struct verify_item *item, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT, text = RV_STR_INIT;
	rv_str_printf(&key, "%s %s", item->place.id, item->place.view);
	rv_str_printf(&text, "%s %" PRIu64, item->place.number, item->n_frames);
	const int status = verify_groups_add(video->segments, key.ptr, SEGMENT, item->path, text.ptr, err);
	rv_str_release(&key);
	rv_str_release(&text);
	return status;
}

static int tell(struct video *video, const struct verify_item *item, struct rv_err *err)
{
	const struct verify_key key = verify_item_key(item);
	if (item->n_frames == 0) { /* it did not decode */
		verify_census_unread(video->context->census, FORMAT_ID_video);
		return 0;
	}
	if (verify_item_is(item, "stills")) {
		verify_census_stills(video->context->census, FORMAT_ID_video, item->n_frames);
		return 0;
	}
	return verify_item_is(item, "segment")
	               ? add_segment(video, item, err)
	               : verify_census_sequence(video->context->census, FORMAT_ID_video, &key, item->n_frames, err);
}

static int take_file(void *state, struct verify_item *item, struct rv_err *err)
{
	struct video *const video = state;
	struct rv_str text = RV_STR_INIT;
	const bool is_clip = verify_item_is(item, "sequence") || verify_item_is(item, "segment"),
	           is_frame = verify_item_is(item, "still") || verify_item_is(item, "segment-still");
	if (verify_item_is(item, "tiles")) {
		return verify_video_add_tiled(item, video->context->census, video->groups, err);
	}
	int status = is_clip || verify_item_is(item, "stills") ? tell(video, item, err) : 0;
	if (is_clip) {
		rv_str_printf(&text, "%s %s %" PRIu32 " %" PRIu32 " %" PRIu64 "\n%.12g", item->place.id,
		              item->place.view, item->width, item->height, item->n_frames, item->fps);
	} else {
		rv_str_printf(&text, "%" PRIu32 " %" PRIu32, item->width + item->width % 2,
		              item->height + item->height % 2);
	}
	if (status == 0 && (is_clip || is_frame)) {
		status = verify_groups_add(video->groups, item->path, is_clip ? CLIP : PICTURE, item->path, text.ptr,
		                           err);
	}
	rv_str_release(&text);
	return status;
}

/* ---- the end ----------------------------------------------------------------------------------------------------- */

static void check_clip(const struct video *video, const struct verify_part *parts, size_t n)
{
	static const struct verify_group_kind kinds[] = { { ROW, "row of metadata.jsonl" },
		                                          { LINE, "line of metadata.csv" },
		                                          { 0, NULL } };
	const struct verify_part *const row = verify_group_find(parts, n, ROW), *const line = verify_group_find(
	                                                                                parts, n, LINE);
	if (!verify_group_is_whole(parts, n, kinds, VERIFY_VIDEO_CLIP, video->problems)) {
		return;
	}
	const size_t len = strcspn(parts[0].text, "\n");
	const bool has_decoded = len < 2 || strncmp(parts[0].text + len - 2, " 0", 2) != 0;
	const double fps = strtod(parts[0].text + len, NULL), said = strtod(row->text + strcspn(row->text, "\n"), NULL);
	if (strcmp(row->text, line->text) != 0) {
		verify_problems_add(video->problems, VERIFY_VIDEO_TABLE, line->path,
		                    "of '%s' it has other values than metadata.jsonl", parts[0].path);
	} else if (has_decoded && (strncmp(row->text, parts[0].text, len) != 0 || row->text[len] != '\n')) {
		verify_problems_add(video->problems, VERIFY_VIDEO_CLIP, parts[0].path,
		                    "its id, view, size and frames are '%.*s', metadata.jsonl says '%.*s'", (int)len,
		                    parts[0].text, (int)strcspn(row->text, "\n"), row->text);
	} else if (has_decoded && fps > 0 && fabs(fps - said) > FPS_NEAR * fps) {
		verify_problems_add(video->problems, VERIFY_VIDEO_CLIP, parts[0].path,
		                    "it has %g frames per second, metadata.jsonl says %g", fps, said);
	}
}

/* A verify_group_fn. */
static int visit(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err RV_UNUSED)
{
	struct video *const video = state;
	const struct verify_part *const frame = verify_group_find(parts, n, FRAME), *const picture = verify_group_find(
	                                                                                    parts, n, PICTURE);
	if (verify_video_check_tiles(key, parts, n, video->problems)) {
		return 0;
	}
	if (parts[0].kind == CLIP) {
		if (atomic_load(&video->has_tables)) {
			check_clip(video, parts, n);
		}
	} else if (!frame && !picture) {
		verify_problems_add(video->problems, VERIFY_VIDEO_CLIP, parts[0].path, "there is no clip '%s'", key);
	} else if (!frame || !picture || n != 2) {
		verify_problems_add(video->problems, VERIFY_VIDEO_FRAME, parts[0].path,
		                    "'%s' is not once in the dataset and once a clip's first or last frame", key);
	} else if (strcmp(picture->text, "0 0") != 0 && strcmp(picture->text, frame->text) != 0) {
		verify_problems_add(video->problems, VERIFY_VIDEO_FRAME, picture->path,
		                    "its size, sides made even, is %s, its clip's %s", picture->text, frame->text);
	}
	return 0;
}

/* Frames of all segments of a sequence, in the order of their numbers. */
static uint64_t add_up_segments(struct video *video, const struct verify_part *parts, size_t n)
{
	uint64_t n_frames = 0;
	for (size_t i = 0; i < n; i++) {
		char *at = (char *)(uintptr_t)parts[i].text;
		const uint64_t number = strtoull(at, &at, 10), count = strtoull(at, &at, 10);
		if (number != n_frames + 1) {
			verify_problems_add(video->problems, VERIFY_VIDEO_SEGMENT, parts[i].path,
			                    "it begins with frame %" PRIu64 ", those before it end with %" PRIu64,
			                    number, n_frames);
			break;
		}
		n_frames += count;
	}
	return n_frames;
}

/* A verify_group_fn: the segments of a sequence, or its tiles. */
static int visit_segments(void *state, const char *key, const struct verify_part *parts, size_t n, struct rv_err *err)
{
	struct video *const video = state;
	char *const id = rv_strdup(key), *const blank = strchr(id, ' ');
	const uint64_t n_frames = parts[0].kind == SEGMENT
	                                  ? add_up_segments(video, parts, n)
	                                  : verify_video_check_channels(key, parts, n, video->problems);
	*blank = '\0';
	const struct verify_key of = { .id = id, .view = blank + 1, .frame = "" };
	const int status = verify_census_sequence(video->context->census, FORMAT_ID_video, &of, n_frames, err);
	free(id);
	return status;
}

static int end_video(void *state, struct verify_problems *problems, struct rv_err *err)
{
	struct video *const video = state;
	video->problems = problems;
	return verify_groups_end(video->groups, visit, video, err) < 0
	               ? -1
	               : verify_groups_end(video->segments, visit_segments, video, err);
}

const struct verify_class verify_video = {
	.format = &format_video,
	.tells = VERIFY_TELLS_NUMBERS,
	.open = open_video,
	.file = look_at_file,
	.take = take_file,
	.end = end_video,
	.free = free_video,
};

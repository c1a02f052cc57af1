/* SPDX-License-Identifier: MIT */
/* Sequences side by side. */
#include "sink/tiles.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "arena.h"
#include "format/layout.h"
#include "format/video.h"
#include "parse.h"
#include "sig.h"
#include "sink/clip.h"
#include "sink/frames.h"

#define ROOT "video/" /* paths in the table are relative to it */

/* A picture of a sequence: a part of its temporary file, under the name of its own. */
struct frame {
	const char *name;
	uint64_t at, len;
};

/* A sequence that is to be in a clip. */
struct tile {
	struct rv_arena arena; /* of what follows */
	const char *id, *view, *role, *prompt;
	struct frame *frames;
	size_t n_frames;
	struct rv_source file; /* their bytes, one picture after the other */
	struct sink_frame_size size;
	struct rv_video_settings settings;
};

struct tile_list {
	struct tile *items;
	size_t len;
};

struct sink_tiles {
	const struct sink_target *target;
	uint32_t columns, rows;
	char *channels; /* names with NUL between them, n_roles - 1 */
	const char **roles;
	size_t n_roles;
	struct tile_list prepared, waiting; /* of the sample at hand; for the clip at hand */
	uint64_t n_clips;
	struct sink_output *table; /* NULL before the first clip */
	struct rv_image canvas;
	struct rv_str path, text;
};

/* ---- tiles ---- */

static void release_list(struct tile_list *list)
{
	for (size_t i = 0; i < list->len; i++) {
		rv_source_close(&list->items[i].file);
		rv_arena_release(&list->items[i].arena);
	}
	list->len = 0;
}

static uint32_t even(uint32_t side)
{
	return side + side % 2;
}

static int check_stop(struct rv_err *err)
{
	return rv_sig_stop() ? rv_fail(err, RV_E_CANCELLED, "stopped by a signal") : 0;
}

/* The clip has no place for a tile of that kind behind those that wait. */
static bool is_over(const struct sink_tiles *tiles, const struct tile *next)
{
	const struct tile *const first = tiles->waiting.items;
	return tiles->waiting.len > 0 &&
	       (first->size.width != next->size.width || first->size.height != next->size.height ||
	        first->settings.fps_num != next->settings.fps_num || first->settings.fps_den != next->settings.fps_den);
}

/* ---- options ---- */

static int read_roles(struct sink_tiles *tiles, struct rv_err *err)
{
	char *at = tiles->channels;
	tiles->roles = rv_alloc_zero(strlen(at) + 2, sizeof(*tiles->roles));
	tiles->roles[tiles->n_roles++] = format_video_options.role;
	while (*at) {
		char *const end = at + strcspn(at, "+");
		const bool is_last = *end == '\0';
		*end = '\0';
		for (size_t i = 0; i < tiles->n_roles; i++) {
			if (!*at || strcmp(tiles->roles[i], at) == 0) {
				return rv_fail(err, RV_E_USAGE, "format video: channels: role '%s' %s", at,
				               *at ? "is there twice" : "has no name");
			}
		}
		tiles->roles[tiles->n_roles++] = at;
		at = is_last ? end : end + 1;
	}
	return 0;
}

static int read_options(struct sink_tiles *tiles, struct rv_err *err)
{
	const struct format_video_options *const options = &format_video_options;
	if (rv_parse_resolution(options->tiles, "format video: tiles", &tiles->columns, &tiles->rows, err) < 0) {
		return -1;
	}
	if ((uint64_t)tiles->columns * tiles->rows > FORMAT_VIDEO_TILES_MAX) {
		return rv_fail(err, RV_E_USAGE, "format video: tiles '%s' are more than %d, which a clip has at most",
		               options->tiles, FORMAT_VIDEO_TILES_MAX);
	}
	if (options->segments > 0 || options->metadata) {
		return rv_fail(err, RV_E_USAGE,
		               "format video: tiles and %s exclude each other: the table of tiles is tiles.jsonl",
		               options->segments > 0 ? "segments" : "metadata");
	}
	return read_roles(tiles, err);
}

struct sink_tiles *sink_tiles_new(const struct sink_target *target, struct rv_err *err)
{
	struct sink_tiles *const tiles = rv_alloc_zero(1, sizeof(*tiles));
	const char *const channels = format_video_options.channels;
	tiles->target = target;
	tiles->channels = rv_strdup(channels ? channels : "");
	rv_str_init(&tiles->path);
	rv_str_init(&tiles->text);
	if (read_options(tiles, err) < 0) {
		sink_tiles_free(tiles);
		return NULL;
	}
	tiles->waiting.items = rv_alloc_zero((size_t)tiles->columns * tiles->rows, sizeof(*tiles->waiting.items));
	return tiles;
}

void sink_tiles_free(struct sink_tiles *tiles)
{
	if (!tiles) {
		return;
	}
	release_list(&tiles->prepared);
	release_list(&tiles->waiting);
	free(tiles->prepared.items);
	free(tiles->waiting.items);
	free(tiles->channels);
	free(tiles->roles);
	sink_output_abort(tiles->table);
	rv_image_release(&tiles->canvas);
	rv_str_release(&tiles->path);
	rv_str_release(&tiles->text);
	free(tiles);
}

/* ---- a sample ---- */

/* Appends a picture's file to the temporary one, once it is known to be a frame. */
static int keep_frame(struct tile *tile, struct sink_sample *sample, const struct rv_picture *picture,
                      struct sink_output *output, struct rv_err *err)
{
	const char *const path = rv_picture_files(picture, tile->role)->paths[0];
	struct frame *const frame = &tile->frames[tile->n_frames];
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_source source;
	int status = sink_frame_read(sample, picture, tile->role, &tile->size, &image, err) < 0 ||
	                             sink_sample_open(sample, path, &source, err) < 0
	                     ? SINK_REFUSED
	                     : 0;
	rv_image_release(&image);
	if (status == 0) {
		*frame = (struct frame) { .name = rv_arena_strndup(&tile->arena, source.name, strlen(source.name)),
			                  .at = tile->n_frames > 0 ? frame[-1].at + frame[-1].len : 0,
			                  .len = source.len };
		tile->n_frames++;
		status = rv_source_copy(&source, sink_output_write, output, err) < 0 ? SINK_BROKEN : 0;
		rv_source_close(&source);
	}
	return status;
}

static int keep_frames(struct sink_tiles *tiles, struct tile *tile, struct sink_sample *sample,
                       const struct sink_picture *pictures, struct rv_err *err)
{
	char sha256[RV_HASH_HEX_LEN + 1];
	uint64_t n_bytes;
	sink_dataset_scratch(tiles->target->dataset, "tile", &tiles->path);
	struct sink_output *const output = sink_output_create(tiles->path.ptr, NULL, false, err);
	int status = output ? 0 : SINK_BROKEN;
	for (size_t i = 0; i < sample->sample->n_frames && status == 0; i++) {
		status = check_stop(err) < 0 ? SINK_BROKEN : keep_frame(tile, sample, pictures[i].picture, output, err);
	}
	if (status == 0) {
		status = sink_output_close(output, &n_bytes, sha256, err) < 0 ||
		                         rv_source_open(&tile->file, tiles->path.ptr, err) < 0
		                 ? SINK_BROKEN
		                 : 0;
	} else {
		sink_output_abort(output);
	}
	(void)unlink(tiles->path.ptr); /* what is open stays */
	return status;
}

static int check_sides(const struct sink_tiles *tiles, const struct tile *tile, struct rv_err *err)
{
	const uint64_t width = (uint64_t)even(tile->size.width) * tiles->columns,
	               height = (uint64_t)even(tile->size.height) * tiles->rows;
	return width <= RV_VIDEO_SIDE_MAX && height <= RV_VIDEO_SIDE_MAX
	               ? 0
	               : rv_fail(err, RV_E_BAD_FILE,
	                         "'%s': tiles of its size make a clip of %" PRIu64 "x%" PRIu64
	                         " pixels, whose sides may be %d: choose fewer tiles",
	                         tile->frames[0].name, width, height, RV_VIDEO_SIDE_MAX);
}

static int prepare_tile(struct sink_tiles *tiles, struct sink_sample *sample, const struct sink_picture *pictures,
                        const char *role, const struct rv_video_settings *settings, struct rv_err *err)
{
	struct tile_list *const list = &tiles->prepared;
	struct tile *const tile = &list->items[list->len++];
	struct rv_arena *const arena = &tile->arena;
	const char *const view = pictures[0].picture->view, *const prompt = rv_json_string(
	                                                            rv_json_get(sample->sample->json, "prompt"), NULL);
	*tile = (struct tile) { .arena = RV_ARENA_INIT, .role = role, .settings = *settings, .file = RV_SOURCE_INIT };
	tile->id = rv_arena_strndup(arena, sample->sample->id, strlen(sample->sample->id));
	tile->view = view ? rv_arena_strndup(arena, view, strlen(view)) : "";
	tile->prompt = prompt ? rv_arena_strndup(arena, prompt, strlen(prompt)) : "";
	tile->frames = rv_arena_alloc(arena, sample->sample->n_frames, sizeof(*tile->frames));
	const int status = keep_frames(tiles, tile, sample, pictures, err);
	return status < 0 ? status : check_sides(tiles, tile, err) < 0 ? SINK_REFUSED : 0;
}

int sink_tiles_prepare(struct sink_tiles *tiles, struct sink_sample *sample, const struct rv_video_settings *settings,
                       struct rv_err *err)
{
	const size_t n_cameras = sample->n_pictures / sample->sample->n_frames;
	release_list(&tiles->prepared);
	tiles->prepared.items =
	        rv_realloc(tiles->prepared.items, n_cameras * tiles->n_roles, sizeof(*tiles->prepared.items));
	for (size_t i = 1; i < tiles->n_roles; i++) { /* the first was looked at */
		struct format format = format_video;
		format.role = &tiles->roles[i];
		if (sink_sample_fits(sample, &format, err) < 0) {
			return SINK_REFUSED;
		}
	}
	int status = 0;
	for (size_t i = 0; i < n_cameras * tiles->n_roles && status == 0; i++) {
		const size_t camera = i / tiles->n_roles;
		status = prepare_tile(tiles, sample, &sample->pictures[camera * sample->sample->n_frames],
		                      tiles->roles[i % tiles->n_roles], settings, err);
	}
	return status;
}

/* ---- a clip ---- */

static int draw_tile(struct sink_tiles *tiles, size_t place, size_t number, struct rv_err *err)
{
	const struct tile *const tile = &tiles->waiting.items[place];
	const size_t x = place % tiles->columns * even(tile->size.width),
	             y = place / tiles->columns * even(tile->size.height),
	             row_bytes = rv_image_row_bytes(&tiles->canvas);
	struct rv_image image = RV_IMAGE_INIT;
	struct rv_source source;
	if (number >= tile->n_frames) {
		return 0;
	}
	const struct frame *const frame = &tile->frames[number];
	rv_source_open_window(&source, frame->name, &tile->file, frame->at, frame->len);
	const int status = rv_still_read_from(&source, &image, err);
	if (status == 0) {
		rv_video_copy_rgb(&image, tiles->canvas.u8 + y * row_bytes + x * 3, row_bytes);
	}
	rv_source_close(&source);
	rv_image_release(&image);
	return status;
}

static int draw_frame(struct sink_tiles *tiles, size_t number, struct rv_err *err)
{
	int status = check_stop(err);
	memset(tiles->canvas.bytes, 0, rv_image_row_bytes(&tiles->canvas) * tiles->canvas.height);
	for (size_t i = 0; i < tiles->waiting.len && status == 0; i++) {
		status = draw_tile(tiles, i, number, err);
	}
	return status;
}

static int encode(struct sink_tiles *tiles, const char *path, struct rv_err *err)
{
	const struct tile *const first = tiles->waiting.items;
	struct rv_video *video;
	size_t n_frames = 0;
	for (size_t i = 0; i < tiles->waiting.len; i++) {
		n_frames = RV_MAX(n_frames, tiles->waiting.items[i].n_frames);
	}
	if (rv_image_init(&tiles->canvas, even(first->size.width) * tiles->columns,
	                  even(first->size.height) * tiles->rows, 3, RV_PIXEL_U8, err) < 0 ||
	    rv_video_open(&video, path, &first->settings, err) < 0) {
		return -1;
	}
	for (size_t i = 0; i < n_frames; i++) {
		if (draw_frame(tiles, i, err) < 0 || rv_video_add(video, &tiles->canvas, err) < 0) {
			rv_video_abort(video);
			return -1;
		}
	}
	return rv_video_close(video, err);
}

static int put_row(struct sink_tiles *tiles, size_t place, const char *file, struct rv_err *err)
{
	const struct tile *const tile = &tiles->waiting.items[place];
	struct rv_json_out out;
	rv_str_clear(&tiles->text);
	rv_json_out_init(&out, &tiles->text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "file_name", file);
	rv_json_put_u64(&out, "x", place % tiles->columns * even(tile->size.width));
	rv_json_put_u64(&out, "y", place / tiles->columns * even(tile->size.height));
	rv_json_put_u64(&out, "width", tile->size.width);
	rv_json_put_u64(&out, "height", tile->size.height);
	rv_json_put_u64(&out, "frames", tile->n_frames);
	rv_json_put_double(&out, "fps", (double)tile->settings.fps_num / tile->settings.fps_den);
	rv_json_put_string(&out, "id", tile->id);
	rv_json_put_string(&out, "view", tile->view);
	rv_json_put_string(&out, "role", tile->role);
	rv_json_put_string(&out, "prompt", tile->prompt);
	rv_json_close(&out, '}');
	rv_str_putc(&tiles->text, '\n');
	return sink_output_write(tiles->table, tiles->text.ptr, tiles->text.len, err);
}

static int put_rows(struct sink_tiles *tiles, const char *file, struct rv_err *err)
{
	int status = 0;
	if (!tiles->table) {
		tiles->table =
		        sink_dataset_create(tiles->target->dataset, format_layout(&format_video, "tile-rows"), err);
		status = tiles->table ? 0 : -1;
	}
	for (size_t i = 0; i < tiles->waiting.len && status == 0; i++) {
		status = put_row(tiles, i, file, err);
	}
	return status;
}

/* Makes the clip of all that wait. */
static int write_clip(struct sink_tiles *tiles, struct rv_err *err)
{
	struct format_place place = { .id = "" };
	struct rv_str relative = RV_STR_INIT;
	if (tiles->n_clips > FORMAT_NUMBER_MAX) {
		return rv_fail(err, RV_E_LIMIT, "format video has at most %d clips of tiles", FORMAT_NUMBER_MAX + 1);
	}
	snprintf(place.number, sizeof(place.number), "%06" PRIu64, tiles->n_clips++);
	snprintf(place.ext, sizeof(place.ext), "%s", sink_clip_extension(tiles->waiting.items[0].settings.codec));
	format_expand(format_layout(&format_video, "tiles"), &place, &relative);
	const int status = sink_dataset_path(tiles->target->dataset, relative.ptr, &tiles->path, err) < 0 ||
	                                   encode(tiles, tiles->path.ptr, err) < 0 ||
	                                   sink_dataset_add_file(tiles->target->dataset, relative.ptr, err) < 0 ||
	                                   put_rows(tiles, relative.ptr + strlen(ROOT), err) < 0
	                           ? -1
	                           : 0;
	release_list(&tiles->waiting);
	rv_str_release(&relative);
	return status;
}

int sink_tiles_add(struct sink_tiles *tiles, struct rv_err *err)
{
	struct tile_list *const from = &tiles->prepared, *const to = &tiles->waiting;
	int status = 0;
	for (size_t i = 0; i < from->len; i++) {
		if (status == 0 && is_over(tiles, &from->items[i])) {
			status = write_clip(tiles, err);
		}
		to->items[to->len++] = from->items[i];
		if (to->len == (size_t)tiles->columns * tiles->rows) {
			status = status < 0 ? status : write_clip(tiles, err);
			release_list(to);
		}
	}
	from->len = 0;
	return status;
}

int sink_tiles_finish(struct sink_tiles *tiles, struct rv_err *err)
{
	if (tiles->waiting.len > 0 && write_clip(tiles, err) < 0) {
		return -1;
	}
	struct sink_output *const table = tiles->table;
	tiles->table = NULL;
	return table ? sink_dataset_finish(tiles->target->dataset, table, err) : 0;
}

/* SPDX-License-Identifier: MIT */
/* Clips of tiles: see video_tiles.h. */
#include "verify/formats/video_tiles.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "verify/formats/video_table.h"

#define ROOT "video/"  /* paths in the table are relative to it */
#define FPS_NEAR 0.001 /* containers round */

/* Kinds of parts. A clip: "W H FRAMES FPS", of 0 frames if it did not decode. A row: its line's number with digits
 * enough to sort by, then "X Y W H FRAMES FPS"; of a sequence "ROLE FRAMES". */
enum { CLIP = 'g', TILE = 'h' };

/* ---- the table --------------------------------------------------------------------------------------------------- */

struct row {
	const char *file, *id, *view, *role;
	uint64_t x, y, width, height, n_frames;
	double fps;
};

static bool read_row(struct rv_json json, struct row *row)
{
	const uint64_t most = RV_IMAGE_SIDE_MAX;
	row->file = rv_json_string(rv_json_get(json, "file_name"), NULL);
	row->id = rv_json_string(rv_json_get(json, "id"), NULL);
	row->view = rv_json_string(rv_json_get(json, "view"), NULL);
	row->role = rv_json_string(rv_json_get(json, "role"), NULL);
	row->fps = rv_json_number(rv_json_get(json, "fps"), 0);
	return row->file && row->id && row->view && row->role && row->fps > 0 &&
	       rv_json_string(rv_json_get(json, "prompt"), NULL) &&
	       rv_json_u64(rv_json_get(json, "x"), 0, most, &row->x) &&
	       rv_json_u64(rv_json_get(json, "y"), 0, most, &row->y) &&
	       rv_json_u64(rv_json_get(json, "width"), 1, most, &row->width) &&
	       rv_json_u64(rv_json_get(json, "height"), 1, most, &row->height) &&
	       rv_json_u64(rv_json_get(json, "frames"), 1, VERIFY_VIDEO_FRAMES_MAX, &row->n_frames);
}

struct reading {
	const struct verify_item *item;
	struct verify_groups *clips, *sequences;
};

static int add_row(const struct reading *reading, const struct row *row, size_t number, struct rv_err *err)
{
	struct rv_str key = RV_STR_INIT, text = RV_STR_INIT;
	rv_str_printf(&key, ROOT "%s", row->file);
	rv_str_printf(&text, "%012zu %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %.12g", number, row->x,
	              row->y, row->width, row->height, row->n_frames, row->fps);
	int status = verify_groups_add(reading->clips, key.ptr, TILE, reading->item->path, text.ptr, err);
	rv_str_clear(&key);
	rv_str_clear(&text);
	rv_str_printf(&key, "%s %s", row->id, row->view);
	rv_str_printf(&text, "%s %" PRIu64, row->role, row->n_frames);
	if (status == 0) {
		status = verify_groups_add(reading->sequences, key.ptr, TILE, reading->item->path, text.ptr, err);
	}
	rv_str_release(&key);
	rv_str_release(&text);
	return status;
}

/* A verify_video_line_fn. */
static int take_line(void *reading, struct rv_json line, size_t number, bool *is_row, struct rv_err *err)
{
	struct row row;
	*is_row = read_row(line, &row);
	return *is_row ? add_row(reading, &row, number, err) : 0;
}

int verify_video_read_tiles(const struct verify_item *item, struct verify_groups *clips,
                            struct verify_groups *sequences, struct rv_err *err)
{
	struct reading reading = { .item = item, .clips = clips, .sequences = sequences };
	return verify_video_read_lines(item, "file_name, x, y, width, height, frames, fps, id, view, role and prompt",
	                               take_line, &reading, err);
}

/* ---- clips ------------------------------------------------------------------------------------------------------- */

int verify_video_add_tiled(const struct verify_item *item, struct verify_census *census, struct verify_groups *clips,
                           struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	if (item->n_frames == 0) {
		verify_census_unread(census, FORMAT_ID_video);
	}
	rv_str_printf(&text, "%" PRIu32 " %" PRIu32 " %" PRIu64 " %.12g", item->width, item->height, item->n_frames,
	              item->fps);
	const int status = verify_groups_add(clips, item->path, CLIP, item->path, text.ptr, err);
	rv_str_release(&text);
	return status;
}

struct box {
	uint64_t x, y, width, height, n_frames;
	double fps;
};

static struct box read_box(const char *text)
{
	char *at = (char *)(uintptr_t)text;
	struct box box;
	(void)strtoull(at, &at, 10);
	box.x = strtoull(at, &at, 10);
	box.y = strtoull(at, &at, 10);
	box.width = strtoull(at, &at, 10);
	box.height = strtoull(at, &at, 10);
	box.n_frames = strtoull(at, &at, 10);
	box.fps = strtod(at, NULL);
	return box;
}

static struct box read_clip(const char *text)
{
	char *at = (char *)(uintptr_t)text;
	struct box box = { .x = 0 };
	box.width = strtoull(at, &at, 10);
	box.height = strtoull(at, &at, 10);
	box.n_frames = strtoull(at, &at, 10);
	box.fps = strtod(at, NULL);
	return box;
}

/* That the tiles, in the order of their rows, fill the clip. */
static void check_places(const struct verify_part *tiles, size_t n, const char *path, const struct box *clip,
                         struct verify_problems *problems)
{
	const struct box first = read_box(tiles[0].text);
	const uint64_t width = first.width + first.width % 2, height = first.height + first.height % 2,
	               columns = clip->width / width, rows = clip->height / height;
	uint64_t n_frames = 0;
	if (clip->width % width > 0 || clip->height % height > 0 || n > columns * rows) {
		verify_problems_add(problems, VERIFY_VIDEO_TILE, path,
		                    "it has %" PRIu64 "x%" PRIu64 " pixels, which %zu tiles of %" PRIu64 "x%" PRIu64
		                    " do not fill",
		                    clip->width, clip->height, n, width, height);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct box box = read_box(tiles[i].text);
		const uint64_t x = i % columns * width, y = i / columns * height;
		n_frames = RV_MAX(n_frames, box.n_frames);
		if (box.x != x || box.y != y || box.width != first.width || box.height != first.height) {
			verify_problems_add(problems, VERIFY_VIDEO_TILE, path,
			                    "tile %zu is %" PRIu64 "x%" PRIu64 " at %" PRIu64 ",%" PRIu64
			                    ", its place is for %" PRIu64 "x%" PRIu64 " at %" PRIu64 ",%" PRIu64,
			                    i + 1, box.width, box.height, box.x, box.y, first.width, first.height, x,
			                    y);
			return;
		}
		if (clip->fps > 0 && fabs(clip->fps - box.fps) > FPS_NEAR * clip->fps) {
			verify_problems_add(problems, VERIFY_VIDEO_TILE, path,
			                    "it has %g frames per second, tiles.jsonl says %g of tile %zu", clip->fps,
			                    box.fps, i + 1);
			return;
		}
	}
	if (n_frames != clip->n_frames) {
		verify_problems_add(problems, VERIFY_VIDEO_TILE, path,
		                    "it has %" PRIu64 " frames, the longest of its tiles %" PRIu64, clip->n_frames,
		                    n_frames);
	}
}

bool verify_video_check_tiles(const char *key, const struct verify_part *parts, size_t n,
                              struct verify_problems *problems)
{
	if (parts[0].kind == TILE) {
		verify_problems_add(problems, VERIFY_VIDEO_CLIP, parts[0].path, "there is no clip '%s'", key);
	} else if (parts[0].kind == CLIP && n == 1) {
		verify_problems_add(problems, VERIFY_VIDEO_CLIP, parts[0].path,
		                    "there is no row of tiles.jsonl for it");
	} else if (parts[0].kind == CLIP) {
		const struct box clip = read_clip(parts[0].text);
		if (clip.n_frames > 0) { /* it did decode */
			check_places(parts + 1, n - 1, parts[0].path, &clip, problems);
		}
	}
	return parts[0].kind == CLIP || parts[0].kind == TILE;
}

/* ---- sequences --------------------------------------------------------------------------------------------------- */

uint64_t verify_video_check_channels(const char *key, const struct verify_part *parts, size_t n,
                                     struct verify_problems *problems)
{
	const char *const first = strrchr(parts[0].text, ' ');
	for (size_t i = 1; i < n; i++) {
		const char *const last = strrchr(parts[i].text, ' ');
		const size_t len = (size_t)(last - parts[i].text) + 1;
		if (strncmp(parts[i].text, parts[i - 1].text, len) == 0) {
			verify_problems_add(problems, VERIFY_VIDEO_TILE, parts[i].path,
			                    "of sequence '%s' channel '%.*s' is there twice", key, (int)len - 1,
			                    parts[i].text);
		} else if (strcmp(last, first) != 0) {
			verify_problems_add(problems, VERIFY_VIDEO_TILE, parts[i].path,
			                    "of sequence '%s' the channels have%s and%s frames", key, first, last);
		}
	}
	return strtoull(first, NULL, 10);
}

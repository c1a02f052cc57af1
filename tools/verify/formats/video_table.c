/* SPDX-License-Identifier: MIT */
/* Tables of clips: see video_table.h. */
#include "verify/formats/video_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define BYTES_MAX ((size_t)1 << 30)

static const char *const names[] = { "file_name", "prompt", "first_frame", "last_frame", "fps",
	                             "frames",    "width",  "height",      "id",         "view" };
enum { FILE_NAME, PROMPT, FIRST, LAST, FPS, FRAMES, WIDTH, HEIGHT, ID, VIEW, CELLS };

static void blame(const struct verify_item *item, size_t line, const char *what)
{
	verify_problems_add(item->problems, VERIFY_VIDEO_TABLE, item->path, "line %zu: %s", line, what);
}

/* ---- lines of JSON ----------------------------------------------------------------------------------------------- */

int verify_video_read_lines(const struct verify_item *item, const char *members, verify_video_line_fn *take,
                            void *context, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	int status = 0;
	(void)verify_item_load(item, BYTES_MAX, &text); /* else it has no lines */
	size_t number = 0;
	for (const char *line = text.ptr; *line && status == 0;) {
		const size_t len = strcspn(line, "\n");
		struct rv_json json = RV_JSON_INIT;
		struct rv_err wrong = RV_ERR_INIT;
		bool is_row = false;
		number++;
		if (rv_json_parse(line, len, &json, &wrong) == 0) {
			status = take(context, json, number, &is_row, err);
		}
		if (!is_row) {
			verify_problems_add(item->problems, VERIFY_VIDEO_TABLE, item->path,
			                    "line %zu: it is no object with %s", number, members);
		}
		rv_json_release(&json);
		line += len + (line[len] == '\n');
	}
	rv_str_release(&text);
	return status;
}

/* ---- metadata.jsonl ---------------------------------------------------------------------------------------------- */

static bool read_row(struct rv_json json, struct verify_video_row *row)
{
	const char **const texts[] = { &row->file, &row->prompt, &row->first, &row->last, &row->id, &row->view };
	static const int cells[] = { FILE_NAME, PROMPT, FIRST, LAST, ID, VIEW };
	bool has = true;
	for (size_t i = 0; i < RV_COUNTOF(texts); i++) {
		*texts[i] = rv_json_string(rv_json_get(json, names[cells[i]]), NULL);
		has = has && *texts[i];
	}
	row->fps = rv_json_number(rv_json_get(json, "fps"), 0);
	return has && row->fps > 0 &&
	       rv_json_u64(rv_json_get(json, "frames"), 1, VERIFY_VIDEO_FRAMES_MAX, &row->n_frames) &&
	       rv_json_u64(rv_json_get(json, "width"), 1, RV_IMAGE_SIDE_MAX + 1, &row->width) &&
	       rv_json_u64(rv_json_get(json, "height"), 1, RV_IMAGE_SIDE_MAX + 1, &row->height);
}

struct rows {
	verify_video_row_fn *take;
	void *context;
};

/* A verify_video_line_fn. */
static int take_line(void *rows_, struct rv_json line, size_t number RV_UNUSED, bool *is_row, struct rv_err *err)
{
	const struct rows *const rows = rows_;
	struct verify_video_row row;
	*is_row = read_row(line, &row);
	return *is_row ? rows->take(rows->context, &row, err) : 0;
}

int verify_video_read_rows(const struct verify_item *item, verify_video_row_fn *take, void *context, struct rv_err *err)
{
	struct rows rows = { .take = take, .context = context };
	return verify_video_read_lines(
	        item, "file_name, prompt, first_frame, last_frame, fps, frames, width, height, id and view", take_line,
	        &rows, err);
}

/* ---- metadata.csv ------------------------------------------------------------------------------------------------ */

/* Reads a cell, in quotes or not, in place; *at goes behind the comma or newline after it, which *end becomes. */
static char *read_cell(char **at, char *end)
{
	char *const start = *at, *to = start, *from = start;
	const bool is_quoted = *from == '"';
	for (from += is_quoted; *from; from++) {
		if (is_quoted && *from == '"' && from[1] == '"') {
			from++;
		} else if (is_quoted ? *from == '"' : *from == ',' || *from == '\n') {
			break;
		}
		*to++ = *from;
	}
	from += is_quoted && *from == '"';
	*end = *from;
	*at = from + (*from ? 1 : 0);
	*to = '\0';
	return start;
}

/* Cells up to the end of the line; false when they are not as many as they should be. */
static bool read_cells(char **at, char *cells[CELLS])
{
	size_t n = 0;
	char end = ',';
	while (end == ',') {
		char *const cell = read_cell(at, &end);
		if (n < CELLS) {
			cells[n] = cell;
		}
		n++;
	}
	return n == CELLS && end == '\n';
}

static bool read_line(char *const cells[CELLS], struct verify_video_row *row)
{
	char *end;
	*row = (struct verify_video_row) { .file = cells[FILE_NAME],
		                           .prompt = cells[PROMPT],
		                           .first = cells[FIRST],
		                           .last = cells[LAST],
		                           .id = cells[ID],
		                           .view = cells[VIEW],
		                           .fps = strtod(cells[FPS], &end) };
	const bool has_fps = *end == '\0' && row->fps > 0 && isfinite(row->fps);
	row->n_frames = strtoull(cells[FRAMES], &end, 10);
	const bool has_frames = *end == '\0' && row->n_frames > 0;
	row->width = strtoull(cells[WIDTH], &end, 10);
	const bool has_width = *end == '\0';
	row->height = strtoull(cells[HEIGHT], &end, 10);
	return has_fps && has_frames && has_width && *end == '\0';
}

static bool is_heading(char *const cells[CELLS])
{
	for (size_t i = 0; i < CELLS; i++) {
		if (strcmp(cells[i], names[i]) != 0) {
			return false;
		}
	}
	return true;
}

int verify_video_read_csv(const struct verify_item *item, verify_video_row_fn *take, void *context, struct rv_err *err)
{
	struct rv_str text = RV_STR_INIT;
	char *cells[CELLS];
	int status = 0;
	if (!verify_item_load(item, BYTES_MAX, &text)) {
		rv_str_release(&text);
		return 0;
	}
	char *at = text.ptr;
	if (!read_cells(&at, cells) || !is_heading(cells)) {
		blame(item, 1, "it is not the names of its columns");
		at = text.ptr + text.len;
	}
	for (size_t number = 2; *at && status == 0; number++) {
		struct verify_video_row row;
		if (read_cells(&at, cells) && read_line(cells, &row)) {
			status = take(context, &row, err);
		} else {
			blame(item, number, "it has another number of cells, or a number that is none");
		}
	}
	rv_str_release(&text);
	return status;
}

/* SPDX-License-Identifier: MIT */
/* Tables of clips. */
#include "sink/clip_table.h"

#include <inttypes.h>
#include <string.h>

#include "format/video.h"
#include "sink/frames.h"

#define ROOT "video/" /* paths in tables are relative to it */

void sink_clip_table_init(struct sink_clip_table *table, const struct sink_target *target, const char *role)
{
	*table = (struct sink_clip_table) { .target = target, .role = role, .path = RV_STR_INIT, .text = RV_STR_INIT };
}

void sink_clip_table_release(struct sink_clip_table *table)
{
	sink_output_abort(table->rows);
	sink_output_abort(table->table);
	rv_str_release(&table->path);
	rv_str_release(&table->text);
}

/* A clip as both tables have it. */
struct row {
	const char *file, *prompt, *first, *last, *id, *view;
	double fps;
	uint64_t n_frames;
	uint32_t width, height; /* of the coded pictures */
};

static int put_row(struct sink_clip_table *table, const struct row *row, struct rv_err *err)
{
	struct rv_json_out out;
	rv_str_clear(&table->text);
	rv_json_out_init(&out, &table->text);
	rv_json_open(&out, NULL, '{');
	rv_json_put_string(&out, "file_name", row->file);
	rv_json_put_string(&out, "prompt", row->prompt);
	rv_json_put_string(&out, "first_frame", row->first);
	rv_json_put_string(&out, "last_frame", row->last);
	rv_json_put_double(&out, "fps", row->fps);
	rv_json_put_u64(&out, "frames", row->n_frames);
	rv_json_put_u64(&out, "width", row->width);
	rv_json_put_u64(&out, "height", row->height);
	rv_json_put_string(&out, "id", row->id);
	rv_json_put_string(&out, "view", row->view);
	rv_json_close(&out, '}');
	rv_str_putc(&table->text, '\n');
	return sink_output_write(table->rows, table->text.ptr, table->text.len, err);
}

/* Between quotes, which are doubled within. */
static void put_cell(const char *cell, struct rv_str *text)
{
	rv_str_putc(text, '"');
	for (; *cell; cell++) {
		rv_str_puts(text, *cell == '"' ? "\"" : "");
		rv_str_putc(text, *cell);
	}
	rv_str_puts(text, "\",");
}

static int put_line(struct sink_clip_table *table, const struct row *row, struct rv_err *err)
{
	struct rv_str *const text = &table->text;
	rv_str_clear(text);
	put_cell(row->file, text);
	put_cell(row->prompt, text);
	put_cell(row->first, text);
	put_cell(row->last, text);
	rv_str_double(text, row->fps);
	rv_str_printf(text, ",%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",", row->n_frames, row->width, row->height);
	put_cell(row->id, text);
	put_cell(row->view, text);
	text->ptr[text->len - 1] = '\n';
	return sink_output_write(table->table, text->ptr, text->len, err);
}

static int open_tables(struct sink_clip_table *table, struct rv_err *err)
{
	static const char heading[] = "file_name,prompt,first_frame,last_frame,fps,frames,width,height,id,view\n";
	if (table->rows) {
		return 0;
	}
	table->rows = sink_dataset_create(table->target->dataset, format_layout(&format_video, "rows"), err);
	table->table = table->rows
	                       ? sink_dataset_create(table->target->dataset, format_layout(&format_video, "table"), err)
	                       : NULL;
	return table->table ? sink_output_write(table->table, heading, strlen(heading), err) : -1;
}

/* Copies a frame beside its clip; where to, below the folder of videos, or NULL. */
static const char *add_frame(struct sink_clip_table *table, struct sink_sample *sample, const struct rv_picture *first,
                             const struct rv_picture *frame, const char *name, struct rv_err *err)
{
	const char *const from = rv_picture_files(frame, table->role)->paths[0];
	sink_picture_path(first, &format_video, format_video_options.segments > 0 ? "segment-still" : "still", name,
	                  sink_extension(from), &table->path);
	return sink_store_file(table->target->store, sample, from, table->path.ptr, err) < 0
	               ? NULL
	               : rv_arena_strndup(&sample->arena, table->path.ptr + strlen(ROOT),
	                                  table->path.len - strlen(ROOT));
}

static int measure(const struct sink_clip_table *table, struct sink_sample *sample, const struct rv_picture *picture,
                   struct row *row, struct rv_err *err)
{
	struct sink_frame_size size = { 0, 0 };
	struct rv_image image = RV_IMAGE_INIT;
	const int status = sink_frame_read(sample, picture, table->role, &size, &image, err);
	row->width = size.width + size.width % 2;
	row->height = size.height + size.height % 2;
	rv_image_release(&image);
	return status;
}

int sink_clip_table_add(struct sink_clip_table *table, struct sink_sample *sample, const struct sink_picture *pictures,
                        size_t n_frames, const char *file, const struct rv_video_settings *settings, struct rv_err *err)
{
	const struct rv_picture *const first = pictures[0].picture, *const last = pictures[n_frames - 1].picture;
	const char *const prompt = rv_json_string(rv_json_get(sample->sample->json, "prompt"), NULL);
	struct row row = { .file = file + strlen(ROOT),
		           .prompt = prompt ? prompt : "",
		           .first = add_frame(table, sample, first, first, FORMAT_VIDEO_FIRST, err),
		           .id = sample->sample->id,
		           .view = first->view ? first->view : "",
		           .fps = (double)settings->fps_num / settings->fps_den,
		           .n_frames = n_frames };
	row.last = row.first ? add_frame(table, sample, first, last, FORMAT_VIDEO_LAST, err) : NULL;
	return !row.last || measure(table, sample, first, &row, err) < 0 || open_tables(table, err) < 0 ||
	                       put_row(table, &row, err) < 0 || put_line(table, &row, err) < 0
	               ? -1
	               : 0;
}

int sink_clip_table_finish(struct sink_clip_table *table, struct rv_err *err)
{
	struct sink_output *const outputs[] = { table->rows, table->table };
	table->rows = table->table = NULL;
	for (size_t i = 0; i < RV_COUNTOF(outputs); i++) {
		if (outputs[i] && sink_dataset_finish(table->target->dataset, outputs[i], err) < 0) {
			if (i == 0) {
				sink_output_abort(outputs[1]);
			}
			return -1;
		}
	}
	return 0;
}

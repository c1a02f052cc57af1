/* SPDX-License-Identifier: MIT */
/*
 * Tables of clips, metadata.jsonl and metadata.csv, row by row, and other tables of JSON, line by line. What is wrong
 * with one is a problem.
 */
#ifndef RV_VERIFY_FORMATS_VIDEO_TABLE_H
#define RV_VERIFY_FORMATS_VIDEO_TABLE_H

#include "verify/format.h"

#define VERIFY_VIDEO_FRAMES_MAX (UINT64_C(1) << 32) /* that a row may tell of a clip */

/* Files are relative to the folder of the table. */
struct verify_video_row {
	const char *file, *prompt, *first, *last, *id, *view;
	double fps;
	uint64_t n_frames, width, height;
};
typedef int verify_video_row_fn(void *context, const struct verify_video_row *row, struct rv_err *err);

/* A line's value, of the number from 1. *is_row stays false where it has not the members of a row. */
typedef int verify_video_line_fn(void *context, struct rv_json line, size_t number, bool *is_row, struct rv_err *err);

/* `members`, of a row, are named where a line is none. */
int verify_video_read_lines(const struct verify_item *item, const char *members, verify_video_line_fn *take,
                            void *context, struct rv_err *err) RV_MUST_USE;
int verify_video_read_rows(const struct verify_item *item, verify_video_row_fn *take, void *context,
                           struct rv_err *err) RV_MUST_USE;
int verify_video_read_csv(const struct verify_item *item, verify_video_row_fn *take, void *context,
                          struct rv_err *err) RV_MUST_USE;

#endif

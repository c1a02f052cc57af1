/* SPDX-License-Identifier: MIT */
/* Tables of clips, metadata.jsonl and metadata.csv, row by row. What is wrong with one is a problem. */
#ifndef RV_VERIFY_FORMATS_VIDEO_TABLE_H
#define RV_VERIFY_FORMATS_VIDEO_TABLE_H

#include "verify/format.h"

/* Files are relative to the folder of the table. */
struct verify_video_row {
	const char *file, *prompt, *first, *last, *id, *view;
	double fps;
	uint64_t n_frames, width, height;
};
typedef int verify_video_row_fn(void *context, const struct verify_video_row *row, struct rv_err *err);

int verify_video_read_rows(const struct verify_item *item, verify_video_row_fn *take, void *context,
                           struct rv_err *err) RV_MUST_USE;
int verify_video_read_csv(const struct verify_item *item, verify_video_row_fn *take, void *context,
                          struct rv_err *err) RV_MUST_USE;

#endif

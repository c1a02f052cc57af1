/* SPDX-License-Identifier: MIT */
/* Tables of clips, as trainers of video models read them: metadata.jsonl and metadata.csv with the same rows, and
 * beside each clip its first and its last frame. */
#ifndef RV_SINK_CLIP_TABLE_H
#define RV_SINK_CLIP_TABLE_H

#include "sink/sink.h"
#include "video.h"

struct sink_clip_table {
	const struct sink_target *target; /* private, as is what follows */
	const char *role;
	struct sink_output *rows, *table; /* NULL before the first clip */
	struct rv_str path, text;
};

/* `role` has the frames. Makes no file yet. */
void sink_clip_table_init(struct sink_clip_table *table, const struct sink_target *target, const char *role);
void sink_clip_table_release(struct sink_clip_table *table);
/* Adds the clip at `file` in the dataset, whose frames are those of n_frames pictures, with its rate. */
int sink_clip_table_add(struct sink_clip_table *table, struct sink_sample *sample, const struct sink_picture *pictures,
                        size_t n_frames, const char *file, const struct rv_video_settings *settings,
                        struct rv_err *err) RV_MUST_USE;
int sink_clip_table_finish(struct sink_clip_table *table, struct rv_err *err) RV_MUST_USE;

#endif
